/* A PASS as it is run: loads, steps and stores over blocks of rows whose registers stay in the first-level cache.

   A register varies along the inner axis, along the outer ones, along both or neither; that is its kind, and it is kept in as
   few numbers as its kind needs: a block of rows, a number a row, one row that all rows share, or a single number. */
#ifndef EF_PASS_H
#define EF_PASS_H

#include "instruction.h"

enum { EF_SINGLE = 0, EF_ALONG_ROW = 1, EF_ALONG_ROWS = 2, EF_FULL = 3 };

/* One step on one block: `rows` rows of `width` numbers; the result's rows lie together. */
typedef struct {
  int64_t rows, width;
  float *to;
  const float *a, *b, *c;
  int64_t a_row, b_row, c_row; /* from one row to the next */
  float *too;                  /* a number a row that is made on the way; NULL where nobody wants it */
  float number;
} ef_call;

typedef void ef_kernel(const ef_call *call);

/* Steps that only the interpreter writes. An arithmetic step and one of its operands join into a step of three operands,
   numbered by what is done with the operand's value, and by what that value is. */
enum {
  EF_EXPAND = 100,
  EF_SUM_ROW_OF_PRODUCT,
  EF_STANDARDISE_TOO, /* STANDARDISE that also fills the register of INVERSE_DEVIATION */
  EF_JOINED,
};
enum { EF_PLUS, EF_MINUS, EF_FROM, EF_TIMES };              /* value + c, value - c, c - value, value * c */
enum { EF_OF_PRODUCT, EF_OF_SUM, EF_OF_DIFFERENCE };        /* value = a * b, a + b, a - b */
#define EF_JOIN(OUTER, INNER) (EF_JOINED + 3 * (OUTER) + (INNER))

/* Bits that say which operands have one number a row: 1 for a, 2 for b, 4 for c. NULL where there is no such kernel. */
ef_kernel *ef_kernel_of(int op, int spread);

/* How many operands an op takes; -1 for no op. */
int ef_operands_of(int op);

/* Whether an op needs whole rows. */
int ef_takes_rows(int op);

/* Whether an op makes a number a row. */
int ef_reduces(int op);

enum { EF_LOADS = 64, EF_STEPS = 512, EF_STORES = 64, EF_REGISTERS = EF_LOADS + EF_STEPS };

typedef struct {
  ef_operand operand;
  int kind;
  int last_use; /* the last step that reads it; a store counts as behind all steps */
  int64_t strip; /* where its own memory lies, should it be copied */
} ef_load_plan;

typedef struct {
  ef_kernel *kernel; /* NULL: nothing to run */
  int op, kind, operands;
  int space;     /* the kinds of the result and the operands together: what it goes over */
  int source[3], source_kind[3];
  int whole;     /* all operands lie like the result: the block is one row */
  int once;      /* run once a thread, not once a block */
  int filled;    /* by another step */
  int too;       /* the register that is filled on the way, -1: none */
  int last_use;
  int64_t strip;
  float number;
} ef_step_plan;

typedef struct {
  ef_operand operand;
  int source, mode;
  int per_row; /* the source is a number a row */
  int sums;    /* several places of the space share an element */
  int direct;  /* the step that makes the source may write to the target itself */
  int64_t partial; /* where the thread's own sums begin, -1: there are none */
  int64_t partial_size;
} ef_store_plan;

/* A load and a store that may be the same memory. */
typedef struct {
  int load, store;
} ef_overlap;

/* Strips and places of partial sums are counted in floats from the start of a thread's scratch. */
typedef struct {
  ef_space space; /* merged; the inner axis last */
  int64_t rows, width;
  int whole_rows; /* the inner axis must not be cut */
  int64_t block_rows, block_width;
  int64_t weight; /* elements times the work on each */
  int split;      /* the axis that threads divide, -1: none */
  int loads, steps, stores, overlaps;
  int64_t scratch;
  ef_load_plan *load;
  ef_step_plan *step;
  ef_store_plan *store;
  ef_overlap *overlap;
} ef_pass;

int ef_run_pass(const void *plan, ef_run *run);

#endif
