/* Panels of a and b: copies that lie as a tile reads them, in the nearest caches. */
#ifndef EF_PRODUCT_PANELS_H
#define EF_PRODUCT_PANELS_H

#include <string.h>

#include "product-tile.h"

static _Thread_local float packed_b[BLOCK] __attribute__((aligned(ALIGNED)));
static _Thread_local float packed_a[WINDOW * PANEL_ROW] __attribute__((aligned(ALIGNED)));

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (lane_numbers){__VA_ARGS__})
#endif
/* Lane j of two rows that trade blocks of `s` lanes. */
#define LOW(j, s) ((j) & (s) ? LANES + (j) - (s) : (j))
#define HIGH(j, s) ((j) & (s) ? LANES + (j) : (j) + (s))
#define FOUR(f, j, s) f(j, s), f(j + 1, s), f(j + 2, s), f(j + 3, s)
#if defined(__AVX512F__)
#define LANE_LIST(f, s) FOUR(f, 0, s), FOUR(f, 4, s), FOUR(f, 8, s), FOUR(f, 12, s)
#elif defined(__AVX__)
#define LANE_LIST(f, s) FOUR(f, 0, s), FOUR(f, 4, s)
#else
#define LANE_LIST(f, s) FOUR(f, 0, s)
#endif
#define TRADE(row, s)                                              \
  UNROLLED for (int i = 0; i < LANES; i++) {                       \
    if (i & (s)) continue;                                         \
    vector low = SHUFFLE(row[i], row[i + (s)], LANE_LIST(LOW, s)); \
    row[i + (s)] = SHUFFLE(row[i], row[i + (s)], LANE_LIST(HIGH, s)); \
    row[i] = low;                                                  \
  }

#define MEET(a, b, s) (SHUFFLE(a, b, LANE_LIST(LOW, s)) + SHUFFLE(a, b, LANE_LIST(HIGH, s)))

/* LANES rows of LANES numbers, turned. */
INLINE void turn(vector *row) {
#if defined(__AVX512F__)
  TRADE(row, 8)
#endif
#if defined(__AVX__)
  TRADE(row, 4)
#endif
  TRADE(row, 2)
  TRADE(row, 1)
}

/* A panel of b whose columns are contiguous (row == 1): `width` of them, the rest of the panel's columns zero. */
static void pack_turned(float *to, const float *b, int64_t column, int64_t k, int64_t width, int64_t across) {
  for (int64_t j = 0; j < across; j += LANES) {
    int64_t p = 0;
    for (; p + LANES <= k && j < width; p += LANES) {
      vector block[LANES];
      UNROLLED for (int i = 0; i < LANES; i++) block[i] = j + i < width ? load(b + (j + i) * column + p) : (vector){0};
      turn(block);
      UNROLLED for (int i = 0; i < LANES; i++) store(to + (p + i) * across + j, block[i]);
    }
    for (; p < k; p++)
      for (int64_t i = j; i < j + LANES; i++) to[p * across + i] = i < width ? b[i * column + p] : 0;
  }
}

/* Panels of WIDTH columns of b, one behind the other, k rows each; the last may be LANES wide. */
static void pack_b(float *to, const float *b, int64_t row, int64_t column, int64_t k, int64_t n) {
  int64_t whole = column == 1 ? n / WIDTH * WIDTH : 0;
  for (int64_t p = 0; p < k && whole; p++) {
    const float *from = b + p * row;
    for (int64_t j = 0; j < whole; j += WIDTH) {
      vector first = load(from + j), second = load(from + j + LANES);
      store(to + j * k + p * WIDTH, first);
      store(to + j * k + p * WIDTH + LANES, second);
    }
  }
  for (int64_t j = whole; j < n; j += WIDTH) {
    int64_t width = smaller(WIDTH, n - j), across = width > LANES ? WIDTH : LANES;
    if (row == 1) {
      pack_turned(to + j * k, b + j * column, column, k, width, across);
      continue;
    }
    for (int64_t p = 0; p < k; p++)
      for (int64_t i = 0; i < across; i++)
        to[j * k + p * across + i] = i < width ? b[p * row + (j + i) * column] : 0;
  }
}

/* Rows of a from `first` on, of m, copied so that they lie near one another; the tile's view of them. */
static void pack_a(factors *of, const float *a, int64_t row, int64_t column, int64_t k, int64_t rows, int64_t first,
                   int64_t m) {
  float *to = packed_a;
  if (column == 1) {
    for (int64_t i = 0; i < rows; i++) memcpy(to + i * PANEL_ROW, a + (first + i) * row, (size_t)k * sizeof(float));
    of->a = to;
    of->a_row = PANEL_ROW;
    of->a_step = 1;
    return;
  }
  of->a_row = 1;
  of->a_step = WINDOW;
  if (row == 1 && m >= WINDOW) {
    int64_t start = smaller(first, m - WINDOW);
    for (int64_t p = 0; p < k; p++)
      UNROLLED for (int i = 0; i < WINDOW; i += LANES) store(to + p * WINDOW + i, load(a + start + p * column + i));
    of->a = to + (first - start);
    return;
  }
  for (int64_t p = 0; p < k; p++)
    for (int64_t i = 0; i < rows; i++) to[p * WINDOW + i] = a[(first + i) * row + p * column];
  of->a = to;
}

/* Numbers that a panel or a block is copied from later, as errands of the tiles before: errand t has lines `step` apart from
   number (t / runs) * row + (t % runs) * run on. */
typedef struct {
  const float *from;
  int64_t step, row, runs, run, count;
} ahead;

/* What pack_b copies, for tiles over `places`. */
static ahead ahead_b(const float *b, int64_t row, int64_t column, int64_t k, int64_t n, int64_t places) {
  const int64_t run = parts_of(places, LINE) * LINE, runs = parts_of(n, run);
  if (column == 1) return (ahead){b, LINE, row, runs, run, k * runs};
  if (row == 1) return (ahead){b, LINE, column, 1, 0, n};
  return (ahead){0};
}

/* What pack_a copies of so many rows. */
static ahead ahead_a(const float *a, int64_t row, int64_t column, int64_t k, int64_t rows) {
  if (column == 1) return (ahead){a, LINE, row, 1, 0, rows};
  if (row == 1) return (ahead){a + rows - 1, column, parts_of(k, LINE) * column, 1, 0, LINE};
  return (ahead){0};
}

/* All of ahead_a at once, for few tiles to come. */
static void fetch_a(const float *a, int64_t row, int64_t column, int64_t k, int64_t rows) {
  if (column == 1) {
    for (int64_t i = 0; i < rows; i++)
      for (int64_t p = 0; p < k; p += LINE) __builtin_prefetch(a + i * row + p, 0, 2);
  } else if (row == 1) {
    for (int64_t p = 0; p < k; p++) __builtin_prefetch(a + rows - 1 + p * column, 0, 2);
  }
}

/* Beyond the last errand a line that is there already. */
INLINE errand errand_of(const ahead *all, int64_t at, const float *there) {
  if (at >= all->count) return (errand){there, 0};
  return (errand){all->from + at / all->runs * all->row + at % all->runs * all->run, all->step};
}

#endif
