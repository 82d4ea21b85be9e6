/** @file erf in float64: a Maclaurin series near 0, the continued fraction of erfc beyond (Abramowitz & Stegun 7.1.6, 7.1.14). */

/** The error function, to about 1e-15. @example errorFunction(0) // => 0 */
export function errorFunction(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x); // 1 - erf(6) = 2e-17
  return Math.sign(x) * (size < 2.5 ? series(size) : 1 - complement(size));
}

/** 2/sqrt(pi) e^(-x^2) sum_n 2^n x^(2n+1) / (1*3*...*(2n+1)): all terms positive, so nothing cancels. */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc(x) by its continued fraction, from the far end; 60 levels are enough from x = 2.5. */
function complement(x: number): number {
  let fraction = x;
  for (let level = 60; level >= 1; level--) fraction = x + level / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
