/* Running a PASS: each thread takes its share of the space, block by block: loads, steps, stores. */
#include <string.h>

#include "lanes.h"
#include "pass-block.h"

/* What one run settles for all threads. */
typedef struct {
  const ef_pass *pass;
  ef_run *run;
  int shares, partial; /* partial: threads sum into memory of their own, where the plan says so */
  int adds[EF_STORES], direct[EF_STORES], copied[EF_LOADS];
} pass_run;

static void settle_overlaps(pass_run *all);
static void run_share(void *context, int index);
static void add_partials(const pass_run *all, int store);

int ef_run_pass(const void *plan, ef_run *run) {
  const ef_pass *pass = plan;
  pass_run all = {.pass = pass, .run = run, .shares = 1};
  for (int at = 0; at < pass->stores; at++) {
    all.adds[at] = ef_adds(pass->store[at].mode, run);
    all.direct[at] = pass->store[at].direct && !all.adds[at];
  }
  settle_overlaps(&all);
  if (pass->split >= 0) {
    const int inner = pass->split == pass->space.rank - 1;
    const int64_t most = pass->space.length[pass->split] / (inner ? pass->block_width : 1);
    all.shares = ef_worth(run, pass->weight);
    if (all.shares > most) all.shares = most > 0 ? (int)most : 1;
  }
  all.partial = all.shares > 1;
  ef_threads_run(run->threads, all.shares, run_share, &all);
  for (int at = 0; all.partial && at < pass->stores; at++) {
    if (pass->store[at].partial >= 0) add_partials(&all, at);
  }
  return 0;
}

/* Where a load and a store are the same memory: the store must not come before the load's last use. */
static void settle_overlaps(pass_run *all) {
  const ef_pass *pass = all->pass;
  for (int at = 0; at < pass->overlaps; at++) {
    const ef_load_plan *load = &pass->load[pass->overlap[at].load];
    const ef_store_plan *store = &pass->store[pass->overlap[at].store];
    const float *from = ef_address(all->run, &load->operand), *to = ef_address(all->run, &store->operand);
    if (from + (int64_t)ef_extent(&pass->space, &load->operand) <= to) continue;
    if (to + (int64_t)ef_extent(&pass->space, &store->operand) <= from) continue;
    if (load->last_use > store->source - pass->loads) all->direct[pass->overlap[at].store] = 0;
    if (load->last_use >= pass->steps) all->copied[pass->overlap[at].load] = 1; /* another store reads it */
  }
}

static int64_t run_of(const ef_part *part, const int64_t *stride, int is_full) {
  int64_t rows = 1;
  for (int axis = part->outer - 1; axis >= 0; axis--) {
    if (stride[axis] != rows * (is_full ? part->width : 1)) break;
    rows *= part->length[axis];
  }
  return rows;
}

/* Strides of a thread's own sums: the axes that the store passes through, one behind the other. */
static void dense_strides(const ef_pass *pass, const ef_operand *operand, int64_t *stride) {
  int64_t step = 1;
  for (int axis = pass->space.rank - 1; axis >= 0; axis--) {
    stride[axis] = operand->stride[axis] == 0 ? 0 : step;
    if (operand->stride[axis] != 0) step *= pass->space.length[axis];
  }
}

/* Zeros in every element that the share will add to. */
static void clear(const ef_part *part, const ef_view *view) {
  int64_t index[EF_RANK] = {0};
  const int rank = part->pass->space.rank;
  float *at = view->base;
  for (int axis = 0; axis < rank; axis++) {
    if (view->stride[axis] != 0 && part->length[axis] == 0) return;
  }
  for (;;) {
    int axis = rank - 1;
    if (view->stride[axis] == 1) memset(at, 0, (size_t)part->length[axis] * 4);
    else for (int64_t place = 0; place == 0 || (view->stride[axis] != 0 && place < part->length[axis]); place++) at[place * view->stride[axis]] = 0;
    for (axis--; axis >= 0; axis--) {
      if (view->stride[axis] == 0) continue;
      at += view->stride[axis];
      if (++index[axis] < part->length[axis]) break;
      at -= part->length[axis] * view->stride[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

static void view_store(const pass_run *all, ef_part *part, int at, int64_t start) {
  const ef_pass *pass = all->pass;
  const ef_store_plan *store = &pass->store[at];
  ef_view *view = &part->to[at];
  const int own = all->partial && store->partial >= 0;
  view->stride = store->operand.stride;
  if (own) {
    dense_strides(pass, &store->operand, part->sum_stride[at]);
    view->stride = part->sum_stride[at];
    view->base = part->scratch + store->partial;
    memset(view->base, 0, (size_t)store->partial_size * 4);
  } else {
    view->base = ef_address(all->run, &store->operand) + (pass->split < 0 ? 0 : start * store->operand.stride[pass->split]);
  }
  view->run = run_of(part, view->stride, !store->per_row);
  if (store->sums && !own && !all->adds[at]) clear(part, view);
  part->adds[at] = store->sums || all->adds[at];
}

static void begin_share(const pass_run *all, ef_part *part, int index) {
  const ef_pass *pass = all->pass;
  int64_t start = 0;
  part->pass = pass;
  part->scratch = (float *)all->run->scratch[index];
  part->outer = pass->space.rank - 1;
  part->direct = all->direct;
  part->copied = all->copied;
  memcpy(part->length, pass->space.length, (size_t)pass->space.rank * sizeof *part->length);
  if (pass->split >= 0) {
    const int64_t length = pass->space.length[pass->split], grain = pass->split == part->outer ? EF_LANES : 1;
    start = ef_share(length, all->shares, index, grain);
    part->length[pass->split] = ef_share(length, all->shares, index + 1, grain) - start;
  }
  part->width = part->length[part->outer];
  part->rows = part->width == 0 ? 0 : 1;
  for (int axis = 0; axis < part->outer; axis++) part->rows *= part->length[axis];
  for (int at = 0; at < pass->loads; at++) {
    const ef_operand *operand = &pass->load[at].operand;
    ef_view *view = &part->from[at];
    view->stride = operand->stride;
    view->base = ef_address(all->run, operand) + (pass->split < 0 ? 0 : start * operand->stride[pass->split]);
    view->run = run_of(part, operand->stride, pass->load[at].kind == EF_FULL);
  }
  for (int at = 0; at < pass->stores; at++) view_store(all, part, at, start);
  for (int at = 0; at < pass->steps; at++) {
    const ef_step_plan *step = &pass->step[at];
    const int constant = step->kernel == NULL && !step->filled;
    part->reg[pass->loads + at] = constant ? &step->number : part->scratch + step->strip;
  }
}

static inline int64_t row_stride(int kind, int64_t width) {
  return kind == EF_FULL ? width : kind == EF_ALONG_ROWS ? 1 : 0;
}

static inline void run_step(ef_part *part, const ef_step_plan *step, int at, int64_t count, int64_t width) {
  ef_call call = {.rows = count, .width = width, .number = step->number, .to = (float *)part->reg[part->pass->loads + at]};
  if (step->too >= 0) call.too = (float *)part->reg[step->too];
  call.a = part->reg[step->source[0]];
  call.b = step->operands > 1 ? part->reg[step->source[1]] : call.a;
  call.c = step->operands > 2 ? part->reg[step->source[2]] : call.a;
  if (step->whole) {
    call.rows = 1;
    call.width = count * width;
  } else if (step->space == EF_FULL) {
    call.a_row = row_stride(step->source_kind[0], width);
    call.b_row = row_stride(step->source_kind[1], width);
    call.c_row = row_stride(step->source_kind[2], width);
  } else {
    call.rows = 1;
    call.width = step->space == EF_ALONG_ROWS ? count : step->space == EF_ALONG_ROW ? width : 1;
  }
  step->kernel(&call);
}

static void run_once(ef_part *part) {
  const ef_pass *pass = part->pass;
  for (int at = 0; at < pass->steps; at++) {
    if (pass->step[at].once && pass->step[at].kernel != NULL) run_step(part, &pass->step[at], at, 1, part->width);
  }
}

static void run_block(ef_part *part, const ef_block *block) {
  const ef_pass *pass = part->pass;
  ef_load_block(part, block);
  for (int at = 0; at < pass->stores; at++) { /* a step writes to memory itself where it may */
    const ef_store_plan *store = &pass->store[at];
    if (!store->direct) continue;
    float *piece = part->direct[at] ? ef_piece(part, &part->to[at], block) : NULL;
    part->reg[store->source] = piece != NULL ? piece : part->scratch + pass->step[store->source - pass->loads].strip;
  }
  for (int at = 0; at < pass->steps; at++) {
    if (!pass->step[at].once && pass->step[at].kernel != NULL) run_step(part, &pass->step[at], at, block->count, block->width);
  }
  ef_store_block(part, block);
}

static void run_share(void *context, int index) {
  const pass_run *all = context;
  const ef_pass *pass = all->pass;
  ef_part part;
  begin_share(all, &part, index);
  if (part.rows == 0) return;
  ef_load_shared(&part);
  run_once(&part);
  ef_block block = {.row = 0};
  while (block.row < part.rows) {
    block.count = part.rows - block.row < pass->block_rows ? part.rows - block.row : pass->block_rows;
    for (block.column = 0; block.column < part.width; block.column += pass->block_width) {
      block.width = part.width - block.column < pass->block_width ? part.width - block.column : pass->block_width;
      run_block(&part, &block);
    }
    block.row += block.count;
    int axis = part.outer - 1;
    if (axis >= 0) block.index[axis] += block.count;
    for (; axis > 0 && block.index[axis] >= part.length[axis]; axis--) {
      block.index[axis - 1] += block.index[axis] / part.length[axis];
      block.index[axis] %= part.length[axis];
    }
  }
}

/* What the threads summed, thread by thread, into the target. */
static void add_partials(const pass_run *all, int at) {
  const ef_pass *pass = all->pass;
  const ef_store_plan *store = &pass->store[at];
  float *const target = ef_address(all->run, &store->operand);
  int64_t index[EF_RANK] = {0}, offset = 0;
  for (int64_t place = 0; place < store->partial_size; place++) {
    float sum = all->adds[at] ? target[offset] : 0;
    for (int thread = 0; thread < all->shares; thread++) sum += ((const float *)all->run->scratch[thread])[store->partial + place];
    target[offset] = sum;
    for (int axis = pass->space.rank - 1; axis >= 0; axis--) {
      if (store->operand.stride[axis] == 0) continue;
      offset += store->operand.stride[axis];
      if (++index[axis] < pass->space.length[axis]) break;
      offset -= pass->space.length[axis] * store->operand.stride[axis];
      index[axis] = 0;
    }
  }
}
