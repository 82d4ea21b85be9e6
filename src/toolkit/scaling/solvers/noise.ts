/** @file What the noise of a measurement says to a solver: the weight of each residual, and how far the data are from the law. */

/**
 * How the standard deviation of an outcome hangs on the law's value: not at all, as that of a share of items, or in proportion.
 */
export type LawNoise =
  | { kind: "fixed" }
  | { kind: "binomial"; items: Float64Array }
  /** `least` is the smallest deviation, so that a law that touches 0 keeps a finite weight */
  | { kind: "relative"; least: number };

/**
 * Standard deviations at the law's values: sqrt(value (1 - value) / items) of shares, |value| of proportional noise (up to its
 * factor). A law may pass 1 at small sizes, where no share can be: a value within half an item of 1 has the variance of half
 * an item, so that no point gets an infinite weight.
 *
 * Weights 1 / deviation^2 that are iterated from the law solve sum (y - mu) / V(mu) dmu = 0: for shares that is maximum likelihood.
 *
 * @param given deviations of noise that does not follow the law, (measurements)
 * @param values the law at the measurements, or a first guess of it, (measurements)
 */
export function deviationsAt(noise: LawNoise, given: Float64Array, values: Float64Array): Float64Array {
  if (noise.kind === "fixed") return given;
  if (noise.kind === "relative") return values.map((value) => Math.max(Math.abs(value), noise.least));
  return values.map((value, i) => Math.sqrt(binomialVariance(value, noise.items[i] as number)));
}

/** Of a share of `items` whose true value is `value`, > 0. */
export function binomialVariance(value: number, items: number): number {
  const share = insideShares(value, items);
  return (share * (1 - share)) / items;
}

function insideShares(share: number, items: number): number {
  return Math.min(Math.max(share, LEAST_ITEM / items), 1 - 0.5 / items);
}

const LEAST_ITEM = 1e-6; // a law stays above 0, and so does its weight; only profiles of a floor come down to this

/** The outcomes as a first guess of the law; a share of 0 or 1 is no guess, so half an item of each kind is added. */
export function firstGuess(noise: LawNoise, outcomes: Float64Array): Float64Array {
  if (noise.kind !== "binomial") return outcomes;
  return outcomes.map((share, i) => (share * (noise.items[i] as number) + 0.5) / ((noise.items[i] as number) + 1));
}

/**
 * Half the quasi-deviance, sum of the integral of (y - t) / V(t) from the law's value to the outcome y: half the binomial
 * deviance, or half of chi squared, or of the residual sum of squares. A fit minimises it, and its rise above the minimum makes
 * the profile intervals.
 *
 * @param deviations of noise that does not follow the law, (measurements)
 * @param values the law at the measurements, (measurements)
 * @returns a number >= 0
 * @source McCullagh & Nelder 1989, Generalized Linear Models, section 9.2.2
 */
export function halfDeviance(
  noise: LawNoise,
  outcomes: Float64Array,
  deviations: Float64Array,
  values: Float64Array,
): number {
  let deviance = 0;
  for (let i = 0; i < values.length; i++) {
    const outcome = outcomes[i] as number;
    const value = values[i] as number;
    if (noise.kind === "binomial") deviance += binomialDeviance(outcome, value, noise.items[i] as number);
    else if (noise.kind === "relative") deviance += relativeDeviance(outcome, Math.max(Math.abs(value), noise.least));
    else deviance += ((outcome - value) / (deviations[i] as number)) ** 2;
  }
  return deviance / 2;
}

/** Of one point with V(mu) = mu^2; both numbers > 0. */
function relativeDeviance(outcome: number, value: number): number {
  return 2 * (outcome / value - 1 - Math.log(outcome / value));
}

/** Of one point: twice the fall of its log likelihood from the observed share to `value`. */
function binomialDeviance(outcome: number, value: number, items: number): number {
  const share = insideShares(value, items);
  const inside = 2 * items * (entropyTerm(outcome, share) + entropyTerm(1 - outcome, 1 - share));
  if (share === value) return inside;
  const beyond = (outcome - value) ** 2 - (outcome - share) ** 2; // the variance stays that of the end out there
  return inside + (beyond * items) / (share * (1 - share));
}

function entropyTerm(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}
