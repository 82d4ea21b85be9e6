/** @file Binomial draws, exact at every size: inversion for few expected successes, transformed rejection (Hörmann 1993) for many. */

interface Uniforms {
  uniform(): number;
}

/**
 * One draw of a binomial count; arguments are checked by the caller.
 *
 * @param stream source of uniforms in [0, 1)
 * @param trials a count n >= 0
 * @param probability p in [0, 1]
 * @returns an integer in [0, n], k with probability C(n, k) p^k (1-p)^(n-k)
 */
export function binomialVariate(stream: Uniforms, trials: number, probability: number): number {
  if (probability > 0.5) return trials - binomialVariate(stream, trials, 1 - probability);
  if (trials === 0 || probability === 0) return 0;
  return trials * probability < REJECTION_FROM
    ? byInversion(stream, trials, probability)
    : byRejection(stream, trials, probability);
}

const REJECTION_FROM = 10; // expected successes below which the rejection's hat no longer covers the distribution

/** Walks up the distribution function until it passes a uniform. */
function byInversion(stream: Uniforms, trials: number, probability: number): number {
  const odds = probability / (1 - probability);
  let mass = Math.exp(trials * Math.log1p(-probability)); // P(0) > e^-14: trials * probability < 10 and probability <= 1/2
  let left = stream.uniform();
  let count = 0;
  while (left > mass && count < trials) {
    left -= mass;
    count++;
    mass *= (odds * (trials - count + 1)) / count;
  }
  return count;
}

/**
 * Transformed rejection with squeeze, algorithm BTRS.
 * @source Hörmann 1993, "The generation of binomial random variates", J. Stat. Comput. Simul. 46, 101-110
 */
function byRejection(stream: Uniforms, trials: number, probability: number): number {
  const spread = Math.sqrt(trials * probability * (1 - probability));
  const b = 1.15 + 2.53 * spread; // b, a, c, vr, alpha are the paper's letters
  const a = -0.0873 + 0.0248 * b + 0.01 * probability;
  const c = trials * probability + 0.5;
  const vr = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const mode = Math.floor((trials + 1) * probability);
  const logOdds = Math.log(probability / (1 - probability));
  for (;;) {
    const u = stream.uniform() - 0.5;
    let v = stream.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= vr) return count; // inside the squeeze: no logarithm needed, and 0 <= count <= trials
    if (count < 0 || count > trials) continue;
    v = Math.log((v * alpha) / (a / (us * us) + b));
    const logRatio =
      logFactorial(mode) +
      logFactorial(trials - mode) -
      logFactorial(count) -
      logFactorial(trials - count) +
      (count - mode) * logOdds; // log of P(count) / P(mode)
    if (v <= logRatio) return count;
  }
}

const SMALL_LOG_FACTORIALS = logFactorialsBelow(10);

/** ln k!: a table below 10, Stirling's series above, where its first left-out term is under 1e-11. */
function logFactorial(k: number): number {
  const small = SMALL_LOG_FACTORIALS[k];
  if (small !== undefined) return small;
  const z = k + 1;
  const inverse = 1 / (z * z);
  const series = (1 / 12 - (1 / 360 - (1 / 1260 - inverse / 1680) * inverse) * inverse) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series;
}

function logFactorialsBelow(end: number): number[] {
  const logs = [0];
  for (let k = 1; k < end; k++) logs.push((logs[k - 1] as number) + Math.log(k));
  return logs;
}
