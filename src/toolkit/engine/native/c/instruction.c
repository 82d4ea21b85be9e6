/* What every instruction asks of the program that runs it. */
#include "instruction.h"

#include <stdlib.h>
#include <string.h>

enum { WORTH_A_THREAD = 16384 };

void *ef_keep(ef_reader *reader, const void *plan, size_t size) {
  if (reader->failed) return NULL;
  void *kept = malloc(size);
  if (kept == NULL) {
    ef_fail(reader, "memory is short");
    return NULL;
  }
  memcpy(kept, plan, size);
  return kept;
}

int ef_worth(const ef_run *run, int64_t elements) {
  const int64_t worth = elements / WORTH_A_THREAD;
  const int count = ef_threads_count(run->threads);
  return worth < 1 ? 1 : worth < count ? (int)worth : count;
}
