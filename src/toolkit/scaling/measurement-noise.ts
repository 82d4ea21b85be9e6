/** @file How far a new measurement may lie from the curve, by the error model of a fit: as a deviation, and drawn. */
import type { RandomStream } from "../core/random-stream.ts";
import { drawSpread } from "./bootstrap.ts";
import { noiseIsKnown } from "./prepared-curve.ts";
import type { FittedScalingLaw, LearningCurvePoint } from "./types.ts";

/** What is known of a measurement before its error is: its test items, or its standard error. */
export type Measurement = Pick<LearningCurvePoint, "items" | "standardError">;

/**
 * Standard deviation of a measured error.
 *
 *     binomial        sqrt(error (1 - error) / items)
 *     standardErrors  the point's own
 *     equal           sqrt(sum residual^2 / degrees of freedom)
 *     relative        error * sqrt(sum (residual / curve)^2 / degrees of freedom)
 *
 * @param fit whose error model is asked
 * @param point its items or standardError, where the error model needs them
 * @param error at which, in the unit of the points: the curve's value, or, as is usual for error bars, the measured one
 * @returns in the unit of error, >= 0
 * @example measurementDeviation(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2].map((error, k) => ({ dataSize: 4 ** k, error, items: 100 })), seed: 7 }), { items: 100 }, 0.5) // => 0.05
 */
export function measurementDeviation(fit: FittedScalingLaw, point: Measurement, error: number): number {
  const { errorModel, residualSumOfSquares, degreesOfFreedom } = fit;
  if (errorModel.kind === "binomial") {
    const share = Math.min(Math.max(error, 0), 1);
    return Math.sqrt((share * (1 - share)) / itemsOf(fit, point));
  }
  if (errorModel.kind === "standardErrors") return point.standardError as number; // checked at the door
  if (errorModel.kind === "equal") return Math.sqrt(residualSumOfSquares / degreesOfFreedom);
  return error * relativeDeviation(fit);
}

/**
 * A measurement of a curve whose value is `error`: a binomial share of items, or the value with normal noise. Where the size of
 * the noise is an estimate, it is drawn too: with 8 points, a band of plain normal noise holds 91 % of new scores, not 95 %.
 */
export function drawMeasurement(
  fit: FittedScalingLaw,
  point: Measurement,
  error: number,
  stream: RandomStream,
): number {
  if (fit.errorModel.kind !== "binomial") {
    const spread = noiseIsKnown(fit.errorModel.kind) ? 1 : drawSpread(fit.degreesOfFreedom, stream);
    return stream.normal(error, spread * measurementDeviation(fit, point, error));
  }
  const items = itemsOf(fit, point);
  return stream.binomial(items, Math.min(error, 1)) / items;
}

function itemsOf({ errorModel }: FittedScalingLaw, { items }: Measurement): number {
  return (items ?? (errorModel.kind === "binomial" ? errorModel.items : undefined)) as number; // checked at the door
}

/** The estimated standard deviation as a share of the curve: of residuals over the curve, which is the error without its residual. */
function relativeDeviation({ points, residuals, degreesOfFreedom }: FittedScalingLaw): number {
  const fitted = points.filter((point) => point.holdOut !== true);
  const squares = fitted.reduce((sum, point, i) => {
    const residual = residuals[i] as number;
    return sum + (residual / (point.error - residual)) ** 2;
  }, 0);
  return Math.sqrt(squares / degreesOfFreedom);
}
