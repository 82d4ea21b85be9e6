/* The steps of a PASS that take whole rows: sums, largest elements, softmax and normalisation. */
#include "row-steps.h"

#include "lanes.h"
#include "vector-math.h"

EF_INLINE float sum(const float *a, int64_t width) {
  ef_v s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int64_t at = 0;
  for (; at + 4 * EF_LANES <= width; at += 4 * EF_LANES) { /* four sums, so that none waits for the one before */
    s0 += ef_load(a + at);
    s1 += ef_load(a + at + EF_LANES);
    s2 += ef_load(a + at + 2 * EF_LANES);
    s3 += ef_load(a + at + 3 * EF_LANES);
  }
  for (; at + EF_LANES <= width; at += EF_LANES) s0 += ef_load(a + at);
  if (at < width) s1 += ef_load_part(a + at, width - at);
  return ef_sum_lanes((s0 + s1) + (s2 + s3));
}

EF_INLINE float largest(const float *a, int64_t width) {
  ef_v m = ef_splat(-INFINITY);
  int64_t at = 0;
  for (; at + EF_LANES <= width; at += EF_LANES) m = ef_larger(ef_load(a + at), m);
  if (at < width) {
    const int64_t rest = width - at;
    m = ef_larger(ef_select(ef_first_lanes(rest), ef_load_part(a + at, rest), m), m);
  }
  return ef_largest_lane(m);
}

/* to = e^(a - shift), and the sum; nothing is kept where `to` is NULL */
EF_INLINE float sum_exp(float *to, const float *a, float shift, int64_t width) {
  ef_v total = {0};
  int64_t at = 0;
  for (; at + EF_LANES <= width; at += EF_LANES) {
    const ef_v e = ef_exp(ef_load(a + at) - shift);
    total += e;
    if (to != NULL) ef_store(to + at, e);
  }
  if (at < width) {
    const int64_t rest = width - at;
    const ef_v e = ef_exp(ef_load_part(a + at, rest) - shift);
    total += ef_select(ef_first_lanes(rest), e, (ef_v){0});
    if (to != NULL) ef_store_part(to + at, e, rest);
  }
  return ef_sum_lanes(total);
}

/* to = (a - shift) * scale */
EF_INLINE void shift_and_scale(float *to, const float *a, float shift, float scale, int64_t width) {
  int64_t at = 0;
  for (; at + EF_LANES <= width; at += EF_LANES) ef_store(to + at, (ef_load(a + at) - shift) * scale);
  if (at < width) ef_store_part(to + at, (ef_load_part(a + at, width - at) - shift) * scale, width - at);
}

EF_INLINE float squares(const float *a, float mean, int64_t width) {
  ef_v s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int64_t at = 0;
  for (; at + 4 * EF_LANES <= width; at += 4 * EF_LANES) {
    const ef_v d0 = ef_load(a + at) - mean, d1 = ef_load(a + at + EF_LANES) - mean;
    const ef_v d2 = ef_load(a + at + 2 * EF_LANES) - mean, d3 = ef_load(a + at + 3 * EF_LANES) - mean;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  for (; at + EF_LANES <= width; at += EF_LANES) {
    const ef_v d = ef_load(a + at) - mean;
    s0 += d * d;
  }
  if (at < width) {
    const ef_v d = ef_select(ef_first_lanes(width - at), ef_load_part(a + at, width - at) - mean, (ef_v){0});
    s1 += d * d;
  }
  return ef_sum_lanes((s0 + s1) + (s2 + s3));
}

/* 1 / sqrt(variance + epsilon); the mean in *mean */
EF_INLINE float deviation(const float *a, int64_t width, float epsilon, float *mean) {
  *mean = sum(a, width) / (float)width;
  return 1.0f / sqrtf(squares(a, *mean, width) / (float)width + epsilon);
}

void ef_sum_row(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) call->to[row] = sum(call->a + row * call->a_row, call->width);
}

EF_INLINE float sum_of_products(const float *a, const float *b, int64_t width) {
  ef_v s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
  int64_t at = 0;
  for (; at + 4 * EF_LANES <= width; at += 4 * EF_LANES) {
    s0 += ef_load(a + at) * ef_load(b + at);
    s1 += ef_load(a + at + EF_LANES) * ef_load(b + at + EF_LANES);
    s2 += ef_load(a + at + 2 * EF_LANES) * ef_load(b + at + 2 * EF_LANES);
    s3 += ef_load(a + at + 3 * EF_LANES) * ef_load(b + at + 3 * EF_LANES);
  }
  for (; at + EF_LANES <= width; at += EF_LANES) s0 += ef_load(a + at) * ef_load(b + at);
  if (at < width) s1 += ef_load_part(a + at, width - at) * ef_load_part(b + at, width - at);
  return ef_sum_lanes((s0 + s1) + (s2 + s3));
}

void ef_sum_row_of_product(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    call->to[row] = sum_of_products(call->a + row * call->a_row, call->b + row * call->b_row, call->width);
  }
}

void ef_max_row(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) call->to[row] = largest(call->a + row * call->a_row, call->width);
}

void ef_sum_row_int(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    const ef_int *a = (const ef_int *)(call->a + row * call->a_row);
    uint32_t total = 0;
    for (int64_t at = 0; at < call->width; at++) total += (uint32_t)a[at];
    ((ef_int *)call->to)[row] = (int32_t)total;
  }
}

void ef_softmax(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    const float *a = call->a + row * call->a_row;
    float *to = call->to + row * call->width;
    const float total = sum_exp(to, a, largest(a, call->width), call->width);
    shift_and_scale(to, to, 0.0f, 1.0f / total, call->width);
  }
}

void ef_log_softmax(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    const float *a = call->a + row * call->a_row;
    const float shift = largest(a, call->width);
    const float total = sum_exp(NULL, a, shift, call->width);
    const float rest = logf(total);
    for (int64_t at = 0; at < call->width; at++) call->to[row * call->width + at] = (a[at] - shift) - rest;
  }
}

void ef_standardise(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    const float *a = call->a + row * call->a_row;
    float mean;
    const float scale = deviation(a, call->width, call->number, &mean);
    if (call->too != NULL) call->too[row] = scale;
    shift_and_scale(call->to + row * call->width, a, mean, scale, call->width);
  }
}

void ef_inverse_deviation(const ef_call *call) {
  for (int64_t row = 0; row < call->rows; row++) {
    float mean;
    call->to[row] = deviation(call->a + row * call->a_row, call->width, call->number, &mean);
  }
}
