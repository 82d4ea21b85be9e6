/* What making the plan of a PASS hands between its files. */
#ifndef EF_PASS_MAKE_H
#define EF_PASS_MAKE_H

#include "pass.h"

/* Elements of a block: a handful of registers of this size fit the first-level cache. */
enum { EF_BLOCK = 2048 };

/* A step as it was read, its operands numbered as they were read. */
typedef struct {
  int op, source[3]; /* op 0: nothing reads it */
  int self;          /* whose result it makes: its own place, unless it was moved */
  int partner;       /* for STANDARDISE_TOO: the step whose number a row it makes; else -1 */
  float number;
} ef_step_words;

typedef struct {
  ef_reader *reader;
  ef_pass pass;
  ef_load_plan load[EF_LOADS];
  ef_step_plan step[EF_STEPS];
  ef_store_plan store[EF_STORES];
  ef_overlap overlap[EF_LOADS * EF_STORES];
  int steps_read;
  ef_step_words read[EF_STEPS];
  int varies[EF_REGISTERS]; /* along the inner axis as it was written, of each register that was read */
  int renamed[EF_REGISTERS];
} ef_maker;

/* In this order. */
void ef_read_pass(ef_maker *make);        /* the words, and whether rows matter */
void ef_arrange_axes(ef_pass *pass);      /* merged, in the order that is walked, cut into blocks */
void ef_find_loads(ef_maker *make);
void ef_join_steps(ef_maker *make);       /* steps that one loop does as well as two */
void ef_make_steps(ef_maker *make);       /* each with its kind and its loop */
void ef_make_stores(ef_maker *make);
void ef_place_pass(ef_maker *make);       /* registers and sums in memory, work on threads */

/* Whether a store writes a row's number once a row, as it was written. */
int ef_writes_once(const ef_maker *make, const ef_store_plan *store);

/* Whether blocks are parts of rows. */
static inline int ef_is_cut(const ef_pass *pass) {
  return pass->block_width < pass->width;
}

/* A row that all rows share is kept as such where it can be made once. */
static inline int ef_kept_kind(const ef_pass *pass, int kind) {
  return kind == EF_ALONG_ROW && (pass->rows <= 1 || ef_is_cut(pass)) ? EF_FULL : kind;
}

#endif
