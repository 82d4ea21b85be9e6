/* Reading the words of a program. */
#include "decode.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static const double MOST = 4503599627370496.0; /* 2^52: sums of two stay whole as doubles and as int64 */

void ef_fail(ef_reader *reader, const char *format, ...) {
  if (reader->failed) return;
  reader->failed = 1;
  const int length = snprintf(reader->error, EF_ERROR_SIZE, "instruction %lld: ", (long long)reader->instruction);
  va_list rest;
  va_start(rest, format);
  vsnprintf(reader->error + length, (size_t)(EF_ERROR_SIZE - length), format, rest);
  va_end(rest);
}

double ef_read_number(ef_reader *reader, const char *what) {
  if (reader->failed) return 0;
  if (reader->at >= reader->end) {
    ef_fail(reader, "ends before its %s", what);
    return 0;
  }
  return reader->words[reader->at++];
}

int64_t ef_read_whole(ef_reader *reader, const char *what, int64_t least, int64_t most) {
  const double word = ef_read_number(reader, what);
  if (reader->failed) return 0;
  if (!(word >= (double)least && word <= (double)most) || word != floor(word)) {
    ef_fail(reader, "its %s must be whole, at least %lld and at most %lld, got %g", what, (long long)least,
            (long long)most, word);
    return 0;
  }
  return (int64_t)word;
}

ef_space ef_read_space(ef_reader *reader, int least_rank) {
  ef_space space = {.rank = (int)ef_read_whole(reader, "rank", least_rank, EF_RANK)};
  double size = 1;
  for (int axis = 0; axis < space.rank; axis++) {
    space.length[axis] = ef_read_whole(reader, "length", 0, (int64_t)MOST);
    if (space.length[axis] > 0) size *= (double)space.length[axis];
  }
  if (size > MOST) ef_fail(reader, "more than 2^52 places");
  if (reader->failed) space = (ef_space){0};
  return space;
}

ef_operand ef_read_array(ef_reader *reader) {
  ef_operand operand = {0};
  operand.value = ef_read_whole(reader, "value", 0, reader->values - 1);
  operand.offset = ef_read_whole(reader, "offset", 0, (int64_t)MOST);
  return operand;
}

ef_operand ef_read_operand(ef_reader *reader, const ef_space *space) {
  ef_operand operand = ef_read_array(reader);
  for (int axis = 0; axis < space->rank; axis++) {
    operand.stride[axis] = ef_read_whole(reader, "stride", 0, (int64_t)MOST);
  }
  ef_check_extent(reader, &operand, ef_extent(space, &operand));
  return operand;
}

void ef_check_extent(ef_reader *reader, const ef_operand *operand, double extent) {
  if (reader->failed || extent == 0) return;
  if (!(extent <= MOST)) {
    ef_fail(reader, "value %lld reaches further than 2^52 elements", (long long)operand->value);
    return;
  }
  const ef_place *place = &reader->places[operand->value];
  if (place->kind == 2) return;
  const int64_t whole = place->kind == 0 ? reader->arena_elements : reader->constant_elements;
  const double end = (double)place->offset + (double)place->per_part * (reader->parts - 1) + (double)operand->offset + extent;
  if (end > (double)whole) {
    ef_fail(reader, "value %lld reaches element %.0f of %lld %s", (long long)operand->value, end, (long long)whole,
            place->kind == 0 ? "of the arena" : "constants");
  }
}

double ef_extent(const ef_space *space, const ef_operand *operand) {
  double last = 0;
  for (int axis = 0; axis < space->rank; axis++) {
    if (space->length[axis] == 0) return 0;
    last += (double)(space->length[axis] - 1) * (double)operand->stride[axis];
  }
  return last + 1;
}

int64_t ef_size_of(const ef_space *space) {
  int64_t size = 1;
  for (int axis = 0; axis < space->rank; axis++) size *= space->length[axis];
  return size;
}

static void set_axis(ef_space *space, int to, int from, ef_operand *const *operands, int count) {
  space->length[to] = space->length[from];
  for (int at = 0; at < count; at++) operands[at]->stride[to] = operands[at]->stride[from];
}

/* Whether all operands pass from axis `outer` to axis `inner` as through one. */
static int joins(const ef_space *space, int outer, int inner, ef_operand *const *operands, int count) {
  for (int at = 0; at < count; at++) {
    if (operands[at]->stride[outer] != operands[at]->stride[inner] * space->length[inner]) return 0;
  }
  return 1;
}

void ef_merge_axes(ef_space *space, int axes, ef_operand *const *operands, int count) {
  int kept = 0;
  if (ef_size_of(space) == 0) return;
  for (int axis = 0; axis < axes; axis++) {
    if (space->length[axis] == 1) continue;
    if (kept > 0 && joins(space, kept - 1, axis, operands, count)) {
      const int64_t length = space->length[kept - 1] * space->length[axis];
      set_axis(space, kept - 1, axis, operands, count);
      space->length[kept - 1] = length;
    } else {
      set_axis(space, kept++, axis, operands, count);
    }
  }
  for (int axis = axes; axis < space->rank; axis++) set_axis(space, kept + axis - axes, axis, operands, count);
  space->rank -= axes - kept;
}
