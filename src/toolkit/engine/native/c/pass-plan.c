/* Making the plan of a PASS: each register finds its kind, each step its loop, each store its way. */
#include <stdlib.h>
#include <string.h>

#include "pass-make.h"
#include "program.h"

enum { MOST_SCRATCH = 1 << 28 };

static ef_pass *packed(ef_maker *make);

void ef_make_pass(ef_reader *reader, ef_instruction *instruction) {
  ef_maker *make = calloc(1, sizeof *make);
  if (make == NULL) {
    ef_fail(reader, "memory is short");
    return;
  }
  ef_pass *pass = &make->pass;
  make->reader = reader;
  *pass = (ef_pass){.load = make->load, .step = make->step, .store = make->store, .overlap = make->overlap};
  ef_read_pass(make);
  if (!reader->failed) {
    ef_arrange_axes(pass);
    ef_find_loads(make);
    ef_join_steps(make);
    ef_make_steps(make);
  }
  if (!reader->failed) ef_make_stores(make);
  if (!reader->failed) ef_place_pass(make);
  if (pass->scratch > MOST_SCRATCH) ef_fail(reader, "rows of %lld elements are too long", (long long)pass->width);
  if (!reader->failed) *instruction = (ef_instruction){.run = ef_run_pass, .plan = packed(make), .scratch = pass->scratch * 4};
  free(make);
}

/* The plan and its lists in one block of memory. */
static ef_pass *packed(ef_maker *make) {
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

static int kind_of_register(const ef_pass *pass, int at) {
  return at < pass->loads ? pass->load[at].kind : pass->step[at - pass->loads].kind;
}

void ef_find_loads(ef_maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < pass->loads; at++) {
    ef_load_plan *load = &pass->load[at];
    int kind = load->operand.stride[inner] != 0 ? EF_ALONG_ROW : 0;
    for (int axis = 0; axis < inner; axis++) kind |= load->operand.stride[axis] != 0 ? EF_ALONG_ROWS : 0;
    const int shared_in_place = !ef_is_cut(pass) || load->operand.stride[inner] == 1;
    if (kind == EF_ALONG_ROW && (pass->rows <= 1 || !shared_in_place)) kind = EF_FULL;
    load->kind = kind;
    make->renamed[at] = at;
  }
}

/* Appends a step; its register's number. */
static int append(ef_maker *make, int op, int kind, const int *sources, float number) {
  ef_pass *pass = &make->pass;
  if (pass->steps == EF_STEPS) {
    ef_fail(make->reader, "more than %d steps", EF_STEPS);
    return 0;
  }
  ef_step_plan *step = &pass->step[pass->steps];
  *step = (ef_step_plan){
    .op = op, .kind = kind, .space = kind, .number = number, .operands = ef_operands_of(op), .whole = kind == EF_FULL, .too = -1};
  int spread = 0;
  for (int at = 0; at < step->operands; at++) {
    const int from = kind_of_register(pass, sources[at]);
    step->source[at] = sources[at];
    step->source_kind[at] = from;
    step->space |= from;
    if (from != EF_FULL && from != EF_SINGLE) step->whole = 0;
    if (kind & EF_ALONG_ROW ? !(from & EF_ALONG_ROW) : kind == EF_ALONG_ROWS && from == EF_SINGLE) spread |= 1 << at;
  }
  if (ef_takes_rows(op)) step->whole = spread = 0;
  step->kernel = ef_kernel_of(op, spread);
  step->once = !(kind & EF_ALONG_ROWS);
  return pass->loads + pass->steps++;
}

/* The register as one of the kind, which holds its own. */
static int expand(ef_maker *make, int source, int kind) {
  const int from = kind_of_register(&make->pass, source);
  return from == kind ? source : append(make, EF_EXPAND, kind, &source, 0);
}

static int append_row_step(ef_maker *make, int op, const int *sources, float number) {
  int kind = EF_ALONG_ROW, whole[3];
  for (int at = 0; at < ef_operands_of(op); at++) kind |= kind_of_register(&make->pass, sources[at]);
  kind = ef_kept_kind(&make->pass, kind);
  for (int at = 0; at < ef_operands_of(op); at++) {
    const int along = kind_of_register(&make->pass, sources[at]) & EF_ALONG_ROW;
    whole[at] = along ? sources[at] : expand(make, sources[at], kind);
  }
  return append(make, op, ef_reduces(op) ? kind & EF_ALONG_ROWS : kind, whole, number);
}

/* A register that another step fills. */
static int append_filled(ef_maker *make, int kind) {
  const int at = append(make, CONSTANT, kind, NULL, 0);
  make->pass.step[at - make->pass.loads].filled = 1;
  return at;
}

void ef_make_steps(ef_maker *make) {
  ef_pass *pass = &make->pass;
  for (int at = 0; at < make->steps_read && !make->reader->failed; at++) {
    const ef_step_words *step = &make->read[at];
    int sources[3], kind = EF_SINGLE, too = -1;
    if (step->op == 0) continue;
    for (int operand = 0; operand < ef_operands_of(step->op); operand++) {
      sources[operand] = make->renamed[step->source[operand]];
      kind |= kind_of_register(pass, sources[operand]);
    }
    kind = ef_is_cut(pass) ? ef_kept_kind(pass, kind) : kind;
    if (step->partner >= 0) too = make->renamed[pass->loads + step->partner] = append_filled(make, kind & EF_ALONG_ROWS);
    const int made = ef_takes_rows(step->op) ? append_row_step(make, step->op, sources, step->number)
                                             : append(make, step->op, kind, sources, step->number);
    make->renamed[pass->loads + step->self] = made;
    if (!make->reader->failed) pass->step[made - pass->loads].too = too;
  }
}

static int stands_still(const ef_pass *pass, const ef_operand *operand) {
  for (int axis = 0; axis + 1 < pass->space.rank; axis++) {
    if (operand->stride[axis] == 0 && pass->space.length[axis] > 1) return 1;
  }
  return 0;
}

void ef_make_stores(ef_maker *make) {
  ef_pass *pass = &make->pass;
  const int inner = pass->space.rank - 1;
  for (int at = 0; at < pass->stores; at++) {
    ef_store_plan *store = &pass->store[at];
    const int once = ef_writes_once(make, store);
    int source = make->renamed[store->source];
    store->per_row = store->operand.stride[inner] == 0 && pass->width > 1;
    if (store->per_row && !once) source = append_row_step(make, SUM_ROW, &source, 0);
    store->source = expand(make, source, store->per_row ? EF_ALONG_ROWS : EF_FULL);
    store->sums = stands_still(pass, &store->operand) || (store->per_row && ef_is_cut(pass));
    if (make->reader->failed) return;
    const int step = store->source - pass->loads;
    store->direct = step >= 0 && !store->per_row && !store->sums && store->operand.stride[inner] == 1;
    for (int other = 0; other < at; other++) {
      if (pass->store[other].source == store->source && pass->store[other].direct) store->direct = 0;
    }
  }
}

