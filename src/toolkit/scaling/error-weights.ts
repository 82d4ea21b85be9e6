/** @file What an error model says of a curve: the weight of each residual, and how far the data are from the curve (its deviance). */
import type { PreparedCurve } from "./prepared-curve.ts";

/** Do the weights depend on the curve, so that they have to be iterated with it? */
export function weightsFollowCurve(curve: PreparedCurve): boolean {
  return curve.kind === "binomial" || curve.kind === "relative";
}

/**
 * Weights 1 / V(mu) of the squared residuals, with the model's variance function V:
 * binomial mu (1 - mu) / items, standardErrors s^2, relative mu^2, equal 1.
 * Iterating them from the curve solves sum (y - mu) / V(mu) dmu = 0: for binomial errors that is maximum likelihood.
 * A law may pass 1 at small sizes, where no share can be: a value within half an item of 1 has the variance of half an
 * item, so that no point gets an infinite weight.
 *
 * @param values the curve at the points, or a first guess of it, (points)
 * @param into receives the weights, each > 0, (points)
 */
export function weightsFrom(curve: PreparedCurve, values: Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = 1 / variance(curve, values[i] as number, curve.noise[i] as number);
}

function variance(curve: PreparedCurve, value: number, noise: number): number {
  if (curve.kind === "standardErrors") return noise * noise;
  if (curve.kind === "equal") return 1;
  if (curve.kind === "relative") return Math.max(value * value, SMALLEST_RELATIVE_VARIANCE);
  return binomialVariance(value, noise);
}

/** Of a share of `items` whose true value is `value`, > 0. */
export function binomialVariance(value: number, items: number): number {
  const share = insideShares(value, items);
  return (share * (1 - share)) / items;
}

const SMALLEST_RELATIVE_VARIANCE = 1e-24; // of errors scaled to 1: a curve that touches 0 keeps a finite weight

function insideShares(share: number, items: number): number {
  return Math.min(Math.max(share, LEAST_ITEM / items), 1 - 0.5 / items);
}

const LEAST_ITEM = 1e-6; // a law stays above 0, and so does its weight; only profiles of a floor come down to this

/** The data as a first guess of the curve; a share of 0 or 1 is no guess, so half an item of each kind is added. */
export function firstGuess(curve: PreparedCurve): Float64Array {
  if (curve.kind !== "binomial") return curve.errors;
  return curve.errors.map((error, i) => {
    const items = curve.noise[i] as number;
    return (error * items + 0.5) / (items + 1);
  });
}

/**
 * The quasi-deviance 2 sum of the integral of (y - t) / V(t) from mu to y. It is the binomial deviance, chi squared,
 * or the residual sum of squares; the fit minimises it, and its rise above the minimum makes the profile intervals.
 *
 * @param values the curve at the points, (points)
 * @returns a number >= 0
 * @source McCullagh & Nelder 1989, Generalized Linear Models, section 9.2.2
 */
export function devianceOf(curve: PreparedCurve, values: Float64Array): number {
  let deviance = 0;
  for (let i = 0; i < values.length; i++) {
    const error = curve.errors[i] as number;
    const value = values[i] as number;
    const noise = curve.noise[i] as number;
    if (curve.kind === "binomial") deviance += binomialDeviance(error, value, noise);
    else if (curve.kind === "relative") deviance += relativeDeviance(error, value);
    else deviance += (error - value) ** 2 / variance(curve, value, noise);
  }
  return deviance;
}

/** Of one point with V(mu) = mu^2; both numbers > 0. */
export function relativeDeviance(error: number, value: number): number {
  return 2 * (error / value - 1 - Math.log(error / value));
}

/** Of one point: twice the fall of its log likelihood from the observed share to `value`. */
export function binomialDeviance(error: number, value: number, items: number): number {
  const share = insideShares(value, items);
  const inside = 2 * items * (entropyTerm(error, share) + entropyTerm(1 - error, 1 - share));
  if (share === value) return inside;
  const beyond = (error - value) ** 2 - (error - share) ** 2; // the variance stays that of the end out there
  return inside + (beyond * items) / (share * (1 - share));
}

function entropyTerm(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}
