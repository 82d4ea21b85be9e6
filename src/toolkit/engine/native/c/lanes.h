/* Vectors of floats and of 32-bit integers, as wide as the processor's: loads, stores, choices and the roots of what follows. */
#ifndef EF_LANES_H
#define EF_LANES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__AVX512F__)
#define EF_LANES 16
#elif defined(__AVX__)
#define EF_LANES 8
#else
#define EF_LANES 4
#endif

/* Memory holds floats and integers side by side, so that what is loaded may alias. */
typedef float ef_v __attribute__((vector_size(EF_LANES * 4)));
typedef int32_t ef_i __attribute__((vector_size(EF_LANES * 4)));
typedef uint32_t ef_u __attribute__((vector_size(EF_LANES * 4)));
typedef float ef_v_there __attribute__((vector_size(EF_LANES * 4), aligned(4), may_alias));
typedef int32_t ef_int __attribute__((may_alias));

#define EF_INLINE static inline __attribute__((always_inline, unused))

EF_INLINE ef_v ef_load(const float *from) {
  return *(const ef_v_there *)from;
}

EF_INLINE void ef_store(float *to, ef_v value) {
  *(ef_v_there *)to = value;
}

EF_INLINE ef_v ef_splat(float number) {
  return number - (ef_v){0}; /* a scalar beside a vector stands for all lanes; -0 stays -0 */
}

/* Any 4 bytes in all lanes: as an integer, since moving a float may change what is no number. */
EF_INLINE ef_v ef_spread(const float *from) {
  return (ef_v)(*(const ef_int *)from - (ef_i){0});
}

/* The first count < EF_LANES elements, zeros behind; nothing behind them is read. */
EF_INLINE ef_v ef_load_part(const float *from, int64_t count) {
#if defined(__AVX512F__)
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
#else
  float part[EF_LANES] = {0};
  for (int64_t at = 0; at < count; at++) ((ef_int *)part)[at] = ((const ef_int *)from)[at];
  return ef_load(part);
#endif
}

EF_INLINE void ef_store_part(float *to, ef_v value, int64_t count) {
#if defined(__AVX512F__)
  _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), value);
#else
  for (int64_t at = 0; at < count; at++) ((ef_int *)to)[at] = ((ef_i)value)[at];
#endif
}

/* Lane by lane yes where the mask is -1, no where it is 0. */
EF_INLINE ef_v ef_select(ef_i mask, ef_v yes, ef_v no) {
  return (ef_v)((mask & (ef_i)yes) | (~mask & (ef_i)no));
}

/* a > b ? a : b, so that b goes through where either is NaN. */
EF_INLINE ef_v ef_larger(ef_v a, ef_v b) {
#if defined(__AVX512F__)
  return _mm512_max_ps(a, b);
#elif defined(__AVX__)
  return _mm256_max_ps(a, b);
#elif defined(__SSE2__)
  return _mm_max_ps(a, b);
#else
  return ef_select(a > b, a, b);
#endif
}

/* a < b ? a : b, so that b goes through where either is NaN. */
EF_INLINE ef_v ef_smaller(ef_v a, ef_v b) {
#if defined(__AVX512F__)
  return _mm512_min_ps(a, b);
#elif defined(__AVX__)
  return _mm256_min_ps(a, b);
#elif defined(__SSE2__)
  return _mm_min_ps(a, b);
#else
  return ef_select(a < b, a, b);
#endif
}

EF_INLINE ef_v ef_sqrt(ef_v a) {
#if defined(__AVX512F__)
  return _mm512_sqrt_ps(a);
#elif defined(__AVX__)
  return _mm256_sqrt_ps(a);
#elif defined(__SSE2__)
  return _mm_sqrt_ps(a);
#else
  for (int lane = 0; lane < EF_LANES; lane++) a[lane] = sqrtf(a[lane]);
  return a;
#endif
}

EF_INLINE ef_v ef_absolute(ef_v a) {
  return (ef_v)((ef_i)a & 0x7fffffff);
}

EF_INLINE ef_v ef_sign_of(ef_v a) {
  return (ef_v)((ef_i)a & (int32_t)0x80000000);
}

EF_INLINE ef_v ef_with_sign(ef_v size, ef_v sign) {
  return (ef_v)((ef_i)size | (ef_i)ef_sign_of(sign));
}

EF_INLINE ef_v ef_to_float(ef_i a) {
  return __builtin_convertvector(a, ef_v);
}

/* Lanes [0, count) of the mask are -1. */
EF_INLINE ef_i ef_first_lanes(int64_t count) {
  ef_i lane;
  for (int at = 0; at < EF_LANES; at++) lane[at] = at;
  return lane < (int32_t)count;
}

/* The sum of all lanes, pairwise. */
EF_INLINE float ef_sum_lanes(ef_v a) {
#if defined(__AVX512F__)
  return _mm512_reduce_add_ps(a);
#else
  float part[EF_LANES];
  ef_store(part, a);
  for (int half = EF_LANES / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) part[lane] += part[lane + half];
  }
  return part[0];
#endif
}

EF_INLINE float ef_largest_lane(ef_v a) {
#if defined(__AVX512F__)
  return _mm512_reduce_max_ps(a);
#else
  float part[EF_LANES];
  ef_store(part, a);
  for (int half = EF_LANES / 2; half > 0; half /= 2) {
    for (int lane = 0; lane < half; lane++) part[lane] = part[lane] > part[lane + half] ? part[lane] : part[lane + half];
  }
  return part[0];
#endif
}

#endif
