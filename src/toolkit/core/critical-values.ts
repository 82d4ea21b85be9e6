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
  if (degreesOfFreedom > MANY) return nearNormal(criticalNormal(level), degreesOfFreedom);
  return boundWith(1 - level, (t) => fTail(t * t, 1, degreesOfFreedom));
}

const MANY = 1e6; // degrees of freedom, beyond which the tail's rounding is larger than what the series leaves out

/** Student's t of the normal's z, to the second power of one over the degrees of freedom. @source Fisher & Cornish 1960, Technometrics 2, 209-225 */
function nearNormal(z: number, degreesOfFreedom: number): number {
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + first / degreesOfFreedom + second / degreesOfFreedom ** 2;
}

/**
 * The bound beyond which both tails have a probability together: secants of the tails' logarithm by the bound's logarithm, which is
 * nearly straight, kept inside a bracket that is halved where a secant leaves it.
 */
function boundWith(probability: number, tails: (bound: number) => number): number {
  const target = Math.log(probability);
  const excess = (x: number): number => Math.log(tails(Math.exp(x))) - target;
  let [low, high] = [-FARTHEST, FARTHEST];
  let [before, x] = [0, 0.7]; // the bounds 1 and 2, between which most levels lie
  let [excessBefore, excessAt] = [excess(before), excess(x)];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (excessAt > 0) low = x;
    else high = x;
    const secant = x - (excessAt * (x - before)) / (excessAt - excessBefore);
    const next = secant > low && secant < high ? secant : (low + high) / 2;
    if (excessAt === 0 || Math.abs(next - x) <= Number.EPSILON * Math.max(Math.abs(x), 1)) break;
    [before, excessBefore] = [x, excessAt];
    x = next;
    excessAt = excess(x);
  }
  return Math.exp(x);
}

const FARTHEST = 50; // no level that a number can hold lies outside of e^-50 to e^50 standard errors
const MOST_ROUNDS = 100; // secants need nine or so
