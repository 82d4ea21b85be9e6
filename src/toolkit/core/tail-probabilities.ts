/** @file Tail probabilities of chi squared and of F, for tests of nested laws and for intervals. */

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
  // at^shape e^-at / Gamma(shape)
  const exponent = shape * logOfRatio(at, shape, at - shape) + shape - at - stirlingRest(shape);
  const density = Math.sqrt(shape / (2 * Math.PI)) * Math.exp(exponent);
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
 * @source Abramowitz & Stegun 1964, 26.6.2: I_x(a, b), x = n2 / (n2 + n1 F), a = n2 / 2, b = n1 / 2; 26.5.8 (continued fraction)
 */
export function fTail(value: number, numerator: number, denominator: number): number {
  if (1 / value === Infinity) return 1;
  const [a, b] = [denominator / 2, numerator / 2];
  const sum = a + b * value;
  const x = a / sum;
  if (x === 0) return 0;
  // 1 / X has the degrees of freedom the other way round, and there the fraction converges fast
  if (x > (a + 1) / (a + b + 2)) return 1 - fTail(1 / value, denominator, numerator);
  // x^a (1 - x)^b / (a B(a, b)), in ratios that are 1 at value 1
  const exponent =
    a * logOfRatio(a + b, sum, b * (1 - value)) +
    b * logOfRatio((a + b) * value, sum, a * (value - 1)) +
    stirlingRest(a + b) -
    stirlingRest(a) -
    stirlingRest(b);
  const front = Math.sqrt(b / (2 * Math.PI * a * (a + b))) * Math.exp(exponent);
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

/** ln(one / other), from their difference where they are close. */
function logOfRatio(one: number, other: number, difference: number): number {
  return Math.abs(difference) < other / 2 ? Math.log1p(difference / other) : Math.log(one / other);
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

/** ln Gamma(z) less (z - 1/2) ln z - z + ln(2 pi) / 2: Stirling's series from 15 on, and the step from z + 1 to z below. */
function stirlingRest(z: number): number {
  let steps = 0;
  let at = z;
  for (; at < 15; at++) steps += (at + 0.5) * Math.log1p(1 / at) - 1;
  const inverse = 1 / (at * at);
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - inverse / 1188) * inverse) * inverse) * inverse) / at;
  return series + steps;
}
