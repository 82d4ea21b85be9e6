/* Programs: decoded once into plans, then run instruction by instruction. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instruction.h"
#include "pages.h"
#include "program.h"

typedef struct {
  ef_instruction *instructions;
  int64_t count;
} section;

struct ef_program {
  ef_place *places;
  float **addresses;
  int64_t values;
  int parts;
  section before, each, after;
  char *arena; /* of the pool, for the time of a run */
  size_t arena_bytes;
  ef_memory constants, scratch;
  char **scratch_of; /* each thread's share of scratch */
  ef_threads *threads;
};

static int read_places(ef_program *program, ef_reader *reader, const double *places);
static int read_section(section *into, ef_reader *reader, int64_t words, int64_t *scratch);
static int64_t run_section(const section *part, ef_run *run);
static void place_values(const ef_program *program, void *const *external, int part);

ef_program *ef_program_create(const double *places, int64_t values, const double *code, int64_t words, int parts,
                              const void *constants, int64_t constant_elements, int64_t arena_elements,
                              ef_threads *threads, char *error) {
  ef_program *program = calloc(1, sizeof *program);
  snprintf(error, EF_ERROR_SIZE, "memory is short");
  if (program == NULL) return NULL;
  ef_reader reader = {.words = code,
                      .values = values,
                      .arena_elements = arena_elements,
                      .constant_elements = constant_elements,
                      .parts = parts,
                      .instruction = 0,
                      .error = error};
  program->values = values;
  program->parts = parts;
  program->arena_bytes = arena_elements > 0 ? (size_t)arena_elements * 4 : 0;
  program->threads = ef_threads_hold(threads, program->arena_bytes);
  int64_t scratch = 0;
  if (parts < 1 || values < 0 || arena_elements < 0 || constant_elements < 0) {
    ef_fail(&reader, "parts, values, arena or constants out of range");
  }
  if (reader.failed || !read_places(program, &reader, places) || !read_section(&program->before, &reader, words, &scratch) ||
      !read_section(&program->each, &reader, words, &scratch) || !read_section(&program->after, &reader, words, &scratch)) {
    ef_program_free(program);
    return NULL;
  }
  const int count = ef_threads_count(threads);
  scratch = (scratch + 4095) / 4096 * 4096 + 64; /* not a multiple of the page: threads' strips fall into different sets */
  const ef_memory probe = ef_memory_take(program->arena_bytes); /* so that a graph that asks too much fails here, not in a run */
  if (probe.start != NULL) ef_memory_give_back(probe);
  program->constants = ef_memory_take((size_t)(constant_elements * 4));
  program->scratch = ef_memory_take((size_t)(scratch * count));
  program->scratch_of = calloc((size_t)count, sizeof *program->scratch_of);
  if (probe.start == NULL || program->constants.start == NULL || program->scratch.start == NULL ||
      program->scratch_of == NULL) {
    const double megabytes = ((double)(arena_elements + constant_elements) * 4 + (double)scratch * count) / 1e6;
    snprintf(error, EF_ERROR_SIZE,
             "the native engine requires %.0f MB of memory for this graph, got none (hint: a smaller batch)", megabytes);
    ef_program_free(program);
    return NULL;
  }
  for (int index = 0; index < count; index++) program->scratch_of[index] = (char *)program->scratch.start + index * scratch;
  if (constant_elements > 0) memcpy(program->constants.start, constants, (size_t)constant_elements * 4);
  error[0] = 0;
  return program;
}

int64_t ef_program_run(ef_program *program, void *const *external, int64_t *id) {
  ef_run run = {.threads = program->threads, .addresses = program->addresses, .scratch = program->scratch_of};
  int64_t done = 0;
  int64_t failed = -1;
  program->arena = ef_threads_arena(program->threads, program->arena_bytes);
  if (program->arena == NULL) return -1;
  place_values(program, external, 0);
  failed = run_section(&program->before, &run);
  if (failed < 0) {
    done += program->before.count;
    for (int part = 0; part < program->parts && failed < 0; part++) {
      if (part > 0) place_values(program, external, part);
      run.part = part;
      failed = run_section(&program->each, &run);
    }
  }
  if (failed < 0) {
    done += program->each.count;
    if (program->parts > 1) place_values(program, external, 0);
    run.part = 0;
    failed = run_section(&program->after, &run);
  }
  if (failed < 0) return 0;
  *id = run.wrong_id;
  return done + failed + 1;
}

static void free_section(section *part) {
  for (int64_t at = 0; at < part->count; at++) free(part->instructions[at].plan);
  free(part->instructions);
}

void ef_program_free(ef_program *program) {
  if (program == NULL) return;
  free_section(&program->before);
  free_section(&program->each);
  free_section(&program->after);
  free(program->places);
  free(program->addresses);
  ef_memory_give_back(program->constants);
  ef_memory_give_back(program->scratch);
  free(program->scratch_of);
  ef_threads_let_go(program->threads, program->arena_bytes);
  free(program);
}

/* The failed instruction's place in the section, or -1. */
static int64_t run_section(const section *part, ef_run *run) {
  for (int64_t at = 0; at < part->count; at++) {
    const ef_instruction *instruction = &part->instructions[at];
    if (instruction->run(instruction->plan, run)) return at;
  }
  return -1;
}

static void place_values(const ef_program *program, void *const *external, int part) {
  for (int64_t value = 0; value < program->values; value++) {
    const ef_place *place = &program->places[value];
    float *base = place->kind == 0   ? (float *)program->arena + place->offset
                  : place->kind == 1 ? (float *)program->constants.start + place->offset
                                     : (float *)external[place->offset];
    program->addresses[value] = base + part * place->per_part;
  }
}

static int read_places(ef_program *program, ef_reader *reader, const double *places) {
  program->places = calloc((size_t)reader->values + 1, sizeof *program->places);
  program->addresses = calloc((size_t)reader->values + 1, sizeof *program->addresses);
  if (program->places == NULL || program->addresses == NULL) return 0;
  const int64_t most = (int64_t)1 << 48;
  ef_reader words = *reader;
  words.words = places;
  words.end = 3 * reader->values;
  for (int64_t value = 0; value < reader->values; value++) {
    program->places[value].kind = (int)ef_read_whole(&words, "place's kind", 0, 2);
    program->places[value].offset = ef_read_whole(&words, "place's offset", 0, most);
    program->places[value].per_part = ef_read_whole(&words, "place's step by part", 0, most);
  }
  reader->places = program->places;
  return !words.failed;
}

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

static int read_section(section *into, ef_reader *reader, int64_t words, int64_t *scratch) {
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
