/* Huge pages for what is large, asked for of Linux; other systems choose by themselves. */
#include "pages.h"

#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

enum { ALIGNED = 64 };

static size_t rounded(size_t bytes, size_t grain) {
  return (bytes + grain - 1) / grain * grain;
}

static ef_memory from_heap(size_t bytes) {
  return (ef_memory){aligned_alloc(ALIGNED, rounded(bytes > 0 ? bytes : 1, ALIGNED)), 0};
}

#if defined(MADV_HUGEPAGE)

/* The first touch of a huge page is dear where the host of a virtual machine has yet to find it, so that arrays of few pages
   go without, and the end of an array, which fills none, is kept in small pages. */
enum { HUGE_PAGE = 2 << 20, FEW = 2 * HUGE_PAGE };

ef_memory ef_memory_take(size_t bytes) {
  if (bytes < FEW) return from_heap(bytes);
  const size_t size = rounded(bytes, (size_t)sysconf(_SC_PAGESIZE));
  char *whole = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED) return (ef_memory){NULL, 0};
  const size_t before = (HUGE_PAGE - (uintptr_t)whole % HUGE_PAGE) % HUGE_PAGE;
  if (before > 0) munmap(whole, before);
  if (before < HUGE_PAGE) munmap(whole + before + size, HUGE_PAGE - before);
  madvise(whole + before, size, MADV_HUGEPAGE);
  return (ef_memory){whole + before, size};
}

void ef_memory_give_back(ef_memory memory) {
  if (memory.mapped > 0) munmap(memory.start, memory.mapped);
  else free(memory.start);
}

#else

ef_memory ef_memory_take(size_t bytes) {
  return from_heap(bytes);
}

void ef_memory_give_back(ef_memory memory) {
  free(memory.start);
}

#endif
