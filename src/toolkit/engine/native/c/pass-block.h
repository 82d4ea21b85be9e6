/* What running a PASS hands between its files: one thread's share of the space, and the block it is at. */
#ifndef EF_PASS_BLOCK_H
#define EF_PASS_BLOCK_H

#include "pass.h"

/* One operand as a share sees it, from the share's first element on. */
typedef struct {
  float *base;
  const int64_t *stride;
  int64_t run; /* so many rows lie one behind the other, from multiples of it on */
} ef_view;

/* One thread's share of the space. */
typedef struct {
  const ef_pass *pass;
  float *scratch;
  int outer; /* axes before the inner one */
  int64_t length[EF_RANK], rows, width;
  ef_view from[EF_LOADS], to[EF_STORES];
  int64_t sum_stride[EF_STORES][EF_RANK]; /* of sums of the thread's own */
  const int *direct, *copied;             /* by store, by load */
  int adds[EF_STORES];
  const float *reg[EF_REGISTERS];
} ef_part;

/* Rows [row, row + count), columns [column, column + width) of a share. */
typedef struct {
  int64_t row, count, column, width;
  int64_t index[EF_RANK]; /* of the first row, along the outer axes */
} ef_block;

/* Points the registers of loads to the block's elements: where they are, or copied. */
void ef_load_block(ef_part *part, const ef_block *block);

/* Rows that all rows share and that do not lie one element behind the other are copied, once a share. */
void ef_load_shared(ef_part *part);

/* Where the store's block lies as one piece; NULL if it does not. */
float *ef_piece(const ef_part *part, const ef_view *view, const ef_block *block);

void ef_store_block(ef_part *part, const ef_block *block);

#endif
