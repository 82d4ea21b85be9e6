/* A matrix of float32 that is read, with any strides. */
#ifndef EF_MATRIX_H
#define EF_MATRIX_H

#include <stdint.h>

/* Element (i, j) lies at data[i * row + j * column]. */
typedef struct {
  const float *data;
  int64_t row, column;
} ef_matrix;

#endif
