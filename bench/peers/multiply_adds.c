/* The arithmetic of this processor: independent multiply-adds whose factors and sums stay in registers, for as long as it is told.
   Asked for a count of processor milliseconds it answers with its operations a processor second, in 1e9. */
#include <stdio.h>
#include <time.h>

#if defined(__AVX512F__)
enum { LANES = 16, SUMS = 24 };
#elif defined(__AVX__)
enum { LANES = 8, SUMS = 12 };
#elif defined(__aarch64__)
enum { LANES = 4, SUMS = 24 };
#else
enum { LANES = 4, SUMS = 12 };
#endif
enum { ROUNDS = 100000 };

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* So many sums that each one's latency is hidden by the others. */
static float work(float number) {
  vector sums[SUMS], factor = number - (vector){0}, term = 1 - factor;
  for (int at = 0; at < SUMS; at++) sums[at] = factor * (float)at;
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 32
    for (int at = 0; at < SUMS; at++) sums[at] = sums[at] * factor + term;
  }
  float total = 0;
  for (int at = 0; at < SUMS; at++) total += sums[at][0];
  return total;
}

int main(void) {
  double milliseconds;
  volatile float kept = 0.5f; /* what the compiler can neither know nor leave out */
  while (scanf(" {\"milliseconds\":%lf}", &milliseconds) == 1) {
    double best = 0;
    for (const double end = seconds() + milliseconds / 1000; seconds() < end;) {
      const double began = seconds();
      kept = work(0.5f + 0 * kept);
      const double rate = 2.0 * LANES * SUMS * ROUNDS / (seconds() - began) / 1e9;
      if (rate > best) best = rate;
    }
    printf("{\"gigaflops\": %.3f}\n", best);
    fflush(stdout);
  }
  return 0;
}
