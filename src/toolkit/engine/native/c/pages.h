/* Memory from a multiple of 64 bytes on; on huge pages where it fills two: a walk over it misses the processor's table of
   pages a five hundredth as often. */
#ifndef EF_PAGES_H
#define EF_PAGES_H

#include <stddef.h>

typedef struct {
  void *start;   /* NULL: memory was short */
  size_t mapped; /* bytes of pages of its own, which begin as zeros; 0 where it comes from the heap, as it is */
} ef_memory;

ef_memory ef_memory_take(size_t bytes);
void ef_memory_give_back(ef_memory memory);

#endif
