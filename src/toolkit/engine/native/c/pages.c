/* Huge pages, asked for of Linux; other systems choose by themselves. */
#include "pages.h"

#include <stdint.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#if defined(MADV_HUGEPAGE)

enum { HUGE_PAGE = 2 << 20 };

static size_t rounded(size_t bytes) {
  return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void *ef_pages_allocate(size_t bytes) {
  const size_t size = rounded(bytes);
  char *whole = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (whole == MAP_FAILED) return NULL;
  const size_t before = (HUGE_PAGE - (uintptr_t)whole % HUGE_PAGE) % HUGE_PAGE;
  if (before > 0) munmap(whole, before);
  if (before < HUGE_PAGE) munmap(whole + before + size, HUGE_PAGE - before);
  madvise(whole + before, size, MADV_HUGEPAGE);
  return whole + before;
}

void ef_pages_free(void *pages, size_t bytes) {
  munmap(pages, rounded(bytes));
}

#else

void *ef_pages_allocate(size_t bytes) {
  (void)bytes;
  return NULL;
}

void ef_pages_free(void *pages, size_t bytes) {
  (void)pages, (void)bytes;
}

#endif
