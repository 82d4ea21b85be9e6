/* Matrix products: tiles of c held in registers, over panels of a and b that lie in the nearest caches. */
#include "products.h"

#include "product-panels.h"
#include "product-rows.h"
#include "product-tile.h"

/* ---- one product on one thread ---- */

/* Columns and inner places of a piece. */
typedef struct {
  int64_t column, n, place, k;
} block;

/* A block of b as tiles read it: columns before `near` where they lie, those behind in a copy; and what comes after it. */
typedef struct {
  int64_t n, row, near;
  const float *there, *copy;
  ahead next;
} panels_of_b;

/* One panel of a by all of b. `done`: tiles of the block before these. */
static void multiply_panel(factors *of, int64_t rows, const panels_of_b *b, const target *to, const ahead *next_a, int64_t done) {
  target at = *to;
  for (int64_t j = 0; j < b->n; j += WIDTH) {
    int64_t width = smaller(WIDTH, b->n - j), narrow = width <= LANES;
    of->b = j < b->near ? b->there + j : b->copy + (j - b->near) * of->k;
    of->b_step = j < b->near ? b->row : narrow ? LANES : WIDTH;
    of->errands[0] = errand_of(next_a, j / WIDTH, of->a);
    of->errands[1] = errand_of(&b->next, done + j / WIDTH, of->a);
    at.c = to->c + j * to->column;
    if (to->bias) at.bias = to->bias + j;
    tiles[rows - 1][!narrow](of, width, &at);
  }
}

static const float *start_of(const ef_matrix *b, const block *at) {
  return b->data + at->place * b->row + at->column * b->column;
}

/* A block of b is packed once, then used by one panel of a after the other, while the next block comes nearer. */
static void multiply_block(const piece *of, const block *now, const block *next) {
  const ef_matrix *a = &of->a, *b = &of->b;
  const int64_t n = now->n, k = now->k;
  const float *left = a->data + now->place * a->column;
  /* where few rows use it, b is read where it lies, but for a panel that is not full */
  int few = of->m <= FEW_ROWS || (of->m <= SOME_ROWS && b->row < FAR && of->k * of->n > SMALL);
  int stays = b->column == 1 && few;
  panels_of_b right = {n, b->row, stays ? n / WIDTH * WIDTH : 0, start_of(b, now), packed_b, {0}};
  pack_b(packed_b, right.there + right.near * b->column, b->row, b->column, k, n - right.near);
  if (!stays && next->n > 0) right.next = ahead_b(start_of(b, next), b->row, b->column, next->k, next->n, k);
  target to = of->to;
  to.c += now->column * to.column;
  if (to.bias) to.bias = now->place > 0 ? NULL : to.bias + now->column;
  if (now->place > 0) to.add = 1;
  int64_t panels = parts_of(of->m, ROWS), across = parts_of(n, WIDTH);
  int near_a = n <= 2 * WIDTH && (a->column == 1 || a->row == 1);
  for (int64_t panel = 0; panel < panels; panel++) {
    int64_t i = of->m * panel / panels, rows = of->m * (panel + 1) / panels - i;
    factors tile_factors = {.k = k, .a = left + i * a->row, .a_row = a->row, .a_step = a->column};
    ahead next_a = {0};
    if (!near_a) pack_a(&tile_factors, left, a->row, a->column, k, rows, i, of->m);
    if (!near_a && panel + 1 < panels) {
      const float *coming = left + (i + rows) * a->row;
      if (across < FEW_TILES) fetch_a(coming, a->row, a->column, k, rows);
      else next_a = ahead_a(coming, a->row, a->column, k, rows);
    }
    target here = to;
    here.c += i * to.row;
    multiply_panel(&tile_factors, rows, &right, &here, &next_a, panel * across);
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
  block now = {0, smaller(columns, of->n), 0, depth};
  while (now.n > 0) {
    block next = now;
    next.place += depth;
    if (next.place >= of->k) next = (block){now.column + columns, 0, 0, 0};
    next.n = smaller(columns, of->n - next.column);
    next.k = smaller(depth, of->k - next.place);
    multiply_block(of, &now, &next);
    now = next;
  }
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
