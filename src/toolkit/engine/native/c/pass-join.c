/* Steps that one loop does as well as two: an arithmetic step with one of its operands, a sum of rows with the product that
   it sums, a normalisation with the deviation of the same rows. Each spares a passage of a block through the cache. */
#include "pass-make.h"
#include "program.h"

typedef struct {
  ef_maker *make;
  int kind[EF_REGISTERS], uses[EF_REGISTERS], stored[EF_REGISTERS];
} joiner;

static void find_kinds(joiner *all);
static void find_uses(joiner *all);
static void join_arithmetic(joiner *all, int at);
static void join_deviation(joiner *all, int at);

void ef_join_steps(ef_maker *make) {
  joiner all = {.make = make};
  find_kinds(&all);
  find_uses(&all);
  for (int at = 0; at < make->steps_read; at++) {
    join_deviation(&all, at);
    join_arithmetic(&all, at);
  }
}

static void find_kinds(joiner *all) {
  const ef_pass *pass = &all->make->pass;
  for (int at = 0; at < pass->loads; at++) all->kind[at] = pass->load[at].kind;
  for (int at = 0; at < all->make->steps_read; at++) {
    const ef_step_words *step = &all->make->read[at];
    int kind = ef_takes_rows(step->op) ? EF_ALONG_ROW : EF_SINGLE;
    for (int operand = 0; operand < ef_operands_of(step->op); operand++) kind |= all->kind[step->source[operand]];
    kind = ef_kept_kind(pass, kind);
    all->kind[pass->loads + at] = ef_reduces(step->op) ? kind & EF_ALONG_ROWS : kind;
  }
}

static void count(joiner *all, int at, int by) {
  const ef_step_words *step = &all->make->read[at];
  for (int operand = 0; operand < ef_operands_of(step->op); operand++) all->uses[step->source[operand]] += by;
}

/* Takes away the step that nothing reads any more. */
static void drop_unread(joiner *all, int at) {
  const int self = all->make->pass.loads + at;
  if (all->uses[self] > 0 || all->stored[self] || all->make->read[at].op == 0) return;
  count(all, at, -1);
  all->make->read[at].op = 0;
}

static void find_uses(joiner *all) {
  const ef_pass *pass = &all->make->pass;
  for (int at = 0; at < pass->stores; at++) all->stored[pass->store[at].source] = 1;
  for (int at = 0; at < all->make->steps_read; at++) count(all, at, 1);
  for (int at = all->make->steps_read - 1; at >= 0; at--) drop_unread(all, at);
}

static int is_arithmetic(int op) {
  return op == ADD || op == SUB || op == MUL;
}

/* The operand of step `at` that its loop could make itself: an arithmetic step like it, of a register `other` than the rest. */
static int joins(const joiner *all, int at, int source, int other) {
  const int loads = all->make->pass.loads, self = loads + at;
  if (source < loads || source == other || all->stored[source]) return 0;
  const ef_step_words *from = &all->make->read[source - loads];
  if (all->make->read[at].op != SUM_ROW) return is_arithmetic(from->op) && all->kind[source] == all->kind[self];
  return from->op == MUL && (all->kind[from->source[0]] & all->kind[from->source[1]] & EF_ALONG_ROW);
}

/* Whether all that reads the product could make it itself: then twice a product is cheaper than keeping it. */
static int joins_everywhere(const joiner *all, int source) {
  const int loads = all->make->pass.loads;
  if (all->make->read[source - loads].op != MUL || all->uses[source] > 2) return 0;
  for (int at = source - loads + 1; at < all->make->steps_read; at++) {
    const ef_step_words *step = &all->make->read[at];
    for (int operand = 0; operand < ef_operands_of(step->op); operand++) {
      if (step->source[operand] != source) continue;
      const int other = step->op == SUM_ROW ? -1 : step->source[1 - operand % 2];
      if ((!is_arithmetic(step->op) && step->op != SUM_ROW) || !joins(all, at, source, other)) return 0;
      if (other >= 0 && joins(all, at, other, source)) return 0; /* it may join with the other one */
    }
  }
  return 1;
}

static void join(joiner *all, int at, int operand) {
  ef_step_words *step = &all->make->read[at];
  const int source = step->source[operand], other = step->source[1 - operand];
  const ef_step_words *from = &all->make->read[source - all->make->pass.loads];
  const int outer = step->op == ADD ? EF_PLUS : step->op == MUL ? EF_TIMES : operand == 0 ? EF_MINUS : EF_FROM;
  const int inner = from->op == MUL ? EF_OF_PRODUCT : from->op == ADD ? EF_OF_SUM : EF_OF_DIFFERENCE;
  count(all, at, -1);
  if (step->op == SUM_ROW) step->op = EF_SUM_ROW_OF_PRODUCT;
  else step->op = EF_JOIN(outer, inner);
  step->source[0] = from->source[0];
  step->source[1] = from->source[1];
  step->source[2] = other;
  count(all, at, 1);
  drop_unread(all, source - all->make->pass.loads);
}

/* With a product if there is one: then nothing is rounded in between. */
static void join_arithmetic(joiner *all, int at) {
  const ef_step_words *step = &all->make->read[at];
  const int operands = step->op == SUM_ROW ? 1 : is_arithmetic(step->op) ? 2 : 0;
  for (int products = 1; products >= 0; products--) {
    for (int operand = 0; operand < operands; operand++) {
      const int source = step->source[operand], other = operands == 1 ? -1 : step->source[1 - operand];
      if (!joins(all, at, source, other)) continue;
      if ((all->make->read[source - all->make->pass.loads].op == MUL) != products) continue;
      if (all->uses[source] > 1 && !joins_everywhere(all, source)) continue;
      join(all, at, operand);
      return;
    }
  }
}

/* STANDARDISE and INVERSE_DEVIATION of the same rows, whichever comes first. */
static void join_deviation(joiner *all, int at) {
  ef_maker *make = all->make;
  ef_step_words *step = &make->read[at];
  if (step->op != STANDARDISE && step->op != INVERSE_DEVIATION) return;
  for (int later = at + 1; later < make->steps_read; later++) {
    ef_step_words *other = &make->read[later];
    if (other->op != STANDARDISE + INVERSE_DEVIATION - step->op) continue;
    if (other->source[0] != step->source[0] || other->number != step->number) continue;
    step->self = step->op == STANDARDISE ? at : later;
    step->partner = step->op == STANDARDISE ? later : at;
    step->op = EF_STANDARDISE_TOO;
    other->op = 0;
    return;
  }
}
