/** @file How much a measured point may be off by chance: the standard deviation that a fit's error model gives it. */
import type { FittedScalingLaw, LearningCurvePoint, ScalingLawFit } from "../scaling/types.ts";

/**
 * Standard deviation of a measured error.
 *
 *     binomial        sqrt(error (1 - error) / items)
 *     standardErrors  the point's own
 *     equal           sqrt(sum residual^2 / degrees of freedom)
 *     relative        error * sqrt(sum (residual / curve)^2 / degrees of freedom)
 *
 * @param fit the fit that the point belongs to
 * @param point the measured point
 * @returns in the unit of error, >= 0; exactly 0 where nothing is known
 */
export function noiseOf(fit: ScalingLawFit, point: LearningCurvePoint): number {
  const model = fit.ok ? fit.errorModel : { kind: "standardErrors" as const };
  const items = point.items ?? (model.kind === "binomial" ? model.items : undefined);
  if (model.kind === "binomial" && items !== undefined) return Math.sqrt((point.error * (1 - point.error)) / items);
  if (fit.ok && fit.degreesOfFreedom > 0) {
    if (model.kind === "equal") return Math.sqrt(fit.residualSumOfSquares / fit.degreesOfFreedom);
    if (model.kind === "relative") return point.error * relativeNoise(fit);
  }
  return point.standardError ?? 0;
}

function relativeNoise(fit: FittedScalingLaw): number {
  const fitted = fit.points.filter((point) => point.holdOut !== true);
  const squares = fit.residuals.map((residual, index) => (residual / ((fitted[index]?.error ?? 0) - residual)) ** 2);
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / fit.degreesOfFreedom);
}
