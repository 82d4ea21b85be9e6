/* COPY and FILL: elements from one layout to another. Rows that lie together on both sides are copied as such; where the two
   sides have different innermost axes, tiles are transposed. */
#include <string.h>

#include "instruction.h"
#include "lanes.h"
#include "tiles.h"

typedef struct {
  ef_space space; /* axes in the order of the target, the inner axis last; the one before it is walked by the kernel too */
  ef_operand to, from;
  int mode, fills, split;
  float number;
} copy_plan;

typedef struct {
  const copy_plan *plan;
  float *to;
  const float *from;
  int shares, adds;
} copy_run;

static int run_copy(const void *plan, ef_run *run);
static void arrange(copy_plan *plan);

void ef_make_copy(ef_reader *reader, ef_instruction *instruction) {
  copy_plan plan = {.mode = (int)ef_read_whole(reader, "mode", 0, 2)};
  plan.space = ef_read_space(reader, 0);
  plan.to = ef_read_operand(reader, &plan.space);
  plan.from = ef_read_operand(reader, &plan.space);
  if (reader->failed) return;
  arrange(&plan);
  *instruction = (ef_instruction){.run = run_copy, .plan = ef_keep(reader, &plan, sizeof plan)};
}

void ef_make_fill(ef_reader *reader, ef_instruction *instruction) {
  copy_plan plan = {.fills = 1, .number = (float)ef_read_number(reader, "number")};
  plan.space = ef_read_space(reader, 0);
  plan.to = ef_read_operand(reader, &plan.space);
  if (reader->failed) return;
  arrange(&plan); /* the source stands still: all its strides are 0 */
  *instruction = (ef_instruction){.run = run_copy, .plan = ef_keep(reader, &plan, sizeof plan)};
}

static void swap_axes(copy_plan *plan, int one, int other) {
  int64_t *const lists[] = {plan->space.length, plan->to.stride, plan->from.stride};
  for (int list = 0; list < 3; list++) {
    const int64_t kept = lists[list][one];
    lists[list][one] = lists[list][other];
    lists[list][other] = kept;
  }
}

static void move_axis(copy_plan *plan, int from, int to) {
  for (; from < to; from++) swap_axes(plan, from, from + 1);
}

/* Sorts the axes by the target's strides, merges them, and brings the axis along which the source is contiguous before the
   inner one. */
static void arrange(copy_plan *plan) {
  ef_space *space = &plan->space;
  ef_operand *const both[] = {&plan->to, &plan->from};
  ef_merge_axes(space, space->rank, both, 2);
  for (int done = 1; done < space->rank; done++) {
    for (int at = done; at > 0 && plan->to.stride[at - 1] < plan->to.stride[at]; at--) swap_axes(plan, at - 1, at);
  }
  ef_merge_axes(space, space->rank, both, 2);
  while (space->rank < 2) { /* at least a row axis and an inner axis */
    space->length[space->rank] = 1;
    plan->to.stride[space->rank] = plan->from.stride[space->rank] = 0;
    if (space->rank == 1) swap_axes(plan, 0, 1);
    space->rank++;
  }
  const int inner = space->rank - 1;
  if (plan->from.stride[inner] != 1) {
    for (int axis = 0; axis < inner; axis++) {
      if (plan->from.stride[axis] == 1) {
        move_axis(plan, axis, inner - 1);
        break;
      }
    }
  }
  plan->split = 0;
  for (int axis = 1; axis < inner; axis++) {
    if (space->length[plan->split] < 8 && space->length[axis] > space->length[plan->split]) plan->split = axis;
  }
}

static void add_row(float *to, const float *from, int64_t count) {
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, ef_load(to + at) + ef_load(from + at));
  for (; at < count; at++) to[at] += from[at];
}

/* A row of n elements; short rows are copied by hand, since a call takes as long as they do. */
EF_INLINE void copy_row(float *to, const float *from, int64_t count) {
  if (count > 256) {
    memcpy(to, from, (size_t)count * 4);
    return;
  }
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, ef_load(from + at));
  for (; at < count; at++) ((ef_int *)to)[at] = ((const ef_int *)from)[at];
}

static void fill_row(float *to, float number, int64_t count) {
  const ef_v all = ef_splat(number);
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, all);
  for (; at < count; at++) to[at] = number;
}

/* The last two axes. */
static void copy_plane(const copy_run *run, float *to, const float *from, int64_t rows) {
  const copy_plan *plan = run->plan;
  const int inner = plan->space.rank - 1;
  const int64_t width = plan->space.length[inner];
  const int64_t to_row = plan->to.stride[inner - 1], to_step = plan->to.stride[inner];
  const int64_t from_row = plan->from.stride[inner - 1], from_step = plan->from.stride[inner];
  if (to_step == 1 && from_step != 1 && from_row == 1 && !run->adds) {
    ef_transpose(to, to_row, from, from_step, rows, width);
    return;
  }
  for (int64_t row = 0; row < rows; row++, to += to_row, from += from_row) {
    if (to_step == 1 && plan->fills) fill_row(to, plan->number, width);
    else if (to_step == 1 && from_step == 1 && run->adds) add_row(to, from, width);
    else if (to_step == 1 && from_step == 1) copy_row(to, from, width);
    else if (run->adds) for (int64_t at = 0; at < width; at++) to[at * to_step] += from[at * from_step];
    else for (int64_t at = 0; at < width; at++) ((ef_int *)to)[at * to_step] = ((const ef_int *)from)[at * from_step];
  }
}

static void run_share(void *context, int share) {
  const copy_run *run = context;
  const copy_plan *plan = run->plan;
  const int outer = plan->space.rank - 2;
  int64_t length[EF_RANK], index[EF_RANK] = {0};
  memcpy(length, plan->space.length, sizeof length);
  const int64_t start = ef_share(length[plan->split], run->shares, share, 1);
  length[plan->split] = ef_share(length[plan->split], run->shares, share + 1, 1) - start;
  float *to = run->to + start * plan->to.stride[plan->split];
  const float *from = run->from + start * plan->from.stride[plan->split];
  for (int axis = 0; axis <= outer + 1; axis++) {
    if (length[axis] == 0) return;
  }
  for (;;) {
    copy_plane(run, to, from, length[outer]);
    int axis = outer - 1;
    for (; axis >= 0; axis--) {
      to += plan->to.stride[axis];
      from += plan->from.stride[axis];
      if (++index[axis] < length[axis]) break;
      to -= length[axis] * plan->to.stride[axis];
      from -= length[axis] * plan->from.stride[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

static int run_copy(const void *kept, ef_run *run) {
  const copy_plan *plan = kept;
  copy_run each = {.plan = plan, .to = ef_address(run, &plan->to), .adds = ef_adds(plan->mode, run)};
  each.from = plan->fills ? &plan->number : ef_address(run, &plan->from);
  each.shares = ef_worth(run, ef_size_of(&plan->space));
  if (each.shares > plan->space.length[plan->split]) each.shares = (int)plan->space.length[plan->split];
  if (each.shares < 1) each.shares = 1;
  ef_threads_run(run->threads, each.shares, run_share, &each);
  return 0;
}
