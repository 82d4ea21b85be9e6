/* The pool of threads: workers spin for some milliseconds after their last job, since the next is mostly near and waking one
   that sleeps can take a third of a millisecond, then sleep. */
#include "threads.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  ef_threads *pool;
  int index;
} worker;

struct ef_threads {
  int count;
  pthread_t *handles;
  worker *workers;
  /* the job; written by the caller before `turn` moves on, read by workers after they saw it move */
  int tasks;
  void (*task)(void *context, int index);
  void *context;
  _Alignas(64) atomic_uint turn;
  _Alignas(64) atomic_int unfinished;
  _Alignas(64) atomic_int asleep;
  atomic_int ending;
  pthread_mutex_t lock;
  pthread_cond_t moved;
};

enum { SPIN_MICROSECONDS = 3000, LOOKS_PER_TIME = 64 };

static void *work(void *argument);
static void run_share(const ef_threads *pool, int index);

ef_threads *ef_threads_open(int count) {
  if (count < 1) count = 1;
  ef_threads *pool = aligned_alloc(64, (sizeof *pool + 63) / 64 * 64);
  if (pool == NULL) return NULL;
  *pool = (ef_threads){.count = 1};
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->moved, NULL);
  pool->handles = calloc((size_t)count, sizeof *pool->handles);
  pool->workers = calloc((size_t)count, sizeof *pool->workers);
  if (pool->handles == NULL || pool->workers == NULL) {
    ef_threads_close(pool);
    return NULL;
  }
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

void ef_threads_close(ef_threads *pool) {
  if (pool == NULL) return;
  pthread_mutex_lock(&pool->lock);
  atomic_store(&pool->ending, 1);
  atomic_fetch_add(&pool->turn, 1);
  pthread_cond_broadcast(&pool->moved);
  pthread_mutex_unlock(&pool->lock);
  for (int index = 1; index < pool->count; index++) pthread_join(pool->handles[index], NULL);
  pthread_cond_destroy(&pool->moved);
  pthread_mutex_destroy(&pool->lock);
  free(pool->handles);
  free(pool->workers);
  free(pool);
}

int ef_threads_count(const ef_threads *pool) {
  return pool->count;
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

void ef_threads_run(ef_threads *pool, int tasks, void (*task)(void *context, int index), void *context) {
  if (tasks <= 1 || pool->count == 1) {
    for (int index = 0; index < tasks; index++) task(context, index);
    return;
  }
  pool->tasks = tasks;
  pool->task = task;
  pool->context = context;
  atomic_store(&pool->unfinished, pool->count - 1);
  atomic_fetch_add(&pool->turn, 1);
  /* a worker counts itself asleep before it looks at `turn` for the last time, so that one of the two sees the other */
  if (atomic_load(&pool->asleep) > 0) {
    pthread_mutex_lock(&pool->lock);
    pthread_cond_broadcast(&pool->moved);
    pthread_mutex_unlock(&pool->lock);
  }
  run_share(pool, 0);
  for (int look = 1; atomic_load_explicit(&pool->unfinished, memory_order_acquire) > 0; look++) {
    pause_briefly();
    if (look % 4096 == 0) sched_yield(); /* a worker may wait for this very processor */
  }
}

static void run_share(const ef_threads *pool, int index) {
  for (int at = index; at < pool->tasks; at += pool->count) pool->task(pool->context, at);
}

/* Waits until `turn` is no longer `seen`. */
static void await_turn(ef_threads *pool, unsigned seen) {
  const int64_t start = microseconds();
  do {
    for (int look = 0; look < LOOKS_PER_TIME; look++) {
      if (atomic_load_explicit(&pool->turn, memory_order_acquire) != seen) return;
      pause_briefly();
    }
  } while (microseconds() - start < SPIN_MICROSECONDS);
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->asleep, 1);
  while (atomic_load(&pool->turn) == seen) pthread_cond_wait(&pool->moved, &pool->lock);
  atomic_fetch_sub(&pool->asleep, 1);
  pthread_mutex_unlock(&pool->lock);
}

static void *work(void *argument) {
  const worker *self = argument;
  ef_threads *pool = self->pool;
  for (unsigned seen = 0;; seen++) {
    await_turn(pool, seen);
    if (atomic_load(&pool->ending)) return NULL;
    run_share(pool, self->index);
    atomic_fetch_sub_explicit(&pool->unfinished, 1, memory_order_release);
  }
}
