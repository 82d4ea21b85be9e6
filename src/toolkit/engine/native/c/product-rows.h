/* Products of a few rows: what is read of b is what they cost, so that b is read where it lies. */
#ifndef EF_PRODUCT_ROWS_H
#define EF_PRODUCT_ROWS_H

#include "matrix.h"
#include "product-panels.h"

/* A range of rows and columns of one product of the batch. */
typedef struct {
  int64_t m, n, k;
  ef_matrix a, b;
  target to;
} piece;

/* Columns j to j + vectors * LANES of one row times b, whose rows are contiguous. Eight sums at least are under way at a
   time, for different places where the columns are few, so that no addition waits for the one before. */
INLINE void row_tile(const int vectors, const piece *of, int64_t j, float *sums) {
  const int ways = 8 / vectors;
  vector sum[8] = {0};
  const float *a = of->a.data, *b = of->b.data + j;
  const int64_t a_step = of->a.column, b_step = of->b.row;
  int64_t p = 0;
  for (; p + ways <= of->k; p += ways) {
    UNROLLED for (int way = 0; way < ways; way++, a += a_step, b += b_step)
      UNROLLED for (int v = 0; v < vectors; v++) sum[way * vectors + v] += *a * load(b + v * LANES);
  }
  for (; p < of->k; p++, a += a_step, b += b_step)
    UNROLLED for (int v = 0; v < vectors; v++) sum[v] += *a * load(b + v * LANES);
  UNROLLED for (int i = vectors; i < 8; i++) sum[i % vectors] += sum[i];
  UNROLLED for (int v = 0; v < vectors; v++) store(sums + v * LANES, sum[v]);
}

/* One row times b, whose rows are contiguous and at least LANES long. */
static void multiply_row(const piece *of) {
  float sums[8 * LANES];
  int64_t width;
  for (int64_t j = 0; j < of->n; j += width) {
    int64_t left = of->n - j, start = j;
    if (left >= 8 * LANES) {
      row_tile(8, of, j, sums);
      width = 8 * LANES;
    } else if (left >= 2 * LANES) {
      row_tile(2, of, j, sums);
      width = 2 * LANES;
    } else {
      width = smaller(left, LANES);
      start = j + width - LANES; /* some columns again rather than some beyond b */
      row_tile(1, of, start, sums);
    }
    store_numbers(sums + (j - start), 1, 0, width, &of->to, j);
  }
}

/* LANES vectors to one, whose lane i is the sum of vector i. */
INLINE vector sums_of(vector *row) {
#if defined(__AVX512F__)
  UNROLLED for (int i = 0; i < 8; i++) row[i] = MEET(row[i], row[i + 8], 8);
#endif
#if defined(__AVX__)
  UNROLLED for (int i = 0; i < 4; i++) row[i] = MEET(row[i], row[i + 4], 4);
#endif
  UNROLLED for (int i = 0; i < 2; i++) row[i] = MEET(row[i], row[i + 2], 2);
  return MEET(row[0], row[1], 1);
}

/* Column l of b from one of four bases, as for the rows of a in a tile. */
INLINE const float *column_at(const float *const base[4], int l, int64_t column) {
  return base[l / 5] + l % 5 * column;
}

__attribute__((noinline)) void ef_dots(int64_t k, const float *a, const float *b, int64_t column, float *sums) {
  vector sum[LANES] = {0};
  const float *base[4];
  UNROLLED for (int i = 0; i < 4; i++) base[i] = 5 * i < LANES ? b + 5 * i * column : b;
  int64_t p = 0;
  for (; p + LANES <= k; p += LANES) {
    vector left = load(a + p);
    UNROLLED for (int l = 0; l < LANES; l++) sum[l] += left * load(column_at(base, l, column));
    UNROLLED for (int i = 0; i < 4; i++) base[i] += LANES;
    __asm__("" : "+r"(base[0]), "+r"(base[1]), "+r"(base[2]), "+r"(base[3]));
  }
  store(sums, sums_of(sum));
  for (; p < k; p++)
    for (int l = 0; l < LANES; l++) sums[l] += a[p] * b[l * column + p];
}

/* A few rows of a, contiguous, times LANES columns of b or more, contiguous as well. */
static void multiply_dots(const piece *of) {
  float sums[LANES];
  int64_t width;
  for (int64_t j = 0; j < of->n; j += width) {
    width = smaller(of->n - j, LANES);
    int64_t start = j + width - LANES; /* some columns again rather than some beyond b */
    for (int64_t i = 0; i < of->m; i++) {
      ef_dots(of->k, of->a.data + i * of->a.row, of->b.data + start * of->b.column, of->b.column, sums);
      target to = of->to;
      to.c += i * to.row;
      store_numbers(sums + (j - start), 1, 0, width, &to, j);
    }
  }
}

#endif
