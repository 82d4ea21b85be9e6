/* Making the plan of a PASS: axes are merged, each register finds its kind and its memory, each store its way. */
#include <stdlib.h>
#include <string.h>

#include "pass.h"
#include "program.h"

/* Elements of a block: a handful of registers of this size fit the first-level cache. */
enum { BLOCK = 1024, GRAIN = 16, PARTS_WANTED = 8, MOST_SCRATCH = 1 << 28, MOST_PARTIAL = 1 << 20 };

typedef struct {
  int op, source[3];
  float number;
} words_of_step;

typedef struct {
  ef_reader *reader;
  ef_pass pass;
  ef_load_plan load[EF_LOADS];
  ef_step_plan step[EF_STEPS];
  ef_store_plan store[EF_STORES];
  ef_overlap overlap[EF_LOADS * EF_STORES];
  int steps_read;
  words_of_step read[EF_STEPS];
  int varies[EF_REGISTERS]; /* along the inner axis as it was written, of each register that was written */
  int renamed[EF_REGISTERS];
} maker;

static void read_words(maker *make);
static void find_rows(maker *make);
static void choose_inner_axis(ef_pass *pass);
static void choose_blocks(ef_pass *pass);
static void make_loads(maker *make);
static void make_steps(maker *make);
static void make_stores(maker *make);
static void choose_split(ef_pass *pass);
static void find_overlaps(maker *make);
static void place_strips(ef_pass *pass);
static void place_partials(ef_pass *pass);
static ef_pass *packed(maker *make);

void ef_make_pass(ef_reader *reader, ef_instruction *instruction) {
  maker *make = calloc(1, sizeof *make);
  if (make == NULL) {
    ef_fail(reader, "memory is short");
    return;
  }
  ef_pass *pass = &make->pass;
  make->reader = reader;
  *pass = (ef_pass){.load = make->load, .step = make->step, .store = make->store, .overlap = make->overlap};
  read_words(make);
  if (!reader->failed) {
    find_rows(make);
    choose_inner_axis(pass);
    choose_blocks(pass);
    make_loads(make);
    make_steps(make);
  }
  if (!reader->failed) make_stores(make);
  if (!reader->failed) {
    choose_split(pass);
    find_overlaps(make);
    place_strips(pass);
    place_partials(pass);
  }
  if (pass->scratch > MOST_SCRATCH) ef_fail(reader, "rows of %lld elements are too long", (long long)pass->width);
  if (!reader->failed) *instruction = (ef_instruction){.run = ef_run_pass, .plan = packed(make), .scratch = pass->scratch * 4};
  free(make);
}

/* The plan and its lists in one block of memory. */
static ef_pass *packed(maker *make) {
  const ef_pass *pass = &make->pass;
  const size_t loads = (size_t)pass->loads * sizeof *pass->load, steps = (size_t)pass->steps * sizeof *pass->step;
  const size_t stores = (size_t)pass->stores * sizeof *pass->store;
  const size_t overlaps = (size_t)pass->overlaps * sizeof *pass->overlap;
  char *block = malloc(sizeof *pass + loads + steps + stores + overlaps);
  if (block == NULL) {
    ef_fail(make->reader, "memory is short");
    return NULL;
  }
  ef_pass *kept = (ef_pass *)block;
  char *lists = block + sizeof *pass; /* every list's elements are multiples of 8 bytes */
  *kept = *pass;
  kept->load = memcpy(lists, pass->load, loads);
  kept->step = memcpy(lists + loads, pass->step, steps);
  kept->store = memcpy(lists + loads + steps, pass->store, stores);
  kept->overlap = memcpy(lists + loads + steps + stores, pass->overlap, overlaps);
  return kept;
}

static void read_words(maker *make) {
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
    words_of_step *step = &make->read[at];
    const int self = pass->loads + at;
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
}

/* Whether a store writes a row's number once a row, as it was written. */
static int writes_once(const maker *make, const ef_store_plan *store) {
  return store->per_row && !make->varies[store->source];
}

static void find_rows(maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < make->steps_read; at++) pass->whole_rows |= ef_takes_rows(make->read[at].op);
  for (int at = 0; at < pass->stores; at++) {
    ef_store_plan *store = &pass->store[at];
    store->per_row = store->operand.stride[inner] == 0 && pass->space.length[inner] > 1;
    pass->whole_rows |= writes_once(make, store);
  }
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
  const int cut = !pass->whole_rows && pass->width > 2 * BLOCK;
  pass->block_width = cut ? BLOCK : pass->width;
  pass->block_rows = pass->width >= BLOCK || pass->width == 0 ? 1 : BLOCK / pass->width;
  if (pass->block_rows > pass->rows) pass->block_rows = pass->rows > 0 ? pass->rows : 1;
}

static int is_cut(const ef_pass *pass) {
  return pass->block_width < pass->width;
}

static int kind_of_register(const ef_pass *pass, int at) {
  return at < pass->loads ? pass->load[at].kind : pass->step[at - pass->loads].kind;
}

static void make_loads(maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < pass->loads; at++) {
    ef_load_plan *load = &pass->load[at];
    int kind = load->operand.stride[inner] != 0 ? EF_ALONG_ROW : 0;
    for (int axis = 0; axis < inner; axis++) kind |= load->operand.stride[axis] != 0 ? EF_ALONG_ROWS : 0;
    const int shared_in_place = !is_cut(pass) || load->operand.stride[inner] == 1;
    if (kind == EF_ALONG_ROW && (pass->rows <= 1 || !shared_in_place)) kind = EF_FULL;
    load->kind = kind;
    make->renamed[at] = at;
  }
}

/* Appends a step; its register's number. */
static int append(maker *make, int op, int kind, const int *sources, float number) {
  ef_pass *pass = &make->pass;
  if (pass->steps == EF_STEPS) {
    ef_fail(make->reader, "more than %d steps", EF_STEPS);
    return 0;
  }
  ef_step_plan *step = &pass->step[pass->steps];
  *step = (ef_step_plan){.op = op, .kind = kind, .number = number, .operands = ef_operands_of(op), .whole = kind == EF_FULL};
  int spread = 0;
  for (int at = 0; at < step->operands; at++) {
    const int from = kind_of_register(pass, sources[at]);
    step->source[at] = sources[at];
    step->source_kind[at] = from;
    if (from != EF_FULL && from != EF_SINGLE) step->whole = 0;
    if (kind & EF_ALONG_ROW ? !(from & EF_ALONG_ROW) : kind == EF_ALONG_ROWS && from == EF_SINGLE) spread |= 1 << at;
  }
  if (ef_takes_rows(op)) step->whole = spread = 0;
  step->kernel = ef_kernel_of(op, spread);
  step->once = !(kind & EF_ALONG_ROWS);
  return pass->loads + pass->steps++;
}

/* The register as one of the kind, which holds its own. */
static int expand(maker *make, int source, int kind) {
  const int from = kind_of_register(&make->pass, source);
  return from == kind ? source : append(make, EF_EXPAND, kind, &source, 0);
}

static int append_row_step(maker *make, int op, int source, float number) {
  const int from = kind_of_register(&make->pass, source);
  int kind = from | EF_ALONG_ROW;
  if (kind == EF_ALONG_ROW && (make->pass.rows <= 1 || is_cut(&make->pass))) kind = EF_FULL;
  const int whole = expand(make, source, kind);
  return append(make, op, ef_reduces(op) ? kind & EF_ALONG_ROWS : kind, &whole, number);
}

static void make_steps(maker *make) {
  ef_pass *pass = &make->pass;
  for (int at = 0; at < make->steps_read && !make->reader->failed; at++) {
    const words_of_step *step = &make->read[at];
    int sources[3], kind = EF_SINGLE, made;
    for (int operand = 0; operand < ef_operands_of(step->op); operand++) {
      sources[operand] = make->renamed[step->source[operand]];
      kind |= kind_of_register(pass, sources[operand]);
    }
    if (kind == EF_ALONG_ROW && is_cut(pass)) kind = EF_FULL;
    if (ef_takes_rows(step->op)) made = append_row_step(make, step->op, sources[0], step->number);
    else made = append(make, step->op, kind, sources, step->number);
    make->renamed[pass->loads + at] = made;
  }
}

static int stands_still(const ef_pass *pass, const ef_operand *operand) {
  for (int axis = 0; axis + 1 < pass->space.rank; axis++) {
    if (operand->stride[axis] == 0 && pass->space.length[axis] > 1) return 1;
  }
  return 0;
}

static void make_stores(maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < pass->stores; at++) {
    ef_store_plan *store = &pass->store[at];
    const int once = writes_once(make, store);
    int source = make->renamed[store->source];
    store->per_row = store->operand.stride[inner] == 0 && pass->width > 1;
    if (store->per_row && !once) source = append_row_step(make, SUM_ROW, source, 0);
    store->source = expand(make, source, store->per_row ? EF_ALONG_ROWS : EF_FULL);
    store->sums = stands_still(pass, &store->operand) || (store->per_row && is_cut(pass));
    if (make->reader->failed) return;
    const int step = store->source - pass->loads;
    store->direct = step >= 0 && !store->per_row && !store->sums && store->operand.stride[inner] == 1;
    for (int other = 0; other < at; other++) {
      if (pass->store[other].source == store->source && pass->store[other].direct) store->direct = 0;
    }
  }
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
  const int long_rows = !pass->whole_rows && pass->width >= PARTS_WANTED * BLOCK;
  pass->split = clean;
  if (clean >= 0 && pass->space.length[clean] >= PARTS_WANTED) return;
  if (long_rows && is_clean(pass, inner)) pass->split = inner;
  else if (any >= 0 && pass->space.length[any] >= PARTS_WANTED) pass->split = any;
  else if (long_rows) pass->split = inner;
}

/* Pairs that lie in the same kind of place, unless both are in the arena, apart, and the same in every part. */
static void find_overlaps(maker *make) {
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
  const int64_t block = rounded(pass->block_rows * pass->block_width), rows = rounded(pass->block_rows);
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
