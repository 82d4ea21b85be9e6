/* Rows and elements that ids name (GATHER, SUM_ROWS, TAKE, PLACE), and what goes along rows (CUMULATE, ARGMAX). */
#include <stdlib.h>
#include <string.h>

#include "instruction.h"
#include "lanes.h"
#include "program.h"

typedef struct {
  int opcode, mode, reverse, is_int;
  int64_t rows, width, count;
  ef_operand from, ids, to;
} rows_plan;

enum { MOST_SHARES = 256 };

/* One run of a plan; each share notes the first bad id it meets. */
typedef struct {
  const rows_plan *plan;
  const float *from;
  const ef_int *ids;
  float *to;
  int shares, adds;
  int64_t wrong_at[MOST_SHARES];
} rows_run;

static int run_rows(const void *plan, ef_run *run);

void ef_make_rows(ef_reader *reader, ef_instruction *instruction, int opcode) {
  const int64_t most = (int64_t)1 << 40;
  rows_plan plan = {.opcode = opcode};
  if (opcode == GATHER || opcode == SUM_ROWS) plan.rows = ef_read_whole(reader, "rows", 0, most);
  plan.width = ef_read_whole(reader, "width", 0, most);
  plan.count = ef_read_whole(reader, "count", 0, most);
  if (opcode == SUM_ROWS) plan.mode = (int)ef_read_whole(reader, "mode", 0, 2);
  if (opcode == CUMULATE) {
    plan.reverse = (int)ef_read_whole(reader, "reverse", 0, 1);
    plan.is_int = (int)ef_read_whole(reader, "isInt", 0, 1);
  }
  const int has_ids = opcode != CUMULATE && opcode != ARGMAX;
  plan.from = ef_read_array(reader);
  if (has_ids) plan.ids = ef_read_array(reader);
  plan.to = ef_read_array(reader);
  const double table = (double)plan.rows * (double)plan.width, all = (double)plan.count * (double)plan.width;
  const double count = (double)plan.count;
  ef_check_extent(reader, &plan.from, opcode == GATHER ? table : opcode == PLACE ? count : all);
  if (has_ids) ef_check_extent(reader, &plan.ids, count);
  ef_check_extent(reader, &plan.to, opcode == SUM_ROWS ? table : opcode == TAKE || opcode == ARGMAX ? count : all);
  if (opcode == ARGMAX && plan.width == 0 && plan.count > 0) ef_fail(reader, "no largest of no elements");
  *instruction = (ef_instruction){.run = run_rows, .plan = ef_keep(reader, &plan, sizeof plan)};
}

static void add_into(float *to, const float *from, int64_t count) {
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, ef_load(to + at) + ef_load(from + at));
  for (; at < count; at++) to[at] += from[at];
}

static void gather(rows_run *run, int64_t at, int32_t id) {
  const int64_t width = run->plan->width;
  memcpy(run->to + at * width, run->from + id * width, (size_t)width * 4);
}

static void take(rows_run *run, int64_t at, int32_t id) {
  ((ef_int *)run->to)[at] = ((const ef_int *)run->from)[at * run->plan->width + id];
}

static void place(rows_run *run, int64_t at, int32_t id) {
  float *row = run->to + at * run->plan->width;
  memset(row, 0, (size_t)run->plan->width * 4);
  ((ef_int *)row)[id] = ((const ef_int *)run->from)[at];
}

EF_INLINE void each_id(rows_run *run, int share, int64_t limit, void (*carry_out)(rows_run *, int64_t, int32_t)) {
  const int64_t end = ef_share(run->plan->count, run->shares, share + 1, 1);
  for (int64_t at = ef_share(run->plan->count, run->shares, share, 1); at < end; at++) {
    const int32_t id = run->ids[at];
    if (id < 0 || id >= limit) {
      run->wrong_at[share] = at;
      return;
    }
    carry_out(run, at, id);
  }
}

/* Each share takes some of the columns, and the rows in order: the sums do not depend on the threads. */
static void sum_rows(rows_run *run, int share) {
  const rows_plan *plan = run->plan;
  const int64_t start = ef_share(plan->width, run->shares, share, EF_LANES);
  const int64_t columns = ef_share(plan->width, run->shares, share + 1, EF_LANES) - start;
  if (!run->adds) {
    for (int64_t row = 0; row < plan->rows; row++) memset(run->to + row * plan->width + start, 0, (size_t)columns * 4);
  }
  for (int64_t at = 0; at < plan->count; at++) {
    const int32_t id = run->ids[at];
    if (id < 0 || id >= plan->rows) {
      run->wrong_at[share] = at;
      return;
    }
    add_into(run->to + id * plan->width + start, run->from + at * plan->width + start, columns);
  }
}

static void cumulate(rows_run *run, int share) {
  const rows_plan *plan = run->plan;
  const int64_t end = ef_share(plan->count, run->shares, share + 1, 1);
  const int64_t first = plan->reverse ? plan->width - 1 : 0, step = plan->reverse ? -1 : 1;
  for (int64_t row = ef_share(plan->count, run->shares, share, 1); row < end; row++) {
    int64_t at = row * plan->width + first;
    double sum = 0;
    uint32_t whole = 0;
    for (int64_t left = plan->width; left > 0; left--, at += step) {
      if (plan->is_int) {
        ((ef_int *)run->to)[at] = (int32_t)(whole += (uint32_t)((const ef_int *)run->from)[at]);
      } else {
        run->to[at] = (float)(sum += (double)run->from[at]);
      }
    }
  }
}

static void argmax(rows_run *run, int share) {
  const int64_t width = run->plan->width, end = ef_share(run->plan->count, run->shares, share + 1, 1);
  for (int64_t row = ef_share(run->plan->count, run->shares, share, 1); row < end; row++) {
    const float *from = run->from + row * width;
    int64_t largest = 0;
    for (int64_t at = 1; at < width; at++) {
      if (from[at] > from[largest]) largest = at;
    }
    ((ef_int *)run->to)[row] = (int32_t)largest;
  }
}

static void run_share(void *context, int share) {
  rows_run *run = context;
  switch (run->plan->opcode) {
    case GATHER:
      each_id(run, share, run->plan->rows, gather);
      break;
    case TAKE:
      each_id(run, share, run->plan->width, take);
      break;
    case PLACE:
      each_id(run, share, run->plan->width, place);
      break;
    case SUM_ROWS:
      sum_rows(run, share);
      break;
    case CUMULATE:
      cumulate(run, share);
      break;
    default:
      argmax(run, share);
  }
}

static int run_rows(const void *kept, ef_run *run) {
  const rows_plan *plan = kept;
  rows_run each = {.plan = plan, .from = ef_address(run, &plan->from), .to = ef_address(run, &plan->to)};
  if (plan->opcode != CUMULATE && plan->opcode != ARGMAX) each.ids = (const ef_int *)ef_address(run, &plan->ids);
  each.adds = ef_adds(plan->mode, run);
  each.shares = ef_worth(run, plan->opcode == TAKE ? plan->count * 8 : plan->count * plan->width);
  if (plan->opcode == SUM_ROWS && each.shares > plan->width / EF_LANES) each.shares = (int)(plan->width / EF_LANES);
  if (each.shares < 1) each.shares = 1;
  if (each.shares > MOST_SHARES) each.shares = MOST_SHARES;
  for (int share = 0; share < each.shares; share++) each.wrong_at[share] = -1;
  ef_threads_run(run->threads, each.shares, run_share, &each);
  for (int share = 0; share < each.shares; share++) {
    if (each.wrong_at[share] < 0) continue;
    run->wrong_id = each.ids[each.wrong_at[share]];
    return 1;
  }
  return 0;
}
