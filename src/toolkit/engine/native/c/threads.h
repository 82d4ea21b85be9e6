/* A pool of threads that divides work statically: the same work goes to the same thread every time. */
#ifndef EF_THREADS_H
#define EF_THREADS_H

#include <stddef.h>

typedef struct ef_threads ef_threads;

/* A pool of `count` threads, the caller among them; fewer where the system refuses. NULL when memory is short. */
ef_threads *ef_threads_open(int count);

/* The same pool, for runs in so many bytes: it lives as long as it is open or held. */
ef_threads *ef_threads_hold(ef_threads *threads, size_t bytes);

/* By a holder of which nothing is running, with as many bytes as it held the pool for. */
void ef_threads_let_go(ef_threads *threads, size_t bytes);

/* Of its opener, once: holders may run on. */
void ef_threads_close(ef_threads *threads);

/* A pool of the caller alone, for whoever is one of several threads already. */
ef_threads *ef_threads_alone(void);

int ef_threads_count(const ef_threads *threads);

/* `bytes` of memory for a run, which runs of the pool have one after another: each begins with what another left in it. NULL
   when memory is short. It grows as runs ask for more, shrinks to what the next run asks for when the holder of the largest
   runs has let go, and is given back when nobody holds the pool. */
void *ef_threads_arena(ef_threads *threads, size_t bytes);

/* Runs task(context, i) for i in [0, tasks), task i on thread i % count (the caller is thread 0), and returns when all are
   done. Calls do not nest, and one pool serves one caller at a time. */
void ef_threads_run(ef_threads *threads, int tasks, void (*task)(void *context, int index), void *context);

#endif
