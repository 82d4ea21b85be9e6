/* One tile of a product: a few rows by two registers of columns, whose sums stay in registers. */
#ifndef EF_PRODUCT_TILE_H
#define EF_PRODUCT_TILE_H

#include <stddef.h>
#include <stdint.h>

#include "lanes.h"

/* LANES floats a register; a tile is up to ROWS x 2 registers of sums, which leaves some for b and a number of a. */
#if defined(__AVX512F__)
enum { LANES = 16, ROWS = 14 };
#elif defined(__AVX__)
enum { LANES = 8, ROWS = 6 };
#elif defined(__aarch64__)
enum { LANES = 4, ROWS = 14 };
#else
enum { LANES = 4, ROWS = 6 };
#endif

enum {
  WIDTH = 2 * LANES,         /* columns of a tile */
  WINDOW = (int)ROWS > 8 ? 16 : 8, /* rows of a that are copied at once where they lie side by side */
  DEPTH = 384,               /* longest block of the inner length */
  BLOCK = 144 * 1024,        /* numbers of b that are packed at once: near half of a second-level cache of a megabyte */
  FEW_ROWS = 2 * ROWS,       /* so many rows of a use b too seldom for a copy of it to pay */
  SOME_ROWS = 20 * ROWS,     /* the same where b's rows are nearer than FAR numbers, */
  FAR = 2048,                /* so that a panel of it falls on enough cache sets and few pages */
  PANEL_ROW = DEPTH + 16,    /* from row to row of a copied panel: no power of two, which would fall on few cache sets */
  SMALL = 16 * 1024,         /* so few numbers of b are copied in any case but for few rows of a */
  ALIGNED = 64,
  LINE = ALIGNED / (int)sizeof(float), /* numbers of a line of memory */
  FEW_TILES = 12,            /* that have no time for what the next panel of a reads */
  STRETCH = 4 * LINE,        /* inner places between which lines are asked for */
  AHEAD = 8                  /* rows of b that are asked for into the first-level cache before they are read */
};

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));
typedef float loose_vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));
typedef int32_t lane_numbers __attribute__((vector_size(LANES * sizeof(int32_t))));

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLLED _Pragma("unroll")
#else
#define UNROLLED _Pragma("GCC unroll 32")
#endif

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t parts_of(int64_t length, int64_t part) { return length <= part ? 1 : (length + part - 1) / part; }
INLINE vector load(const float *from) { return *(const loose_vector *)from; }
INLINE void store(float *to, vector value) { *(loose_vector *)to = value; }

/* `count` numbers of a register, from 1 to all of them. */
INLINE vector load_part(const float *from, int64_t count) { return count == LANES ? load(from) : ef_load_part(from, count); }
INLINE void store_part(float *to, vector value, int64_t count) {
  if (count == LANES) store(to, value);
  else ef_store_part(to, value, count);
}

/* Where a tile goes, and what it is joined with. */
typedef struct {
  float *c;
  int64_t row, column;
  float scale;
  int add;
  const float *bias;
} target;

/* Lines `step` numbers apart, which a tile asks for into the second-level cache, a few in each STRETCH of places, as many as its
   places have lines: more at once would hold up what it reads itself. */
typedef struct {
  const float *at;
  int64_t step;
} errand;

/* The sums of a tile, a times b over k places: number (i, p) of a lies at a[i * a_row + p * a_step], row p of b (WIDTH or
   LANES numbers) at b[p * b_step]. */
typedef struct {
  int64_t k;
  const float *a;
  int64_t a_row, a_step;
  const float *b;
  int64_t b_step;
  errand errands[2];
} factors;

/* A tile that is narrower than its registers, or whose columns are strided. */
static __attribute__((noinline)) void store_numbers(const float *sums, int rows, int64_t across, int64_t width,
                                                    const target *to, int64_t column) {
  const float *bias = to->bias ? to->bias + column : NULL;
  for (int i = 0; i < rows; i++, sums += across) {
    float *c = to->c + i * to->row + column * to->column;
    if (to->column == 1) {
      for (int64_t j = 0; j < width; j += LANES) {
        const int64_t count = smaller(LANES, width - j);
        vector value = to->scale * load_part(sums + j, count);
        if (bias) value += load_part(bias + j, count);
        if (to->add) value += load_part(c + j, count);
        store_part(c + j, value, count);
      }
      continue;
    }
    for (int64_t j = 0; j < width; j++) {
      float value = to->scale * sums[j] + (bias ? bias[j] : 0);
      c[j * to->column] = to->add ? c[j * to->column] + value : value;
    }
  }
}

/* Rows of a are reached from three bases, by a multiple of a_row that an address can hold: 14 pointers would not fit the
   registers. The empty asm keeps the compiler from making them all the same. */
INLINE void tile(const int rows, const int vectors, const factors *of, int64_t width, const target *to) {
  vector sum[ROWS][2] = {0};
  const int64_t a_row = of->a_row, a_step = of->a_step, b_step = of->b_step;
  const float *a0 = of->a, *a1 = rows > 5 ? a0 + 5 * a_row : a0, *a2 = rows > 10 ? a0 + 10 * a_row : a0,
              *b = of->b;
  int direct = to->column == 1 && width == vectors * LANES;
  if (direct) {
    UNROLLED for (int i = 0; i < rows; i++) {
      __builtin_prefetch(to->c + i * to->row, 1);
      __builtin_prefetch(to->c + i * to->row + vectors * LANES - 1, 1);
    }
  }
  errand first = of->errands[0], second = of->errands[1];
  for (int64_t left = of->k; left > 0; left -= STRETCH) {
    for (int at = 0; at < STRETCH / LINE; at++) {
      __builtin_prefetch(first.at, 0, 2);
      __builtin_prefetch(second.at, 0, 2);
      first.at += first.step;
      second.at += second.step;
    }
    for (int64_t p = smaller(left, STRETCH); p > 0; p--) {
      vector right[2];
      UNROLLED for (int j = 0; j < vectors; j++) right[j] = load(b + j * LANES);
      UNROLLED for (int j = 0; j < vectors * LANES; j += LINE) __builtin_prefetch(b + AHEAD * b_step + j);
      UNROLLED for (int i = 0; i < rows; i++) {
        const float *base = i < 5 ? a0 : i < 10 ? a1 : a2;
        float number = base[(i % 5) * a_row];
        UNROLLED for (int j = 0; j < vectors; j++) sum[i][j] += number * right[j];
      }
      a0 += a_step;
      if (rows > 5) a1 += a_step;
      if (rows > 10) a2 += a_step;
      b += b_step;
      __asm__("" : "+r"(a0), "+r"(a1), "+r"(a2));
    }
  }
  if (!direct) {
    float sums[ROWS * WIDTH];
    UNROLLED for (int i = 0; i < rows; i++)
      UNROLLED for (int j = 0; j < vectors; j++) store(sums + (i * vectors + j) * LANES, sum[i][j]);
    store_numbers(sums, rows, vectors * LANES, width, to, 0);
    return;
  }
  UNROLLED for (int i = 0; i < rows; i++)
    UNROLLED for (int j = 0; j < vectors; j++) sum[i][j] *= to->scale;
  if (to->bias) {
    UNROLLED for (int j = 0; j < vectors; j++) {
      vector bias = load(to->bias + j * LANES);
      UNROLLED for (int i = 0; i < rows; i++) sum[i][j] += bias;
    }
  }
  float *c = to->c;
  if (to->add) {
    UNROLLED for (int i = 0; i < rows; i++, c += to->row)
      UNROLLED for (int j = 0; j < vectors; j++) store(c + j * LANES, load(c + j * LANES) + sum[i][j]);
  } else {
    UNROLLED for (int i = 0; i < rows; i++, c += to->row)
      UNROLLED for (int j = 0; j < vectors; j++) store(c + j * LANES, sum[i][j]);
  }
}

typedef void tile_of(const factors *, int64_t width, const target *);
#define TILES(ROWS_)                                                                                                    \
  static void tile_##ROWS_##_1(const factors *of, int64_t width, const target *to) { tile(ROWS_, 1, of, width, to); }   \
  static void tile_##ROWS_##_2(const factors *of, int64_t width, const target *to) { tile(ROWS_, 2, of, width, to); }
#define NAMES(ROWS_) {tile_##ROWS_##_1, tile_##ROWS_##_2}

TILES(1) TILES(2) TILES(3) TILES(4) TILES(5) TILES(6)
#if defined(__AVX512F__) || defined(__aarch64__)
TILES(7) TILES(8) TILES(9) TILES(10) TILES(11) TILES(12) TILES(13) TILES(14)
#endif

static tile_of *const tiles[ROWS][2] = {
    NAMES(1), NAMES(2), NAMES(3), NAMES(4), NAMES(5), NAMES(6),
#if defined(__AVX512F__) || defined(__aarch64__)
    NAMES(7), NAMES(8), NAMES(9), NAMES(10), NAMES(11), NAMES(12), NAMES(13), NAMES(14),
#endif
};

#endif
