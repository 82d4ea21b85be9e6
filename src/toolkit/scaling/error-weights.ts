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
 * A share nearer to 0 or 1 than half an item counts as half an item, so that no point gets an infinite weight.
 *
 * @param values the curve at the points, or the data for a first guess, (points)
 * @param into receives the weights, each > 0, (points)
 */
export function weightsFrom(curve: PreparedCurve, values: Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = 1 / variance(curve, values[i] as number, curve.noise[i] as number);
}

function variance(curve: PreparedCurve, value: number, noise: number): number {
  if (curve.kind === "standardErrors") return noise * noise;
  if (curve.kind === "equal") return 1;
  if (curve.kind === "relative") return Math.max(value * value, SMALLEST_RELATIVE_VARIANCE);
  const share = awayFromEnds(value, noise);
  return (share * (1 - share)) / noise;
}

const SMALLEST_RELATIVE_VARIANCE = 1e-24; // of errors scaled to 1: a curve that touches 0 keeps a finite weight

function awayFromEnds(share: number, items: number): number {
  const halfItem = 0.5 / (items + 1);
  return Math.min(Math.max(share, halfItem), 1 - halfItem);
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
    else if (curve.kind === "relative") deviance += 2 * (error / value - 1 - Math.log(error / value));
    else deviance += (error - value) ** 2 / variance(curve, value, noise);
  }
  return deviance;
}

function binomialDeviance(error: number, value: number, items: number): number {
  const share = awayFromEnds(value, items);
  const inside = 2 * items * (entropyTerm(error, share) + entropyTerm(1 - error, 1 - share));
  if (share === value) return inside;
  const beyond = (error - value) ** 2 - (error - share) ** 2; // the variance stays that of half an item out there
  return inside + (beyond * items) / (share * (1 - share));
}

function entropyTerm(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}
