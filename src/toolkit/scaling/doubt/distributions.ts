/** @file Tail probabilities of chi squared and of F, for tests of nested laws. */

/**
 * P(X > value) for a chi-squared X.
 *
 * @param value >= 0
 * @param degreesOfFreedom a count >= 1
 * @returns a probability, relative precision about 1e-13
 * @source DiDonato & Morris 1986, ACM Trans. Math. Softw. 12, 377-393: Q(k / 2, x / 2), by series and continued fraction
 */
export function chiSquaredTail(value: number, degreesOfFreedom: number): number {
  const shape = degreesOfFreedom / 2;
  const at = value / 2;
  if (at === 0) return 1;
  const density = Math.exp(shape * Math.log(at) - at - logGamma(shape)); // at^shape e^-at / Gamma(shape)
  if (at < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let k = 1; term > Number.EPSILON * sum; k++) {
      term *= at / (shape + k);
      sum += term;
    }
    return 1 - density * sum;
  }
  const fraction = continuedFraction(
    at + 1 - shape,
    (k) => -k * (k - shape),
    (k) => at + 2 * k + 1 - shape,
  );
  return density / fraction;
}

/**
 * P(X > value) for an F-distributed X.
 *
 * @param value >= 0
 * @param numerator degrees of freedom, a count >= 1
 * @param denominator degrees of freedom, a count >= 1
 * @returns a probability, relative precision about 1e-13
 * @source Abramowitz & Stegun 1964, 26.6.2: I_x(n2 / 2, n1 / 2) at x = n2 / (n2 + n1 F)
 */
export function fTail(value: number, numerator: number, denominator: number): number {
  const at = denominator / (denominator + numerator * value);
  return incompleteBeta(at, denominator / 2, numerator / 2);
}

/** I_x(a, b). @source Abramowitz & Stegun 1964, 26.5.8 (continued fraction), 26.5.2 (reflection) */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a); // the fraction converges fast on the other side
  const front = Math.exp(
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a),
  );
  const fraction = continuedFraction(
    1,
    (k) => {
      const m = Math.floor(k / 2);
      if (k % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    },
    () => 1,
  );
  return front / fraction;
}

/** first + a(1) / (b(1) + a(2) / (b(2) + ...)). @source Lentz 1976, Applied Optics 15, 668-671 */
function continuedFraction(first: number, a: (k: number) => number, b: (k: number) => number): number {
  let value = first;
  let above = first;
  let below = 0;
  for (let k = 1; k <= MOST_TERMS; k++) {
    below = 1 / (b(k) + a(k) * below || Number.MIN_VALUE);
    above = b(k) + a(k) / above || Number.MIN_VALUE;
    value *= above * below;
    if (Math.abs(above * below - 1) <= Number.EPSILON) break;
  }
  return value;
}

const MOST_TERMS = 10_000; // as many as degrees of freedom have square roots

/** ln Gamma(z) for a multiple of 1/2 above 0: exact products up to 15, Stirling's series beyond. */
function logGamma(z: number): number {
  let product = 1;
  let at = z;
  for (; at < 15; at++) product *= at;
  const inverse = 1 / (at * at);
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - inverse / 1188) * inverse) * inverse) * inverse) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}
