/* The door to Node: pools of threads and programs as Node-API values, runs on a worker so that the event loop stays free. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <string.h>

#include "pages.h"
#include "run.h"
#include "threads.h"

#define CHECK(call)                              \
  do {                                           \
    if ((call) != napi_ok) return complain(env); \
  } while (0)

/* Throws what Node-API says went wrong, unless an error is on its way already. */
static napi_value complain(napi_env env) {
  const napi_extended_error_info *info = NULL;
  bool pending = false;
  napi_get_last_error_info(env, &info);
  const char *message = info && info->error_message ? info->error_message : "a Node-API call failed";
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, NULL, message);
  return NULL;
}

static void close_threads(napi_env env, void *threads, void *hint) {
  (void)env, (void)hint;
  ef_threads_close(threads);
}

/* openThreads(count): a pool. */
static napi_value open_threads(napi_env env, napi_callback_info info) {
  size_t given = 1;
  napi_value argument, pool;
  int32_t count;
  CHECK(napi_get_cb_info(env, info, &given, &argument, NULL, NULL));
  CHECK(napi_get_value_int32(env, argument, &count));
  ef_threads *threads = ef_threads_open(count);
  if (!threads) {
    napi_throw_error(env, NULL, "a pool of threads requires memory, got none");
    return NULL;
  }
  CHECK(napi_create_external(env, threads, close_threads, NULL, &pool));
  return pool;
}

/* A program's holder: freeing it early leaves the holder, so that its finaliser finds nothing to do. */
typedef struct {
  ef_program *program;
} holder;

static void free_holder(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  holder *held = data;
  if (held->program) ef_program_free(held->program);
  free(held);
}

static napi_status cells(napi_env env, napi_value array, void **data, size_t *length) {
  return napi_get_typedarray_info(env, array, NULL, length, data, NULL, NULL);
}

/* createProgram(threads, places, code, parts, constants, arenaElements, sums): a program; the arrays are copied. */
static napi_value create_program(napi_env env, napi_callback_info info) {
  size_t given = 7, places_length, words, constants_length, sums_length;
  napi_value arguments[7], result;
  void *threads, *places, *code, *constants, *sums;
  int32_t parts;
  int64_t arena;
  CHECK(napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
  CHECK(napi_get_value_external(env, arguments[0], &threads));
  CHECK(cells(env, arguments[1], &places, &places_length));
  CHECK(cells(env, arguments[2], &code, &words));
  CHECK(napi_get_value_int32(env, arguments[3], &parts));
  CHECK(cells(env, arguments[4], &constants, &constants_length));
  CHECK(napi_get_value_int64(env, arguments[5], &arena));
  CHECK(cells(env, arguments[6], &sums, &sums_length));
  char error[EF_ERROR_SIZE] = "";
  holder *held = calloc(1, sizeof *held);
  if (held) {
    held->program = ef_program_create(places, (int64_t)places_length / 3, code, (int64_t)words, parts, constants,
                                      (int64_t)constants_length, arena, sums, (int64_t)sums_length / 2, threads, error);
  }
  if (!held || !held->program) {
    free(held);
    napi_throw_error(env, NULL, error[0] ? error : "a program requires memory, got none");
    return NULL;
  }
  CHECK(napi_create_external(env, held, free_holder, NULL, &result));
  return result;
}

/* freeProgram(program): gives its memory back now. It must not be running. */
static napi_value free_program(napi_env env, napi_callback_info info) {
  size_t given = 1;
  napi_value argument;
  void *data;
  CHECK(napi_get_cb_info(env, info, &given, &argument, NULL, NULL));
  CHECK(napi_get_value_external(env, argument, &data));
  holder *held = data;
  if (held->program) ef_program_free(held->program);
  held->program = NULL;
  return NULL;
}

static void free_pages(napi_env env, void *start, void *mapped) {
  (void)env;
  ef_memory_give_back((ef_memory){start, (size_t)(intptr_t)mapped});
}

/* allocate(bytes): an ArrayBuffer of zeros on pages of its own; undefined where the system or Node has none to give. */
static napi_value allocate(napi_env env, napi_callback_info info) {
  size_t given = 1;
  napi_value argument, buffer;
  int64_t bytes;
  CHECK(napi_get_cb_info(env, info, &given, &argument, NULL, NULL));
  CHECK(napi_get_value_int64(env, argument, &bytes));
  const ef_memory memory = ef_memory_take(bytes > 0 ? (size_t)bytes : 0);
  napi_status status = napi_no_external_buffers_allowed;
  if (memory.mapped > 0) {
    void *mapped = (void *)(intptr_t)memory.mapped;
    status = napi_create_external_arraybuffer(env, memory.start, (size_t)bytes, free_pages, mapped, &buffer);
  }
  if (status == napi_ok) return buffer;
  ef_memory_give_back(memory);
  return status == napi_no_external_buffers_allowed ? NULL : complain(env);
}

enum { RUN_NUMBERS = 6 };

/* Whether `count` runs of `length` elements from `start` on, `step` from one to the next, lie within `size` elements. */
static bool lie_within(double count, double length, double start, double step, size_t size) {
  const double last = start + (count - 1) * step;
  return count >= 1 && length >= 0 && start >= 0 && last >= 0 && start + length <= (double)size && last + length <= (double)size;
}

/* copyRuns(into, from, runs): six numbers for each group of runs. */
static napi_value copy_runs(napi_env env, napi_callback_info info) {
  size_t given = 3, into_size, from_size, numbers;
  napi_value arguments[3];
  void *into, *from, *runs;
  CHECK(napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
  CHECK(cells(env, arguments[0], &into, &into_size));
  CHECK(cells(env, arguments[1], &from, &from_size));
  CHECK(cells(env, arguments[2], &runs, &numbers));
  const double *run = runs, *end = run + numbers / RUN_NUMBERS * RUN_NUMBERS;
  for (; run < end; run += RUN_NUMBERS) {
    if (!lie_within(run[0], run[1], run[2], run[3], from_size) || !lie_within(run[0], run[1], run[4], run[5], into_size)) {
      napi_throw_range_error(env, NULL, "copyRuns requires runs within both arrays, got some beyond");
      return NULL;
    }
    const int32_t *source = (const int32_t *)from + (int64_t)run[2];
    int32_t *target = (int32_t *)into + (int64_t)run[4];
    const int64_t count = (int64_t)run[0], from_step = (int64_t)run[3], to_step = (int64_t)run[5];
    const size_t bytes = (size_t)run[1] * sizeof *target;
    for (int64_t at = 0; at < count; at++, source += from_step, target += to_step) memcpy(target, source, bytes);
  }
  return NULL;
}

/* A run under way. `kept` holds the program and the arrays, so that none is collected before the end. */
typedef struct {
  ef_program *program;
  napi_async_work work;
  napi_deferred deferred;
  napi_ref kept;
  int64_t failed, id;
  void *external[];
} running;

static void execute(napi_env env, void *data) {
  (void)env;
  running *run = data;
  run->failed = ef_program_run(run->program, run->external, &run->id);
}

/* Resolves to [0, 0], to [-1, 0] when memory is short, or to the failed instruction's number + 1 and the id out of range. */
static void finish(napi_env env, napi_status status, void *data) {
  running *run = data;
  napi_value result, failed, id;
  napi_create_array_with_length(env, 2, &result);
  napi_create_int64(env, status == napi_ok ? run->failed : -1, &failed);
  napi_create_int64(env, run->id, &id);
  napi_set_element(env, result, 0, failed);
  napi_set_element(env, result, 1, id);
  napi_resolve_deferred(env, run->deferred, result);
  napi_delete_reference(env, run->kept);
  napi_delete_async_work(env, run->work);
  free(run);
}

/* run(program, arrays): a promise. The arrays are typed arrays in the order of the program's external numbers. */
static napi_value run_program(napi_env env, napi_callback_info info) {
  size_t given = 2;
  uint32_t count;
  napi_value arguments[2], promise, name, kept;
  void *data;
  CHECK(napi_get_cb_info(env, info, &given, arguments, NULL, NULL));
  CHECK(napi_get_value_external(env, arguments[0], &data));
  CHECK(napi_get_array_length(env, arguments[1], &count));
  holder *held = data;
  if (!held->program) {
    napi_throw_type_error(env, NULL, "a run requires a program in use, got a disposed one");
    return NULL;
  }
  running *run = calloc(1, sizeof *run + count * sizeof(void *));
  if (!run) {
    napi_throw_error(env, NULL, "a run requires memory, got none");
    return NULL;
  }
  run->program = held->program;
  napi_status status = napi_ok;
  for (uint32_t at = 0; at < count && status == napi_ok; at++) {
    napi_value array;
    size_t length;
    status = napi_get_element(env, arguments[1], at, &array);
    if (status == napi_ok) status = cells(env, array, &run->external[at], &length);
  }
  if (status == napi_ok) status = napi_create_array_with_length(env, 2, &kept);
  if (status == napi_ok) status = napi_set_element(env, kept, 0, arguments[0]);
  if (status == napi_ok) status = napi_set_element(env, kept, 1, arguments[1]);
  if (status == napi_ok) status = napi_create_reference(env, kept, 1, &run->kept);
  if (status == napi_ok) status = napi_create_string_utf8(env, "eightfold", NAPI_AUTO_LENGTH, &name);
  if (status == napi_ok) status = napi_create_promise(env, &run->deferred, &promise);
  if (status == napi_ok) status = napi_create_async_work(env, NULL, name, execute, finish, run, &run->work);
  if (status == napi_ok) status = napi_queue_async_work(env, run->work);
  if (status != napi_ok) {
    if (run->work) napi_delete_async_work(env, run->work);
    if (run->kept) napi_delete_reference(env, run->kept);
    free(run);
    return complain(env);
  }
  return promise;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"openThreads", NULL, open_threads, NULL, NULL, NULL, napi_enumerable, NULL},
      {"createProgram", NULL, create_program, NULL, NULL, NULL, napi_enumerable, NULL},
      {"freeProgram", NULL, free_program, NULL, NULL, NULL, napi_enumerable, NULL},
      {"allocate", NULL, allocate, NULL, NULL, NULL, napi_enumerable, NULL},
      {"copyRuns", NULL, copy_runs, NULL, NULL, NULL, napi_enumerable, NULL},
      {"run", NULL, run_program, NULL, NULL, NULL, napi_enumerable, NULL},
  };
  CHECK(napi_define_properties(env, exports, sizeof functions / sizeof *functions, functions));
  return exports;
}
