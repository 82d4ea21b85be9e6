/* Memory on huge pages: a walk over it misses the processor's table of pages a five hundredth as often. */
#ifndef EF_PAGES_H
#define EF_PAGES_H

#include <stddef.h>

/* Zeros; NULL where memory is short or the system has no huge pages. */
void *ef_pages_allocate(size_t bytes);

/* Of the same count of bytes. */
void ef_pages_free(void *pages, size_t bytes);

#endif
