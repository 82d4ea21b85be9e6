/* Matrix products: tiles of c held in registers, over panels of a and b that lie in the nearest caches. */
#include "products.h"

#include <stddef.h>
#include <string.h>

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
  DEPTH = 256,               /* longest block of the inner length */
  BLOCK = 144 * 1024,        /* numbers of b that are packed at once: near half of a second-level cache of a megabyte */
  FEW_ROWS = 2 * ROWS,
  PANEL_ROW = DEPTH + 16,    /* from row to row of a copied panel: no power of two, which would fall on few cache sets */
  ALIGNED = 64
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

static _Thread_local float packed_b[BLOCK] __attribute__((aligned(ALIGNED)));
static _Thread_local float packed_a[WINDOW * PANEL_ROW] __attribute__((aligned(ALIGNED)));

INLINE int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t parts_of(int64_t length, int64_t part) { return length <= part ? 1 : (length + part - 1) / part; }
INLINE vector load(const float *from) { return *(const loose_vector *)from; }
INLINE void store(float *to, vector value) { *(loose_vector *)to = value; }

/* ---- one tile of c ---- */

/* Where a tile goes, and what it is joined with. */
typedef struct {
  float *c;
  int64_t row, column;
  float scale;
  int add;
  const float *bias;
} target;

/* The sums of a tile, a times b over k places: number (i, p) of a lies at a[i * a_row + p * a_step], row p of b (WIDTH or
   LANES numbers) at b[p * b_step]. */
typedef struct {
  int64_t k;
  const float *a;
  int64_t a_row, a_step;
  const float *b;
  int64_t b_step;
} factors;

/* A tile that is narrower than its registers, or whose columns are strided. */
static __attribute__((noinline)) void store_numbers(const float *sums, int rows, int64_t across, int64_t width,
                                                    const target *to, int64_t column) {
  const float *bias = to->bias ? to->bias + column : NULL;
  for (int i = 0; i < rows; i++, sums += across) {
    float *c = to->c + i * to->row + column * to->column;
    if (to->column == 1) {
      if (bias && to->add) for (int64_t j = 0; j < width; j++) c[j] += to->scale * sums[j] + bias[j];
      else if (to->add) for (int64_t j = 0; j < width; j++) c[j] += to->scale * sums[j];
      else if (bias) for (int64_t j = 0; j < width; j++) c[j] = to->scale * sums[j] + bias[j];
      else for (int64_t j = 0; j < width; j++) c[j] = to->scale * sums[j];
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
  for (int64_t p = of->k; p > 0; p--) {
    vector right[2];
    UNROLLED for (int j = 0; j < vectors; j++) right[j] = load(b + j * LANES);
    UNROLLED for (int i = 0; i < rows; i++) {
      const float *base = i < 5 ? a0 : i < 10 ? a1 : a2;
      float left = base[(i % 5) * a_row];
      UNROLLED for (int j = 0; j < vectors; j++) sum[i][j] += left * right[j];
    }
    a0 += a_step;
    if (rows > 5) a1 += a_step;
    if (rows > 10) a2 += a_step;
    b += b_step;
    __asm__("" : "+r"(a0), "+r"(a1), "+r"(a2));
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

/* ---- panels ---- */

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
    if (j + LANES <= width) {
      for (; p + LANES <= k; p += LANES) {
        vector block[LANES];
        UNROLLED for (int i = 0; i < LANES; i++) block[i] = load(b + (j + i) * column + p);
        turn(block);
        UNROLLED for (int i = 0; i < LANES; i++) store(to + (p + i) * across + j, block[i]);
      }
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

/* Rows of a, copied so that they lie near one another; the tile's view of them. `below` rows of a follow the first. */
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
    for (int64_t p = 0; p < k; p++) memcpy(to + p * WINDOW, a + start + p * column, WINDOW * sizeof(float));
    of->a = to + (first - start);
    return;
  }
  for (int64_t p = 0; p < k; p++)
    for (int64_t i = 0; i < rows; i++) to[p * WINDOW + i] = a[(first + i) * row + p * column];
  of->a = to;
}

/* Asks for rows of a that pack_a copies next, while a tile keeps the arithmetic busy. */
static void fetch_a(const float *a, int64_t row, int64_t column, int64_t k, int64_t rows) {
  const int64_t line = ALIGNED / (int64_t)sizeof(float);
  if (column == 1) {
    for (int64_t i = 0; i < rows; i++)
      for (int64_t p = 0; p < k; p += line) __builtin_prefetch(a + i * row + p, 0, 2);
  } else if (row == 1) {
    for (int64_t p = 0; p < k; p++) __builtin_prefetch(a + rows - 1 + p * column, 0, 2);
  }
}

/* ---- few rows: what is read of b is what it costs, so b is read where it lies ---- */

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

/* Dot products of one row of a with LANES columns of b, all of them contiguous. */
static __attribute__((noinline)) void dots(int64_t k, const float *a, const float *b, int64_t column, float *sums) {
  vector sum[LANES] = {0};
  const float *base[4];
  for (int i = 0; i < 4; i++) base[i] = 5 * i < LANES ? b + 5 * i * column : b;
  int64_t p = 0;
  for (; p + LANES <= k; p += LANES) {
    vector left = load(a + p);
    UNROLLED for (int l = 0; l < LANES; l++) sum[l] += left * load(column_at(base, l, column));
    for (int i = 0; i < 4; i++) base[i] += LANES;
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
      dots(of->k, of->a.data + i * of->a.row, of->b.data + start * of->b.column, of->b.column, sums);
      target to = of->to;
      to.c += i * to.row;
      store_numbers(sums + (j - start), 1, 0, width, &to, j);
    }
  }
}

/* ---- one product on one thread ---- */

/* A block of b for one panel of a: panel by panel, of which those before `packed` are read where they lie. */
static void multiply_panel(factors *of, int64_t rows, int64_t n, const ef_matrix *b, int64_t packed, const target *to) {
  target at = *to;
  for (int64_t j = 0; j < n; j += WIDTH) {
    int64_t width = smaller(WIDTH, n - j), narrow = width <= LANES;
    of->b = j < packed ? b->data + j : packed_b + (j - packed) * of->k;
    of->b_step = j < packed ? b->row : narrow ? LANES : WIDTH;
    at.c = to->c + j * to->column;
    if (to->bias) at.bias = to->bias + j;
    tiles[rows - 1][!narrow](of, width, &at);
  }
}

/* Columns `n` and inner places `k` of a piece from p on: b is packed once, a panel of rows at a time. */
static void multiply_block(const piece *of, int64_t first_column, int64_t n, int64_t first, int64_t k) {
  const ef_matrix *a = &of->a;
  ef_matrix b = {of->b.data + first * of->b.row + first_column * of->b.column, of->b.row, of->b.column};
  const float *left = a->data + first * a->column;
  /* where few rows use it, b is not worth a copy, but for a panel that is not full */
  int64_t packed = of->m <= FEW_ROWS && b.column == 1 ? n / WIDTH * WIDTH : 0;
  pack_b(packed_b, b.data + packed * b.column, b.row, b.column, k, n - packed);
  target to = of->to;
  to.c += first_column * to.column;
  if (to.bias) to.bias = first > 0 ? NULL : to.bias + first_column;
  if (first > 0) to.add = 1;
  int64_t panels = parts_of(of->m, ROWS);
  int near = n <= 2 * WIDTH && (a->column == 1 || a->row == 1);
  for (int64_t panel = 0; panel < panels; panel++) {
    int64_t i = of->m * panel / panels, rows = of->m * (panel + 1) / panels - i;
    factors tile_factors = {k, left + i * a->row, a->row, a->column, NULL, 0};
    if (!near) {
      pack_a(&tile_factors, left, a->row, a->column, k, rows, i, of->m);
      if (panel + 1 < panels) fetch_a(left + (i + rows) * a->row, a->row, a->column, k, rows);
    }
    target here = to;
    here.c += i * to.row;
    multiply_panel(&tile_factors, rows, n, &b, packed, &here);
  }
}

/* Blocks of near equal size, so that none is a remainder. */
static void multiply_piece(const piece *of) {
  if (of->n >= LANES && of->m == 1 && of->b.column == 1) return multiply_row(of);
  if (of->n >= LANES && of->m <= 4 && of->b.row == 1 && of->a.column == 1) return multiply_dots(of);
  int64_t deep = parts_of(of->k, DEPTH), depth = parts_of(of->k, deep);
  int64_t most = BLOCK / (depth > 0 ? depth : 1) / WIDTH * WIDTH;
  int64_t wide = parts_of(of->n, most);
  int64_t columns = parts_of(parts_of(of->n, wide), WIDTH) * WIDTH;
  for (int64_t j = 0; j < of->n; j += columns)
    for (int64_t p = 0; p == 0 || p < of->k; p += depth)
      multiply_block(of, j, smaller(columns, of->n - j), p, smaller(depth, of->k - p));
}

/* ---- threads ---- */

typedef struct {
  const ef_product *product;
  int64_t count; /* of products in the batch */
  int tasks;
  int by; /* what a task takes a share of: 0 the batch, 1 rows, 2 columns */
} job;

/* Product number `index` of the batch. */
static piece piece_of(const ef_product *product, int64_t index) {
  piece one = {product->m, product->n, product->k, product->a, product->b,
               {product->c, product->c_row, product->c_column, product->scale, product->add, product->bias}};
  for (int axis = product->rank - 1; axis >= 0; axis--) {
    int64_t at = index % product->length[axis];
    index /= product->length[axis];
    one.a.data += at * product->a_stride[axis];
    one.b.data += at * product->b_stride[axis];
    one.to.c += at * product->c_stride[axis];
  }
  return one;
}

static void take_rows(piece *of, int64_t first, int64_t end) {
  of->a.data += first * of->a.row;
  of->to.c += first * of->to.row;
  of->m = end - first;
}

static void take_columns(piece *of, int64_t first, int64_t end) {
  of->b.data += first * of->b.column;
  of->to.c += first * of->to.column;
  if (of->to.bias) of->to.bias += first;
  of->n = end - first;
}

static void multiply_share(void *context, int task) {
  const job *all = context;
  const ef_product *product = all->product;
  int64_t begin = 0, end = all->count;
  if (all->by == 0) {
    begin = all->count * task / all->tasks;
    end = all->count * (task + 1) / all->tasks;
  }
  for (int64_t index = begin; index < end; index++) {
    piece one = piece_of(product, index);
    if (all->by == 1) take_rows(&one, one.m * task / all->tasks, one.m * (task + 1) / all->tasks);
    if (all->by == 2) {
      int64_t panels = parts_of(one.n, WIDTH), last = panels * (task + 1) / all->tasks * WIDTH;
      take_columns(&one, panels * task / all->tasks * WIDTH, smaller(one.n, last));
    }
    if (one.m > 0 && one.n > 0) multiply_piece(&one);
  }
}

void ef_multiply(ef_threads *threads, const ef_product *product) {
  job all = {product, 1, ef_threads_count(threads), 0};
  for (int axis = 0; axis < product->rank; axis++) all.count *= product->length[axis];
  if (all.count == 0 || product->m == 0 || product->n == 0) return;
  double work = (double)all.count * product->m * product->n * (product->k + 1);
  if (all.tasks == 1 || work < 100000) {
    all.tasks = 1;
    multiply_share(&all, 0);
    return;
  }
  if (all.count % all.tasks != 0 && all.count < 4 * all.tasks) {
    /* a share of the rows packs all of b, a share of the columns copies all of a */
    int whole_panels = product->n / WIDTH >= 2 * all.tasks;
    all.by = whole_panels && product->n > product->m ? 2 : 1;
    if (product->m < 2 * all.tasks && product->n > WIDTH) all.by = 2;
  }
  ef_threads_run(threads, all.tasks, multiply_share, &all);
}
