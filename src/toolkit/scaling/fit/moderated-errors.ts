/** @file Standard errors that a few runs each have told, moderated: each is drawn towards what all rows say, as far as they agree (Smyth 2004). */
import type { Measurement } from "./fitted-law.ts";

/**
 * The standard errors of measurements with their runs, moderated, and by how many degrees of freedom all of them know the size of the
 * noise. A run's standard deviation is taken to be in proportion to the outcome, or equal for all rows where that leaves clearly less
 * scatter; what scatter is left beyond that of so few runs limits how far a row is drawn.
 */
export function moderatedErrors<Input extends string>(
  measurements: readonly Measurement<Input>[],
): { measurements: Measurement<Input>[]; noiseFreedom: number } {
  const variances = measurements.map(({ standardError = 1, runs = 2 }) => standardError ** 2 * runs);
  const freedoms = measurements.map(({ runs = 2 }) => runs - 1);
  const squares = measurements.map(({ outcome }) => outcome ** 2);
  const equal = moderateVariances(variances, freedoms);
  const inProportion = moderateVariances(
    variances.map((variance, row) => variance / (squares[row] as number)),
    freedoms,
  );
  const proportional = squares.every((square) => square > 0) && inProportion.scatter * CLEARLY < equal.scatter;
  const { moderated, noiseFreedom } = proportional ? inProportion : equal;
  return {
    measurements: measurements.map((measurement, row) => {
      const variance = (moderated[row] as number) * (proportional ? (squares[row] as number) : 1);
      return { ...measurement, standardError: Math.sqrt(variance / (measurement.runs as number)) };
    }),
    noiseFreedom,
  };
}

const CLEARLY = 2 / 3; // of the scatter of the logarithms: seeds move losses by shares more often than by amounts

/**
 * Variances s^2 of d degrees of freedom each become (d0 s0^2 + d s^2) / (d0 + d): s0^2 and d0 are the prior that their logarithms tell,
 * whose scatter is that of chi squared, trigamma(d / 2), and what true variances differ by, trigamma(d0 / 2). Where they scatter by no
 * more than chi squared, all become the pooled one.
 *
 * @param variances (rows), each > 0
 * @param freedoms (rows), each >= 1
 * @returns (rows); the scatter of the logarithms; the degrees of freedom of all together
 * @source Smyth 2004, Statistical Applications in Genetics and Molecular Biology 3, article 3, sections 4 and 6.2
 */
export function moderateVariances(
  variances: readonly number[],
  freedoms: readonly number[],
): { moderated: number[]; noiseFreedom: number; scatter: number } {
  const rows = variances.length;
  const centred = variances.map((variance, row) => {
    const half = (freedoms[row] as number) / 2;
    return Math.log(variance) - digamma(half) + Math.log(half);
  });
  const mean = meanOf(centred);
  const scatter = rows > 1 ? centred.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (rows - 1) : 0;
  const beyond = scatter - meanOf(freedoms.map((freedom) => trigamma(freedom / 2)));
  const prior = rows > 1 && beyond > 0 ? 2 * trigammaInverse(beyond) : Infinity;
  const whole = freedoms.reduce((sum, freedom) => sum + freedom, 0);
  const pooled = variances.reduce((sum, variance, row) => sum + variance * (freedoms[row] as number), 0) / whole;
  const centre = prior === Infinity ? pooled : Math.exp(mean + digamma(prior / 2) - Math.log(prior / 2));
  const moderated = variances.map((variance, row) => {
    const own = freedoms[row] as number;
    return prior === Infinity ? centre : (prior * centre + own * variance) / (prior + own);
  });
  const noiseFreedom = Math.max(1, Math.floor(Math.min(prior + meanOf(freedoms), whole)));
  return { moderated, noiseFreedom, scatter };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The derivative of ln Gamma. @source Abramowitz & Stegun 1964, 6.3.5 (recurrence), 6.3.18 (series) */
function digamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 10; at++) shift -= 1 / at;
  const inverse = 1 / (at * at);
  const series = inverse * (1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132))));
  return shift + Math.log(at) - 1 / (2 * at) - series;
}

/** The derivative of digamma. @source Abramowitz & Stegun 1964, 6.4.6 and 6.4.12 */
function trigamma(x: number): number {
  let sum = 0;
  let at = x;
  for (; at < 10; at++) sum += 1 / at ** 2;
  const inverse = 1 / (at * at);
  const series = inverse * (1 / 6 - inverse * (1 / 30 - inverse * (1 / 42 - inverse * (1 / 30 - (inverse * 5) / 66))));
  return sum + 1 / at + inverse / 2 + series / at;
}

/** Newton's method on 1 / trigamma, which is nearly straight. @source Smyth 2004, appendix */
function trigammaInverse(value: number): number {
  let x = 0.5 + 1 / value;
  for (let round = 0; round < 50; round++) {
    const there = trigamma(x);
    const slope = (trigamma(x + STEP * x) - trigamma(x - STEP * x)) / (2 * STEP * x);
    const step = (there * (1 - there / value)) / slope;
    x += step;
    if (Math.abs(step) < PRECISION * x) break;
  }
  return x;
}

const STEP = 1e-5;
const PRECISION = 1e-12;
