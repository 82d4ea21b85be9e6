/* What every instruction is to the program that runs it: a plan made once, and a function that carries it out. */
#ifndef EF_INSTRUCTION_H
#define EF_INSTRUCTION_H

#include <stddef.h>

#include "decode.h"
#include "threads.h"

/* What a run hands to its instructions. */
typedef struct {
  ef_threads *threads;
  float *const *addresses; /* of each value in this part */
  int part, first;         /* `first`: the part with which the sums at these addresses begin */
  char *const *scratch;    /* memory of each thread's own, 64-byte aligned */
  int64_t wrong_id;        /* set by an instruction that meets an id out of range */
} ef_run;

typedef struct {
  int (*run)(const void *plan, ef_run *run); /* 0, or 1 for an id out of range */
  void *plan;                                /* one block of memory */
  int64_t scratch;                           /* bytes that each thread needs */
} ef_instruction;

/* Each reads its words and fills in the instruction; on a mistake the reader has failed and nothing is kept. */
void ef_make_product(ef_reader *reader, ef_instruction *instruction);
void ef_make_copy(ef_reader *reader, ef_instruction *instruction);
void ef_make_fill(ef_reader *reader, ef_instruction *instruction);
void ef_make_pass(ef_reader *reader, ef_instruction *instruction);
void ef_make_attend(ef_reader *reader, ef_instruction *instruction);
void ef_make_rows(ef_reader *reader, ef_instruction *instruction, int opcode);

/* A copy of a plan that lasts, NULL and a failed reader when memory is short. */
void *ef_keep(ef_reader *reader, const void *plan, size_t size);

/* The threads worth starting for so many elements of light work. */
int ef_worth(const ef_run *run, int64_t elements);

/* Where share `index` of `shares` begins when `whole` is split evenly in multiples of `grain`. */
static inline int64_t ef_share(int64_t whole, int shares, int index, int64_t grain) {
  const int64_t grains = (whole + grain - 1) / grain;
  const int64_t start = grains / shares * index + (grains % shares) * index / shares;
  return start * grain < whole ? start * grain : whole;
}

static inline float *ef_address(const ef_run *run, const ef_operand *operand) {
  return run->addresses[operand->value] + operand->offset;
}

/* Whether a mode of program.h adds in this part. */
static inline int ef_adds(int mode, const ef_run *run) {
  return mode == 1 || (mode == 2 && run->part > run->first);
}

#endif
