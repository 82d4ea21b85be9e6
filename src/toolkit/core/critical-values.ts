/** @file How many standard errors an interval of a given level spans: the normal distribution, and Student's t when the noise is estimated. */
import { chiSquaredTail, fTail } from "./tail-probabilities.ts";

/**
 * The z with P(|Z| <= z) = level for a standard normal Z, whose square is chi-squared.
 *
 * @param level in (0, 1), checked by the caller
 * @returns z > 0
 */
export function criticalNormal(level: number): number {
  return boundWith(1 - level, (z) => chiSquaredTail(z * z, 1));
}

/**
 * The t with P(|T| <= t) = level for Student's T, whose square is F-distributed.
 *
 * @param level in (0, 1), checked by the caller
 * @param degreesOfFreedom a count >= 1
 * @returns t > 0
 */
export function criticalStudent(level: number, degreesOfFreedom: number): number {
  return boundWith(1 - level, (t) => fTail(t * t, 1, degreesOfFreedom));
}

/** The bound beyond which both tails have a probability together, by bisection of its logarithm: tails fall. */
function boundWith(probability: number, tails: (bound: number) => number): number {
  let low = -50; // no level that a number can hold lies outside of e^-50 to e^50 standard errors
  let high = 50;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return Math.exp(middle);
    if (tails(Math.exp(middle)) > probability) low = middle;
    else high = middle;
  }
}
