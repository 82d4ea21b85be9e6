/* Where the registers and the sums of a PASS lie, and how threads divide it. */
#include "pass-make.h"

/* SKEW keeps strips from lying a power of two apart, where they would push each other out of the cache. */
enum { GRAIN = 16, SKEW = 80, PARTS_WANTED = 8, MOST_PARTIAL = 1 << 20 };

static void choose_split(ef_pass *pass);
static void find_overlaps(ef_maker *make);
static void place_strips(ef_pass *pass);
static void place_partials(ef_pass *pass);

void ef_place_pass(ef_maker *make) {
  choose_split(&make->pass);
  find_overlaps(make);
  place_strips(&make->pass);
  place_partials(&make->pass);
}

/* Whether no sum is made along the axis, so that threads may divide it without sums of their own. */
static int is_clean(const ef_pass *pass, int axis) {
  for (int at = 0; at < pass->stores; at++) {
    if (pass->store[at].sums && pass->store[at].operand.stride[axis] == 0) return 0;
  }
  return 1;
}

static int outer_axis(const ef_pass *pass, int clean) {
  int best = -1;
  for (int axis = 0; axis + 1 < pass->space.rank; axis++) {
    if (clean && !is_clean(pass, axis)) continue;
    const int64_t length = pass->space.length[axis], most = best < 0 ? 0 : pass->space.length[best];
    if (most < 4 * PARTS_WANTED && length > most) best = axis;
  }
  return best;
}

static void choose_split(ef_pass *pass) {
  const int inner = pass->space.rank - 1;
  const int clean = outer_axis(pass, 1), any = outer_axis(pass, 0);
  const int long_rows = !pass->whole_rows && pass->width >= PARTS_WANTED * EF_BLOCK;
  pass->split = clean;
  if (clean >= 0 && pass->space.length[clean] >= PARTS_WANTED) return;
  if (long_rows && is_clean(pass, inner)) pass->split = inner;
  else if (any >= 0 && pass->space.length[any] >= PARTS_WANTED) pass->split = any;
  else if (long_rows) pass->split = inner;
}

/* Pairs that lie in the same kind of place, unless both are in the arena, apart, and the same in every part. */
static void find_overlaps(ef_maker *make) {
  ef_pass *pass = &make->pass;
  const ef_reader *reader = make->reader;
  for (int load = 0; load < pass->loads; load++) {
    for (int store = 0; store < pass->stores; store++) {
      const ef_operand *from = &pass->load[load].operand, *to = &pass->store[store].operand;
      const ef_place *one = &reader->places[from->value], *other = &reader->places[to->value];
      if (one->kind != other->kind) continue;
      if (one->kind == 0 && one->per_part == 0 && other->per_part == 0) {
        const double start = (double)one->offset + (double)from->offset, begin = (double)other->offset + (double)to->offset;
        if (start + ef_extent(&pass->space, from) <= begin || begin + ef_extent(&pass->space, to) <= start) continue;
      }
      pass->overlap[pass->overlaps++] = (ef_overlap){load, store};
    }
  }
}

static int64_t rounded(int64_t count) {
  return (count + GRAIN - 1) / GRAIN * GRAIN;
}

static int64_t size_of_strip(const ef_pass *pass, int kind) {
  const int64_t block = rounded(pass->block_rows * pass->block_width) + SKEW, rows = rounded(pass->block_rows);
  return kind == EF_FULL ? block : kind == EF_ALONG_ROWS ? rows : kind == EF_ALONG_ROW ? rounded(pass->width) : GRAIN;
}

static void note_uses(ef_pass *pass) {
  for (int at = 0; at < pass->steps + pass->stores; at++) {
    const int is_step = at < pass->steps;
    const int *sources = is_step ? pass->step[at].source : &pass->store[at - pass->steps].source;
    for (int operand = 0; operand < (is_step ? pass->step[at].operands : 1); operand++) {
      const int source = sources[operand];
      if (source < pass->loads) pass->load[source].last_use = at;
      else pass->step[source - pass->loads].last_use = at;
    }
  }
}

/* Each register its memory; a block that nothing reads any more is taken again, also by the step that reads it last. */
static void place_strips(ef_pass *pass) {
  int64_t idle[EF_STEPS];
  int idles = 0;
  int64_t end = 0;
  note_uses(pass);
  for (int at = 0; at < pass->loads; at++) {
    pass->load[at].strip = end;
    end += size_of_strip(pass, pass->load[at].kind);
  }
  for (int at = 0; at < pass->steps; at++) {
    ef_step_plan *step = &pass->step[at];
    for (int operand = 0; operand < step->operands; operand++) {
      const int source = step->source[operand] - pass->loads;
      int again = 0;
      for (int before = 0; before < operand; before++) again |= step->source[before] == step->source[operand];
      if (again || source < 0 || pass->step[source].last_use != at) continue;
      /* an operand that lies otherwise is read while the result is written: only a row's like is safe to write over */
      if (pass->step[source].kind == EF_FULL && !pass->step[source].once) idle[idles++] = pass->step[source].strip;
    }
    if (step->kind == EF_FULL && idles > 0) {
      step->strip = idle[--idles];
    } else {
      step->strip = end;
      end += size_of_strip(pass, step->kind);
    }
  }
  pass->scratch = end;
  pass->weight = pass->rows * pass->width * (2 + pass->steps) / 4;
}

/* Sums of a thread's own for stores that stand still along the axis that threads divide, unless they would be large. */
static void place_partials(ef_pass *pass) {
  int64_t end = pass->scratch;
  for (int at = 0; at < pass->stores; at++) {
    ef_store_plan *store = &pass->store[at];
    store->partial = -1;
    if (!store->sums || pass->split < 0 || store->operand.stride[pass->split] != 0) continue;
    int64_t size = 1;
    for (int axis = 0; axis < pass->space.rank; axis++) {
      if (store->operand.stride[axis] != 0) size *= pass->space.length[axis];
    }
    store->partial = end;
    store->partial_size = size;
    end += rounded(size);
  }
  if (end - pass->scratch > MOST_PARTIAL) {
    pass->split = outer_axis(pass, 1);
    for (int at = 0; at < pass->stores; at++) pass->store[at].partial = -1;
  } else {
    pass->scratch = end;
  }
}
