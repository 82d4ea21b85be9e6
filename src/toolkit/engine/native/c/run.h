/* Programs: made once of the numbers that the planner writes (program.h), run many times. */
#ifndef EF_RUN_H
#define EF_RUN_H

#include <stdint.h>

#include "decode.h"
#include "threads.h"

typedef struct ef_program ef_program;

/* The program of `code` over `values` places, with `sum_count` stretches that are summed over parts (program.h). The
   constants are copied; the arena is the pool's. NULL when memory is short or the code is malformed: `error` (EF_ERROR_SIZE bytes) then says what is wrong. */
ef_program *ef_program_create(const double *places, int64_t values, const double *code, int64_t words, int parts,
                              const void *constants, int64_t constant_elements, int64_t arena_elements,
                              const double *sums, int64_t sum_count, ef_threads *threads, char *error);

/* Runs it on the external arrays, external[i] the address of number i. 0; -1 when memory is short; or, when an id was out of
   range, the failed instruction's number + 1 (counted through the three sections) and the id in *id. One run of a pool's
   programs at a time. */
int64_t ef_program_run(ef_program *program, void *const *external, int64_t *id);

void ef_program_free(ef_program *program);

#endif
