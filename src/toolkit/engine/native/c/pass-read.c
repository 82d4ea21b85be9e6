/* Reading the words of a PASS, and the order in which its space is walked. */
#include <string.h>

#include "pass-make.h"
#include "program.h"

static void find_rows(ef_maker *make);
static void choose_inner_axis(ef_pass *pass);
static void choose_blocks(ef_pass *pass);

void ef_read_pass(ef_maker *make) {
  ef_reader *reader = make->reader;
  ef_pass *pass = &make->pass;
  pass->space = ef_read_space(reader, 1);
  const int inner = pass->space.rank - 1;
  pass->loads = (int)ef_read_whole(reader, "count of loads", 0, EF_LOADS);
  for (int at = 0; at < pass->loads && !reader->failed; at++) {
    pass->load[at].operand = ef_read_operand(reader, &pass->space);
    make->varies[at] = pass->load[at].operand.stride[inner] != 0;
  }
  make->steps_read = (int)ef_read_whole(reader, "count of steps", 0, EF_STEPS / 2);
  for (int at = 0; at < make->steps_read && !reader->failed; at++) {
    ef_step_words *step = &make->read[at];
    const int self = pass->loads + at;
    step->self = at;
    step->partner = -1;
    step->op = (int)ef_read_whole(reader, "step's op", 1, INVERSE_DEVIATION);
    for (int operand = 0; operand < 3; operand++) {
      const int needed = operand < ef_operands_of(step->op);
      step->source[operand] = (int)ef_read_whole(reader, "step's operand", needed ? 0 : -1, self - 1);
      if (needed && !reader->failed) make->varies[self] |= make->varies[step->source[operand]];
    }
    const double number = ef_read_number(reader, "step's number");
    if (step->op == CONSTANT_INT) {
      if (!(number >= -2147483648.0 && number <= 2147483647.0)) ef_fail(reader, "no 32-bit integer: %g", number);
      const int32_t whole = reader->failed ? 0 : (int32_t)number;
      memcpy(&step->number, &whole, 4);
    } else {
      step->number = (float)number;
    }
    if (ef_takes_rows(step->op)) make->varies[self] = !ef_reduces(step->op);
  }
  pass->stores = (int)ef_read_whole(reader, "count of stores", 0, EF_STORES);
  for (int at = 0; at < pass->stores && !reader->failed; at++) {
    pass->store[at].source = (int)ef_read_whole(reader, "store's register", 0, pass->loads + make->steps_read - 1);
    pass->store[at].mode = (int)ef_read_whole(reader, "store's mode", 0, 2);
    pass->store[at].operand = ef_read_operand(reader, &pass->space);
  }
  if (!reader->failed) find_rows(make);
}

/* Whether a store writes a row's number once a row, as it was written. */
int ef_writes_once(const ef_maker *make, const ef_store_plan *store) {
  return store->per_row && !make->varies[store->source];
}

static void find_rows(ef_maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < make->steps_read; at++) pass->whole_rows |= ef_takes_rows(make->read[at].op);
  for (int at = 0; at < pass->stores; at++) {
    ef_store_plan *store = &pass->store[at];
    store->per_row = store->operand.stride[inner] == 0 && pass->space.length[inner] > 1;
    pass->whole_rows |= ef_writes_once(make, store);
  }
}

void ef_arrange_axes(ef_pass *pass) {
  choose_inner_axis(pass);
  choose_blocks(pass);
}

static int collect(ef_pass *pass, ef_operand **all) {
  int count = 0;
  for (int at = 0; at < pass->loads; at++) all[count++] = &pass->load[at].operand;
  for (int at = 0; at < pass->stores; at++) all[count++] = &pass->store[at].operand;
  return count;
}

/* Where rows do not matter, the axis that most operands are contiguous along becomes the inner one. Then axes are merged. */
static void choose_inner_axis(ef_pass *pass) {
  ef_space *space = &pass->space;
  ef_operand *all[EF_LOADS + EF_STORES];
  const int count = collect(pass, all);
  ef_merge_axes(space, space->rank - (pass->whole_rows ? 1 : 0), all, count);
  if (!pass->whole_rows && space->rank > 1) {
    int best = space->rank - 1, most = 0;
    for (int axis = space->rank - 1; axis >= 0; axis--) {
      int contiguous = 0;
      for (int at = 0; at < count; at++) contiguous += all[at]->stride[axis] == 1;
      if (space->length[axis] >= 8 && contiguous > most) {
        most = contiguous;
        best = axis;
      }
    }
    for (int axis = best; axis + 1 < space->rank; axis++) { /* to the end, the others keep their order */
      const int64_t length = space->length[axis];
      space->length[axis] = space->length[axis + 1];
      space->length[axis + 1] = length;
      for (int at = 0; at < count; at++) {
        const int64_t stride = all[at]->stride[axis];
        all[at]->stride[axis] = all[at]->stride[axis + 1];
        all[at]->stride[axis + 1] = stride;
      }
    }
    ef_merge_axes(space, space->rank, all, count);
  }
  if (space->rank == 0) {
    space->rank = 1;
    space->length[0] = 1;
    for (int at = 0; at < count; at++) all[at]->stride[0] = 0;
  }
}

static void choose_blocks(ef_pass *pass) {
  const ef_space *space = &pass->space;
  pass->width = space->length[space->rank - 1];
  pass->rows = pass->width == 0 ? 0 : ef_size_of(space) / pass->width;
  const int cut = !pass->whole_rows && pass->width > 2 * EF_BLOCK;
  pass->block_width = cut ? EF_BLOCK : pass->width;
  pass->block_rows = pass->width >= EF_BLOCK || pass->width == 0 ? 1 : EF_BLOCK / pass->width;
  if (pass->block_rows > pass->rows) pass->block_rows = pass->rows > 0 ? pass->rows : 1;
}

