/* The sections of a program: read from its words, and run instruction by instruction. */
#include "sections.h"

#include <stdlib.h>

#include "program.h"

static void make(ef_reader *reader, ef_instruction *instruction) {
  const int opcode = (int)ef_read_whole(reader, "opcode", PRODUCT, ATTEND);
  ef_read_number(reader, "count of words");
  if (reader->failed) return;
  switch (opcode) {
    case PRODUCT:
      ef_make_product(reader, instruction);
      break;
    case COPY:
      ef_make_copy(reader, instruction);
      break;
    case FILL:
      ef_make_fill(reader, instruction);
      break;
    case PASS:
      ef_make_pass(reader, instruction);
      break;
    case ATTEND:
      ef_make_attend(reader, instruction);
      break;
    default:
      ef_make_rows(reader, instruction, opcode);
  }
}

int ef_read_section(ef_section *into, ef_reader *reader, int64_t words, int64_t *scratch) {
  reader->end = words;
  const int64_t length = ef_read_whole(reader, "section's length", 0, words - reader->at - 1);
  if (reader->failed) return 0;
  const int64_t end = reader->at + length;
  into->instructions = calloc((size_t)length / 2 + 1, sizeof *into->instructions);
  if (into->instructions == NULL) return 0;
  while (reader->at < end) {
    reader->end = end;
    const int64_t start = reader->at;
    reader->at = start + 1;
    const int64_t count = ef_read_whole(reader, "count of words", 2, end - start);
    if (reader->failed) return 0;
    reader->at = start;
    reader->end = start + count;
    ef_instruction *instruction = &into->instructions[into->count];
    make(reader, instruction);
    if (reader->failed) return 0;
    into->count++;
    if (instruction->scratch > *scratch) *scratch = instruction->scratch;
    if (reader->at != reader->end) {
      ef_fail(reader, "has %lld words too many", (long long)(reader->end - reader->at));
      return 0;
    }
    reader->instruction++;
  }
  return 1;
}

int64_t ef_run_section(const ef_section *part, ef_run *run) {
  for (int64_t at = 0; at < part->count; at++) {
    const ef_instruction *instruction = &part->instructions[at];
    if (instruction->run(instruction->plan, run)) return at;
  }
  return -1;
}

void ef_free_section(ef_section *part) {
  for (int64_t at = 0; at < part->count; at++) free(part->instructions[at].plan);
  free(part->instructions);
}
