/** @file How many standard errors an interval of a given level spans: the normal distribution, and Student's t when the noise is estimated. */

/**
 * The z with P(|Z| <= z) = level for a standard normal Z.
 *
 * @param level in (0, 1), checked by the caller
 * @returns z > 0
 * @source Marsaglia 2004, "Evaluating the normal distribution", J. Stat. Softw. 11(4): P = 1/2 + density (z + z^3/3 + z^5/15 + ...)
 */
export function criticalNormal(level: number): number {
  return invert(level, normalDensity, (z) => {
    let term = z;
    let sum = z;
    for (let k = 3; term > 1e-17 * sum; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    return 2 * normalDensity(z) * sum;
  });
}

function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The t with P(|T| <= t) = level for Student's T.
 *
 * @param level in (0, 1), checked by the caller
 * @param degreesOfFreedom a count >= 1
 * @returns t > 0
 * @source Abramowitz & Stegun 1964, 26.7.3 and 26.7.4
 */
export function criticalStudent(level: number, degreesOfFreedom: number): number {
  const odd = degreesOfFreedom % 2 === 1;
  let constant = odd ? 1 / Math.PI : 1 / 2; // density at 0 times sqrt(degreesOfFreedom)
  for (let k = odd ? 1 : 2; k < degreesOfFreedom; k += 2) constant *= (k + 1) / k;
  const density = (t: number) =>
    (constant / Math.sqrt(degreesOfFreedom)) * (1 + (t * t) / degreesOfFreedom) ** (-(degreesOfFreedom + 1) / 2);
  return invert(level, density, (t) => {
    const angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
    const cosine = Math.cos(angle);
    let term = odd ? cosine : 1;
    let sum = degreesOfFreedom === 1 ? 0 : term;
    for (let k = odd ? 3 : 2; k < degreesOfFreedom; k += 2) {
      term *= ((k - 1) / k) * cosine * cosine;
      sum += term;
    }
    return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
  });
}

/** Newton's method from 0: the probability is concave in its bound, so every step stays below the answer. */
function invert(level: number, density: (bound: number) => number, probability: (bound: number) => number): number {
  let bound = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = bound + (level - probability(bound)) / (2 * density(bound));
    if (next - bound <= 1e-15 * bound) break;
    bound = next;
  }
  return bound;
}

const MOST_STEPS = 500; // only t with one degree of freedom at levels near 1 takes more than 20
