/* The loads and the stores of one block of a PASS. */
#include "pass-block.h"

#include <string.h>

#include "lanes.h"
#include "tiles.h"

/* A row's place in one operand. */
typedef struct {
  int64_t index[EF_RANK];
  float *at;
} cursor;

static inline float *first_row(const ef_part *part, const ef_view *view, const ef_block *block) {
  int64_t offset = 0;
  for (int axis = 0; axis < part->outer; axis++) offset += block->index[axis] * view->stride[axis];
  return view->base + offset + block->column * view->stride[part->outer];
}

/* Written in place: a copy of what was just written in smaller pieces would wait for them. */
static inline void begin(cursor *rows, const ef_part *part, const ef_view *view, const ef_block *block) {
  rows->at = first_row(part, view, block);
  for (int axis = 0; axis < part->outer; axis++) rows->index[axis] = block->index[axis];
}

/* On by rows of the last outer axis, not beyond its end. */
static inline void advance(const ef_part *part, const ef_view *view, cursor *rows, int64_t count) {
  int axis = part->outer - 1;
  if (axis < 0) return;
  rows->at += count * view->stride[axis];
  rows->index[axis] += count;
  while (rows->index[axis] >= part->length[axis]) {
    rows->at -= part->length[axis] * view->stride[axis];
    rows->index[axis] = 0;
    if (--axis < 0) return;
    rows->at += view->stride[axis];
    rows->index[axis]++;
  }
}

/* Rows to the end of the last outer axis, at most `left`. */
static inline int64_t rows_ahead(const ef_part *part, const cursor *rows, int64_t left) {
  const int last = part->outer - 1;
  if (last < 0) return left;
  const int64_t ahead = part->length[last] - rows->index[last];
  return ahead < left ? ahead : left;
}

static inline int64_t last_stride(const ef_part *part, const ef_view *view) {
  return part->outer > 0 ? view->stride[part->outer - 1] : 0;
}

static inline int lies_together(const ef_part *part, const ef_view *view, const ef_block *block) {
  return block->count == 1 || view->run >= part->rows || block->row % view->run + block->count <= view->run;
}

float *ef_piece(const ef_part *part, const ef_view *view, const ef_block *block) {
  return lies_together(part, view, block) ? first_row(part, view, block) : NULL;
}

static inline void copy_row(float *to, const float *from, int64_t count) {
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, ef_load(from + at));
  if (at < count) ef_store_part(to + at, ef_load_part(from + at, count - at), count - at);
}

static inline void add_row(float *to, const float *from, int64_t count) {
  int64_t at = 0;
  for (; at + EF_LANES <= count; at += EF_LANES) ef_store(to + at, ef_load(to + at) + ef_load(from + at));
  if (at < count) ef_store_part(to + at, ef_load_part(to + at, count - at) + ef_load_part(from + at, count - at), count - at);
}

/* `rows` rows of `width` numbers each; narrow ones by one register each. */
static void copy_rows(float *to, int64_t to_row, const float *from, int64_t from_row, int64_t rows, int64_t width) {
  if (width == EF_LANES) {
    for (int64_t row = 0; row < rows; row++, to += to_row, from += from_row) ef_store(to, ef_load(from));
  } else {
    for (int64_t row = 0; row < rows; row++, to += to_row, from += from_row) copy_row(to, from, width);
  }
}

static inline void gather_row(float *to, const float *from, int64_t step, int64_t count) {
  for (int64_t at = 0; at < count; at++) ((ef_int *)to)[at] = ((const ef_int *)from)[at * step];
}

static inline void scatter_row(float *to, int64_t step, const float *from, int64_t count, int adds) {
  if (adds) for (int64_t at = 0; at < count; at++) to[at * step] += from[at];
  else for (int64_t at = 0; at < count; at++) ((ef_int *)to)[at * step] = ((const ef_int *)from)[at];
}

/* to += the sum of `rows` rows that lie one behind the other */
static void add_columns(float *to, const float *from, int64_t rows, int64_t width) {
  int64_t at = 0;
  for (; at + 2 * EF_LANES <= width; at += 2 * EF_LANES) {
    ef_v sum = {0}, next = {0};
    for (int64_t row = 0; row < rows; row++) {
      sum += ef_load(from + row * width + at);
      next += ef_load(from + row * width + at + EF_LANES);
    }
    ef_store(to + at, ef_load(to + at) + sum);
    ef_store(to + at + EF_LANES, ef_load(to + at + EF_LANES) + next);
  }
  for (; at < width; at++) {
    float sum = 0;
    for (int64_t row = 0; row < rows; row++) sum += from[row * width + at];
    to[at] += sum;
  }
}

/* The block's elements of a load, row behind row. */
static void copy_in(const ef_part *part, const ef_view *view, const ef_block *block, float *to) {
  const int64_t step = view->stride[part->outer];
  const int64_t from_row = last_stride(part, view), width = block->width;
  cursor rows;
  begin(&rows, part, view, block);
  for (int64_t left = block->count; left > 0;) {
    const int64_t count = rows_ahead(part, &rows, left);
    if (step == 1) copy_rows(to, width, rows.at, from_row, count, width);
    else if (from_row == 1) ef_transpose(to, width, rows.at, step, count, width);
    else for (int64_t row = 0; row < count; row++) gather_row(to + row * width, rows.at + row * from_row, step, width);
    advance(part, view, &rows, count);
    to += count * width;
    left -= count;
  }
}

static const float *full(const ef_part *part, int load, const ef_block *block) {
  const ef_view *view = &part->from[load];
  if (view->stride[part->outer] == 1 && !part->copied[load] && lies_together(part, view, block)) {
    return first_row(part, view, block);
  }
  float *strip = part->scratch + part->pass->load[load].strip;
  copy_in(part, view, block, strip);
  return strip;
}

static const float *number_a_row(const ef_part *part, int load, const ef_block *block) {
  const ef_view *view = &part->from[load];
  if (!part->copied[load] && lies_together(part, view, block)) return first_row(part, view, block);
  float *strip = part->scratch + part->pass->load[load].strip;
  cursor rows;
  begin(&rows, part, view, block);
  for (int64_t row = 0; row < block->count; row++) {
    ((ef_int *)strip)[row] = *(const ef_int *)rows.at;
    advance(part, view, &rows, 1);
  }
  return strip;
}

void ef_load_block(ef_part *part, const ef_block *block) {
  const ef_pass *pass = part->pass;
  for (int load = 0; load < pass->loads; load++) {
    const int kind = pass->load[load].kind;
    const ef_view *view = &part->from[load];
    if (kind == EF_FULL) part->reg[load] = full(part, load, block);
    else if (kind == EF_ALONG_ROWS) part->reg[load] = number_a_row(part, load, block);
    else if (kind == EF_ALONG_ROW && view->stride[part->outer] == 1) part->reg[load] = view->base + block->column;
  }
}

void ef_load_shared(ef_part *part) {
  const ef_pass *pass = part->pass;
  for (int load = 0; load < pass->loads; load++) {
    const ef_view *view = &part->from[load];
    const int64_t step = view->stride[part->outer];
    part->reg[load] = view->base; /* a single number stays where it is */
    if (pass->load[load].kind != EF_ALONG_ROW || step == 1) continue;
    float *strip = part->scratch + pass->load[load].strip;
    gather_row(strip, view->base, step, part->width);
    part->reg[load] = strip;
  }
}

static void store_full(const ef_part *part, const ef_view *view, const ef_block *block, const float *from, int adds) {
  const int64_t step = view->stride[part->outer], width = block->width;
  float *piece = step == 1 ? ef_piece(part, view, block) : NULL;
  if (piece != NULL) {
    if (piece == from) return; /* the step wrote it there */
    (adds ? add_row : copy_row)(piece, from, block->count * width);
    return;
  }
  const int64_t to_row = last_stride(part, view);
  cursor rows;
  begin(&rows, part, view, block);
  for (int64_t left = block->count; left > 0;) {
    const int64_t count = rows_ahead(part, &rows, left);
    if (step == 1 && !adds) copy_rows(rows.at, to_row, from, width, count, width);
    else if (step == 1 && to_row == 0) add_columns(rows.at, from, count, width);
    else for (int64_t row = 0; row < count; row++) {
      float *to = rows.at + row * to_row;
      if (step == 1) add_row(to, from + row * width, width);
      else scatter_row(to, step, from + row * width, width, adds);
    }
    advance(part, view, &rows, count);
    from += count * width;
    left -= count;
  }
}

static void store_numbers(const ef_part *part, const ef_view *view, const ef_block *block, const float *from, int adds) {
  cursor rows;
  begin(&rows, part, view, block);
  for (int64_t row = 0; row < block->count; row++) {
    if (adds) *rows.at += from[row];
    else *(ef_int *)rows.at = ((const ef_int *)from)[row];
    advance(part, view, &rows, 1);
  }
}

void ef_store_block(ef_part *part, const ef_block *block) {
  const ef_pass *pass = part->pass;
  for (int at = 0; at < pass->stores; at++) {
    const ef_store_plan *store = &pass->store[at];
    (store->per_row ? store_numbers : store_full)(part, &part->to[at], block, part->reg[store->source], part->adds[at]);
  }
}
