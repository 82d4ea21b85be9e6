/* Programs: decoded once into plans, then run instruction by instruction. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "sections.h"

/* A stretch of the arena. */
typedef struct {
  int64_t offset, size;
} stretch;

struct ef_program {
  ef_place *places;
  float **addresses; /* of the values, for each share of the parts */
  int64_t values;
  int parts;
  int shares; /* of the parts, each run by one thread in an arena of its own; 1: one part after another, by all threads */
  ef_section before, each, after;
  char *arena; /* of the pool, for the time of a run: that of the first share, which what is no part's has too, then the others' */
  size_t arena_bytes; /* of one share */
  stretch *sums; /* over parts, of which each share makes its own */
  int64_t sum_count;
  ef_memory constants, scratch;
  char **scratch_of; /* each thread's share of scratch */
  ef_threads *threads;
};

enum { MOST_ARENAS = 1 << 27 }; /* bytes, of all shares: where parts are so large the threads share each instruction instead */

/* What the shares of a run are handed, and what each found wrong. */
typedef struct {
  ef_program *program;
  void *const *external;
  ef_threads *threads; /* of each instruction */
  int64_t *failed, *wrong_id;
} shared_run;

static int shares_of(const ef_program *program, const double *places, const ef_threads *threads);
static int read_places(ef_program *program, ef_reader *reader, const double *places);
static int read_sums(ef_program *program, ef_reader *reader, const double *sums);
static int64_t run_parts(ef_program *program, void *const *external, int64_t *id);
static void place_values(const ef_program *program, void *const *external, int part, int share);

static size_t arenas_of(const ef_program *program) {
  return program->arena_bytes * (size_t)program->shares;
}

ef_program *ef_program_create(const double *places, int64_t values, const double *code, int64_t words, int parts,
                              const void *constants, int64_t constant_elements, int64_t arena_elements,
                              const double *sums, int64_t sum_count, ef_threads *threads, char *error) {
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
  program->sum_count = sum_count;
  program->arena_bytes = arena_elements > 0 ? (size_t)(arena_elements + 15) / 16 * 64 : 0;
  program->shares = shares_of(program, places, threads);
  program->threads = ef_threads_hold(threads, arenas_of(program));
  int64_t scratch = 0;
  if (parts < 1 || values < 0 || arena_elements < 0 || constant_elements < 0) {
    ef_fail(&reader, "parts, values, arena or constants out of range");
  }
  if (reader.failed || !read_places(program, &reader, places) || !read_sums(program, &reader, sums) ||
      !ef_read_section(&program->before, &reader, words, &scratch) || !ef_read_section(&program->each, &reader, words, &scratch) ||
      !ef_read_section(&program->after, &reader, words, &scratch)) {
    ef_program_free(program);
    return NULL;
  }
  const int count = ef_threads_count(threads);
  scratch = (scratch + 4095) / 4096 * 4096 + 64; /* not a multiple of the page: threads' strips fall into different sets */
  const ef_memory probe = ef_memory_take(arenas_of(program)); /* so that a graph that asks too much fails here, not in a run */
  if (probe.start != NULL) ef_memory_give_back(probe);
  program->constants = ef_memory_take((size_t)(constant_elements * 4));
  program->scratch = ef_memory_take((size_t)(scratch * count));
  program->scratch_of = calloc((size_t)count, sizeof *program->scratch_of);
  if (probe.start == NULL || program->constants.start == NULL || program->scratch.start == NULL ||
      program->scratch_of == NULL) {
    const double megabytes = ((double)arenas_of(program) + (double)constant_elements * 4 + (double)scratch * count) / 1e6;
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
  program->arena = ef_threads_arena(program->threads, arenas_of(program));
  if (program->arena == NULL) return -1;
  place_values(program, external, 0, 0);
  int64_t done = 0, failed = ef_run_section(&program->before, &run);
  if (failed < 0) {
    done += program->before.count;
    failed = run_parts(program, external, &run.wrong_id);
  }
  if (failed < 0) {
    done += program->each.count;
    place_values(program, external, 0, 0);
    failed = ef_run_section(&program->after, &run);
  }
  if (failed < 0) return 0;
  *id = run.wrong_id;
  return done + failed + 1;
}

static int first_part(const ef_program *program, int share) {
  return program->parts / program->shares * share;
}

static void run_share(void *context, int share) {
  const shared_run *all = context;
  ef_program *program = all->program;
  ef_run run = {.threads = all->threads,
                .addresses = program->addresses + share * program->values,
                .scratch = program->scratch_of + share,
                .first = first_part(program, share)};
  int64_t failed = -1;
  for (int part = run.first; part < first_part(program, share + 1) && failed < 0; part++) {
    place_values(program, all->external, part, share);
    run.part = part;
    failed = ef_run_section(&program->each, &run);
  }
  all->failed[share] = failed;
  all->wrong_id[share] = run.wrong_id;
}

/* Adds the sums of the other shares to those of the first, a piece of each on every thread. */
static void add_sums(void *context, int index) {
  const ef_program *program = context;
  const int64_t step = (int64_t)(program->arena_bytes / 4);
  for (int64_t at = 0; at < program->sum_count; at++) {
    const int64_t start = ef_share(program->sums[at].size, program->shares, index, 16);
    const int64_t count = ef_share(program->sums[at].size, program->shares, index + 1, 16) - start;
    float *sum = (float *)program->arena + program->sums[at].offset + start;
    for (int share = 1; share < program->shares; share++) {
      const float *own = sum + share * step;
      for (int64_t i = 0; i < count; i++) sum[i] += own[i];
    }
  }
}

/* All parts; the failed instruction's place in the section, or -1. */
static int64_t run_parts(ef_program *program, void *const *external, int64_t *id) {
  const int shares = program->shares;
  int64_t failed[shares], wrong_id[shares];
  shared_run all = {program, external, shares > 1 ? ef_threads_alone() : program->threads, failed, wrong_id};
  ef_threads_run(program->threads, shares, run_share, &all);
  for (int share = 0; share < shares; share++) {
    if (failed[share] < 0) continue;
    *id = wrong_id[share];
    return failed[share];
  }
  if (shares > 1) ef_threads_run(program->threads, shares, add_sums, program);
  return -1;
}

void ef_program_free(ef_program *program) {
  if (program == NULL) return;
  ef_free_section(&program->before);
  ef_free_section(&program->each);
  ef_free_section(&program->after);
  free(program->places);
  free(program->addresses);
  ef_memory_give_back(program->constants);
  ef_memory_give_back(program->scratch);
  free(program->scratch_of);
  free(program->sums);
  ef_threads_let_go(program->threads, arenas_of(program));
  free(program);
}

static void place_values(const ef_program *program, void *const *external, int part, int share) {
  float **addresses = program->addresses + share * program->values;
  for (int64_t value = 0; value < program->values; value++) {
    const ef_place *place = &program->places[value];
    const char *arena = program->arena + (place->own ? (size_t)share * program->arena_bytes : 0);
    float *base = place->kind == 0   ? (float *)arena + place->offset
                  : place->kind == 1 ? (float *)program->constants.start + place->offset
                                     : (float *)external[place->offset];
    addresses[value] = base + part * place->per_part;
  }
}

/* One for each thread, where the plan has memory for it and each thread gets as many parts as the others. */
static int shares_of(const ef_program *program, const double *places, const ef_threads *threads) {
  const int count = ef_threads_count(threads);
  int own = 0;
  for (int64_t value = 0; value < program->values; value++) own |= places[3 * value] == 3;
  const int even = program->parts > 0 && program->parts % count == 0;
  return own && even && program->arena_bytes <= MOST_ARENAS / (size_t)count ? count : 1;
}

static int read_places(ef_program *program, ef_reader *reader, const double *places) {
  program->places = calloc((size_t)reader->values + 1, sizeof *program->places);
  program->addresses = calloc((size_t)(program->shares * reader->values) + 1, sizeof *program->addresses);
  if (program->places == NULL || program->addresses == NULL) return 0;
  const int64_t most = (int64_t)1 << 48;
  ef_reader words = *reader;
  words.words = places;
  words.end = 3 * reader->values;
  for (int64_t value = 0; value < reader->values; value++) {
    const int kind = (int)ef_read_whole(&words, "place's kind", 0, 3);
    program->places[value].own = kind == 3;
    program->places[value].kind = kind == 3 ? 0 : kind;
    program->places[value].offset = ef_read_whole(&words, "place's offset", 0, most);
    program->places[value].per_part = ef_read_whole(&words, "place's step by part", 0, most);
  }
  reader->places = program->places;
  return !words.failed;
}

static int read_sums(ef_program *program, ef_reader *reader, const double *sums) {
  program->sums = calloc((size_t)program->sum_count + 1, sizeof *program->sums);
  if (program->sums == NULL) return 0;
  ef_reader words = *reader;
  words.words = sums;
  words.end = 2 * program->sum_count;
  for (int64_t at = 0; at < program->sum_count; at++) {
    program->sums[at].offset = ef_read_whole(&words, "sum's offset", 0, reader->arena_elements);
    program->sums[at].size = ef_read_whole(&words, "sum's size", 0, reader->arena_elements - program->sums[at].offset);
  }
  return !words.failed;
}
