/* The sections of a program (program.h, CODE). */
#ifndef EF_SECTIONS_H
#define EF_SECTIONS_H

#include "instruction.h"

typedef struct {
  ef_instruction *instructions;
  int64_t count;
} ef_section;

/* The next section of the words; *scratch becomes what its instructions need of each thread, where it was less. 0 when memory
   is short or the reader has failed: what was read is there to be freed. */
int ef_read_section(ef_section *into, ef_reader *reader, int64_t words, int64_t *scratch);

/* The failed instruction's place in the section, or -1. */
int64_t ef_run_section(const ef_section *part, ef_run *run);

void ef_free_section(ef_section *part);

#endif
