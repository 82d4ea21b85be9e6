/* exp, log, tanh, erf and what is made of them, in float32 on vectors. */
#ifndef EF_VECTOR_MATH_H
#define EF_VECTOR_MATH_H

#include "lanes.h"

/* a 2^n for n in [-252, 254], in two factors so that the result may be denormal or infinite. */
EF_INLINE ef_v ef_times_power_of_two(ef_v a, ef_i n) {
  const ef_i half = n >> 1;
  return a * (ef_v)((half + 127) << 23) * (ef_v)((n - half + 127) << 23);
}

/* e^x = 2^n e^r with |r| <= log(2) / 2. Where it is 0, as at every place that a mask hides, it is not computed: a result below the
   least float costs a processor of Intel more than a hundred cycles. */
EF_INLINE ef_v ef_exp(ef_v x) {
  const float rounding = 12582912.0f; /* 1.5 2^23: added, it leaves the whole number in the lowest bits */
  x = ef_smaller(ef_splat(89.0f), ef_larger(ef_splat(-104.0f), x)); /* beyond: infinity and 0; NaN goes through */
  const ef_v moved = x * 1.44269504f + rounding;
  const ef_v n = moved - rounding;
  ef_v r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f; /* the rest of log 2, with its sign changed */
  ef_v p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
#if defined(__AVX512F__)
  return _mm512_maskz_scalef_ps(_mm512_cmp_ps_mask(x, ef_splat(-104.0f), _CMP_NLE_UQ), p, n);
#else
  const ef_i some = ~(x <= -104.0f);
  return (ef_v)((ef_i)ef_times_power_of_two(p, ((ef_i)moved - 0x4b400000) & some) & some);
#endif
}

/* log(1 + f) for 1 + f in [sqrt(1/2), sqrt(2)], f - f^2 / 2 + f^3 P(f), with e log(2) added */
EF_INLINE ef_v ef_log_of_parts(ef_v f, ef_v e) {
  ef_v p = f * 7.0376836292e-2f - 1.1514610310e-1f;
  p = p * f + 1.1676998740e-1f;
  p = p * f - 1.2420140846e-1f;
  p = p * f + 1.4249322787e-1f;
  p = p * f - 1.6668057665e-1f;
  p = p * f + 2.0000714765e-1f;
  p = p * f - 2.4999993993e-1f;
  p = p * f + 3.3333331174e-1f;
  const ef_v square = f * f;
  ef_v y = p * f * square - e * 2.12194440e-4f;
  y = y - square * 0.5f;
  return f + y + e * 0.693359375f;
}

EF_INLINE ef_v ef_log(ef_v x) {
  const ef_i denormal = x < 1.17549435e-38f;
  const ef_v scaled = ef_select(denormal, x * 8388608.0f, x);
  const ef_i bits = (ef_i)scaled - 0x3f3504f3; /* from sqrt(1/2) on the exponent counts one more */
  const ef_v e = ef_to_float((bits >> 23) - (denormal & 23));
  const ef_v mantissa = (ef_v)((bits & 0x007fffff) + 0x3f3504f3);
  const ef_v y = ef_log_of_parts(mantissa - 1.0f, e);
  const ef_v edge = ef_select(x == 0.0f, ef_splat(-INFINITY), ef_select(x > 0.0f, x, ef_splat(NAN))); /* 0; infinity; the rest */
  const ef_i ordinary = (x > 0.0f) & (x < INFINITY);
  return ef_select(ordinary, y, edge);
}

/* Near 0 an odd polynomial, else 1 - 2 / (e^2|x| + 1). */
EF_INLINE ef_v ef_tanh(ef_v x) {
  const ef_v size = ef_absolute(x);
  const ef_v square = x * x;
  ef_v p = square * -5.70498872745e-3f + 2.06390887954e-2f;
  p = p * square - 5.37397155531e-2f;
  p = p * square + 1.33314422036e-1f;
  p = p * square - 3.33332819422e-1f;
  const ef_v near = p * square * x + x;
  const ef_v far = ef_with_sign(1.0f - 2.0f / (ef_exp(size + size) + 1.0f), x);
  return ef_select(size < 0.625f, near, far);
}

/* x P(x^2) / Q(x^2) for |x| <= 3.921, fitted to 2e-8 of erf (relative); the polynomials in pairs of terms, which rounds half as
   much as one term after the other. At 3.921 the quotient is 1, with and without fused multiply-adds. */
EF_INLINE ef_v ef_erf(ef_v x) {
  const ef_v t = ef_smaller(ef_splat(3.921f), ef_larger(ef_splat(-3.921f), x));
  const ef_v s = t * t, s2 = s * s;
  const ef_v p = (s * 1.904067248e-01f + 1.128379107e+00f) +
                 s2 * ((s * 3.765629372e-03f + 5.274876207e-02f) + s2 * (s * 2.050089051e-06f + 2.848832810e-04f));
  const ef_v q = (s * 5.020763278e-01f + 1.0f) +
                 s2 * ((s * 1.496924087e-02f + 1.141092181e-01f) + s2 * (s * 3.809176269e-05f + 1.162539003e-03f));
  return t * p / q;
}

/* 1 / (1 + e^-x), by e^-|x| so that nothing overflows and small values keep their digits. */
EF_INLINE ef_v ef_sigmoid(ef_v x) {
  const ef_v e = ef_exp((ef_v)((ef_i)x | (int32_t)0x80000000));
  return ef_select(x >= 0.0f, ef_splat(1.0f), e) / (1.0f + e);
}

/* log(1 + y) for y in [0, 1]: what rounding takes from 1 + y is put back. */
EF_INLINE ef_v ef_log_one_plus(ef_v y) {
  const ef_v u = 1.0f + y;
  const ef_v lost = y - (u - 1.0f);
  return ef_log(u) + lost / u;
}

/* log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
EF_INLINE ef_v ef_softplus(ef_v x) {
  const ef_v e = ef_exp((ef_v)((ef_i)x | (int32_t)0x80000000));
  return ef_larger(ef_splat(0.0f), x) + ef_log_one_plus(e);
}

/* x/2 (1 + erf(x / sqrt 2)) */
EF_INLINE ef_v ef_gelu(ef_v x) {
  return 0.5f * x * (1.0f + ef_erf(x * 0.707106781f));
}

#endif
