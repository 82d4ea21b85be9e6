/* The pool of threads. Each task has a thread that it belongs to, whose caches hold what the task reads; a thread that has done
   its own takes those that nobody has begun, so that nothing waits for a thread that other programs keep from running. Threads
   without work look for the next for some milliseconds, since it is mostly near and waking one that sleeps can take a third of a
   millisecond; where the processors are shared with others they sleep at once, since looking would use up their own share. */
#include "threads.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include "pages.h"

typedef struct {
  ef_threads *pool;
  int index;
} worker;

/* A task of one job: whether it was begun. Each on a cache line of its own. */
typedef struct {
  _Alignas(64) atomic_uint state;
} claim;

struct ef_threads {
  int is_open, holders; /* whoever is the last to let go of it, its opener or a holder, ends it; all are on one thread */
  int count;
  pthread_t *handles;
  worker *workers;
  size_t most; /* that a holder asks for, but for one that has let go: then of those since */
  atomic_int is_large; /* the arena, perhaps, for those who are left */
  ef_memory arena;
  size_t arena_bytes;
  claim *claims; /* task i of job `turn` is free while its state is open_of(turn) */
  /* the job; written by the caller before it opens the claims, read by who has claimed one of its tasks */
  void (*task)(void *context, int index);
  void *context;
  _Alignas(64) atomic_uint turn;
  _Alignas(64) atomic_int unfinished;
  _Alignas(64) atomic_int asleep;
  atomic_int caller_asleep;
  atomic_int ending;
  _Atomic int64_t crowded_until; /* microseconds: till then nobody looks for long */
  pthread_mutex_t lock;
  pthread_cond_t moved, finished;
};

enum {
  LOOKS_PER_TIME = 64,
  SPIN_MICROSECONDS = 3000,
  CROWDED_SPIN_MICROSECONDS = 20,
  GAP_MICROSECONDS = 500, /* between two readings of the clock, some microseconds of looking apart: another program ran */
  CROWDED_MICROSECONDS = 200000
};

static void *work(void *argument);
static void drop_arena(ef_threads *pool);
static void end(ef_threads *pool);
static void run_tasks(ef_threads *pool, int first, unsigned turn);

ef_threads *ef_threads_open(int count) {
  if (count < 1) count = 1;
  ef_threads *pool = aligned_alloc(64, (sizeof *pool + 63) / 64 * 64);
  if (pool == NULL) return NULL;
  *pool = (ef_threads){.is_open = 1, .count = 1};
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->moved, NULL);
  pthread_cond_init(&pool->finished, NULL);
  pool->handles = calloc((size_t)count, sizeof *pool->handles);
  pool->workers = calloc((size_t)count, sizeof *pool->workers);
  pool->claims = aligned_alloc(64, (size_t)count * sizeof *pool->claims);
  if (pool->handles == NULL || pool->workers == NULL || pool->claims == NULL) {
    ef_threads_close(pool);
    return NULL;
  }
  for (int index = 0; index < count; index++) atomic_init(&pool->claims[index].state, 1);
  sigset_t all, before; /* workers take no signals: they are the host program's */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int started = 1;
  for (; started < count; started++) {
    pool->workers[started] = (worker){pool, started};
    if (pthread_create(&pool->handles[started], NULL, work, &pool->workers[started]) != 0) break;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pool->count = started; /* workers read it only once they are given a job */
  return pool;
}

ef_threads *ef_threads_hold(ef_threads *pool, size_t bytes) {
  pool->holders++;
  if (bytes > pool->most) pool->most = bytes;
  return pool;
}

void ef_threads_let_go(ef_threads *pool, size_t bytes) {
  if (bytes >= pool->most) { /* a run may be under way: the next one sees to it */
    pool->most = 0;
    atomic_store(&pool->is_large, 1);
  }
  if (--pool->holders > 0) return;
  drop_arena(pool);
  if (!pool->is_open) end(pool);
}

void ef_threads_close(ef_threads *pool) {
  pool->is_open = 0;
  if (pool->holders == 0) end(pool);
}

static void end(ef_threads *pool) {
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->ending, 1);
  atomic_fetch_add(&pool->turn, 1);
  pthread_cond_broadcast(&pool->moved);
  pthread_mutex_unlock(&pool->lock);
  for (int index = 1; index < pool->count; index++) pthread_join(pool->handles[index], NULL);
  pthread_cond_destroy(&pool->finished);
  pthread_cond_destroy(&pool->moved);
  pthread_mutex_destroy(&pool->lock);
  free(pool->claims);
  free(pool->handles);
  free(pool->workers);
  free(pool);
}

ef_threads *ef_threads_alone(void) {
  static ef_threads alone = {.count = 1}; /* never changed: a run on it is a loop */
  return &alone;
}

int ef_threads_count(const ef_threads *pool) {
  return pool->count;
}

void *ef_threads_arena(ef_threads *pool, size_t bytes) {
  const int is_large = atomic_exchange(&pool->is_large, 0) && pool->arena_bytes > bytes;
  if (pool->arena.start == NULL || pool->arena_bytes < bytes || is_large) {
    drop_arena(pool);
    pool->arena = ef_memory_take(bytes);
    pool->arena_bytes = pool->arena.start == NULL ? 0 : bytes;
  }
  return pool->arena.start;
}

static void drop_arena(ef_threads *pool) {
  if (pool->arena.start != NULL) ef_memory_give_back(pool->arena);
  pool->arena = (ef_memory){NULL, 0};
  pool->arena_bytes = 0;
}

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static unsigned open_of(unsigned turn) {
  return 2 * turn; /* and begun: one more */
}

/* Looks until `unfinished` is 0 (a caller) or `turn` is no longer `seen` (a worker); 0 when it was in vain. */
static int look(ef_threads *pool, const unsigned *seen) {
  const int64_t start = microseconds();
  for (int64_t now = start, before;;) {
    for (int at = 0; at < LOOKS_PER_TIME; at++) {
      if (seen ? atomic_load_explicit(&pool->turn, memory_order_acquire) != *seen
               : atomic_load_explicit(&pool->unfinished, memory_order_acquire) == 0) {
        return 1;
      }
      pause_briefly();
    }
    before = now;
    now = microseconds();
    if (now - before > GAP_MICROSECONDS) atomic_store_explicit(&pool->crowded_until, now + CROWDED_MICROSECONDS, memory_order_relaxed);
    const int crowded = now < atomic_load_explicit(&pool->crowded_until, memory_order_relaxed);
    if (now - start >= (crowded ? CROWDED_SPIN_MICROSECONDS : SPIN_MICROSECONDS)) return 0;
  }
}

void ef_threads_run(ef_threads *pool, int tasks, void (*task)(void *context, int index), void *context) {
  if (tasks <= 1 || pool->count == 1) {
    for (int index = 0; index < tasks; index++) task(context, index);
    return;
  }
  const unsigned turn = atomic_load_explicit(&pool->turn, memory_order_relaxed) + 1;
  pool->task = task;
  pool->context = context;
  atomic_store_explicit(&pool->unfinished, tasks, memory_order_relaxed);
  for (int index = 0; index < tasks; index++) {
    atomic_store_explicit(&pool->claims[index].state, open_of(turn), memory_order_release);
  }
  atomic_store(&pool->turn, turn);
  /* who sleeps counts himself asleep before he looks for the last time, so that one of the two sees the other */
  if (atomic_load(&pool->asleep) > 0) {
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->moved);
    pthread_mutex_unlock(&pool->lock);
  }
  run_tasks(pool, 0, turn);
  if (look(pool, NULL)) return;
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->caller_asleep, 1);
  while (atomic_load(&pool->unfinished) > 0) pthread_cond_wait(&pool->finished, &pool->lock);
  atomic_store(&pool->caller_asleep, 0);
  pthread_mutex_unlock(&pool->lock);
}

/* The tasks of one job that nobody has begun, from a thread's own on. A job cannot end, nor the next begin, while one of its
   tasks is claimed and not done: what a claim's holder reads of it holds. */
static void run_tasks(ef_threads *pool, int first, unsigned turn) {
  for (int step = 0; step < pool->count; step++) {
    const int index = (first + step) % pool->count;
    unsigned expected = open_of(turn);
    if (!atomic_compare_exchange_strong(&pool->claims[index].state, &expected, expected + 1)) continue;
    pool->task(pool->context, index);
    if (atomic_fetch_sub(&pool->unfinished, 1) == 1 && atomic_load(&pool->caller_asleep)) {
      pthread_mutex_lock(&pool->lock);
      pthread_cond_signal(&pool->finished);
      pthread_mutex_unlock(&pool->lock);
    }
  }
}

/* Waits until `turn` is no longer `seen`; what it is then. */
static unsigned await_turn(ef_threads *pool, unsigned seen) {
  if (!look(pool, &seen)) {
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->asleep, 1);
    while (atomic_load(&pool->turn) == seen) pthread_cond_wait(&pool->moved, &pool->lock);
    atomic_fetch_sub(&pool->asleep, 1);
    pthread_mutex_unlock(&pool->lock);
  }
  return atomic_load_explicit(&pool->turn, memory_order_acquire);
}

static void *work(void *argument) {
  const worker *self = argument;
  for (unsigned seen = 0;;) {
    seen = await_turn(self->pool, seen);
    if (atomic_load(&self->pool->ending)) return NULL;
    run_tasks(self->pool, self->index, seen);
  }
}
