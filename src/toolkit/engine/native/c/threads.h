/* A pool of threads that divides work statically: the same work goes to the same thread every time. */
#ifndef EF_THREADS_H
#define EF_THREADS_H

#include <stddef.h>

typedef struct ef_threads ef_threads;

/* A pool of `count` threads, the caller among them; fewer where the system refuses. NULL when memory is short. */
ef_threads *ef_threads_open(int count);

/* The same pool, to be closed once more: whoever keeps it holds it. */
ef_threads *ef_threads_hold(ef_threads *threads);

/* Lets go of it; the last holder's call ends the workers. Nothing may be running then. */
void ef_threads_close(ef_threads *threads);

int ef_threads_count(const ef_threads *threads);

/* `bytes` of memory for a run, which runs of the pool have one after another: each begins with what another left in it. NULL
   when memory is short. Given back when none but the one who opened the pool holds it. */
void *ef_threads_arena(ef_threads *threads, size_t bytes);

/* Runs task(context, i) for i in [0, tasks), task i on thread i % count (the caller is thread 0), and returns when all are
   done. Calls do not nest, and one pool serves one caller at a time. */
void ef_threads_run(ef_threads *threads, int tasks, void (*task)(void *context, int index), void *context);

#endif
