/* Products of float32 matrices, batched, with any strides. */
#ifndef EF_PRODUCTS_H
#define EF_PRODUCTS_H

#include <stdint.h>

#include "matrix.h"
#include "threads.h"

/* c = scale * a b (+ bias, one number a column) (+ c if `add`) at each place of the batch axes, outermost first.
   c overlaps neither a nor b, and its places do not overlap one another. */
typedef struct {
  int64_t m, n, k; /* a is m x k, b is k x n, c is m x n */
  float scale;
  int add;
  const float *bias; /* NULL: none */
  ef_matrix a, b;
  float *c;
  int64_t c_row, c_column;
  int rank; /* of the batch: 0 for a single product */
  int64_t length[6], a_stride[6], b_stride[6], c_stride[6];
} ef_product;

/* The same bits for the same count of threads. Fast where a and b each have a unit stride and c_column is 1. */
void ef_multiply(ef_threads *threads, const ef_product *product);

/* Dot products of one row of a with as many columns of b as a register has lanes (lanes.h), all of them contiguous. */
void ef_dots(int64_t k, const float *a, const float *b, int64_t column, float *sums);

#endif
