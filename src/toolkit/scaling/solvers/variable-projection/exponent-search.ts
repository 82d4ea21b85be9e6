/** @file The one unknown left by variable projection: Newton's method on the exponent, kept inside a bracket of slopes. */
import type { PreparedCurve } from "./prepared-curve.ts";
import type { Held, Projection } from "./separable-law.ts";

/** Where the exponent may lie. */
export interface ExponentRange {
  low: number;
  high: number;
}

/** "minimum", or the end of the range where the misfit still falls, or no minimum found in the allowed evaluations. */
export type SearchEnd = "minimum" | "low" | "high" | "unsettled";

/**
 * Walks downhill from `start` to the nearest minimum of the misfit. A Newton step is taken when the curvature is
 * positive and the step stays between exponents whose slopes point inwards; otherwise the bracket is halved, or widened.
 *
 * @param precision relative step at which to end, > 0; Newton's error is about the square of its last step
 * @param projection where `evaluate` puts slope and curvature; left at the minimum
 * @param evaluate projects the curve at an exponent
 * @returns how it ended
 */
export function searchExponent(
  curve: PreparedCurve,
  start: number,
  held: Held,
  range: ExponentRange,
  precision: number,
  projection: Projection,
  evaluate: (exponent: number) => void,
): SearchEnd {
  // A held amplitude at dataSize = 1 makes the curve at the smallest size move with the exponent, however far off that is.
  const amplitudeIsHeld = held.kind === "logAmplitude";
  const reach = curve.span + (amplitudeIsHeld ? Math.abs(curve.logSmallest) : 0);
  const longestShare = amplitudeIsHeld ? 0 : LONGEST_SHARE;
  let low = -Infinity; // the misfit falls to the right of low and to the left of high
  let high = Infinity;
  let exponent = Math.min(Math.max(start, range.low), range.high);
  for (let evaluation = 1; evaluation <= MOST_EVALUATIONS; evaluation++) {
    evaluate(exponent);
    const { slope, curvature } = projection;
    if (slope < 0) low = exponent;
    else high = exponent;
    if (slope < 0 && exponent === range.high) return "high";
    if (slope > 0 && exponent === range.low) return "low";
    if (slope === 0 && projection.amplitude === 0) return "low"; // no fall at all: a constant is best
    const longestStep = Math.max(LONGEST_STEP / reach, longestShare * Math.abs(exponent));
    const newton = curvature > 0 ? -slope / curvature : -Math.sign(slope) * longestStep;
    let next = exponent + Math.min(Math.max(newton, -longestStep), longestStep);
    next = Math.min(Math.max(next, range.low), range.high);
    const halving = evaluation > PATIENCE && high - low < Infinity;
    if (halving) next = (low + high) / 2;
    const least = halving ? Math.min(precision, HALVED) : precision;
    if (Math.abs(next - exponent) <= least * (1 / curve.span + Math.abs(exponent))) {
      evaluate(next);
      return "minimum";
    }
    if (next <= low || next >= high) next = (low + high) / 2;
    exponent = next;
  }
  return "unsettled";
}

const LONGEST_STEP = 2; // changes the power of the farthest size by a factor of e^2 at most
const LONGEST_SHARE = 0.75; // of a large exponent, where the misfit is flat and Newton's step of little use
const PATIENCE = 30; // evaluations, after which Newton is being misled by rounding: weights may differ by factors of 10^10
const HALVED = 1e-9; // what is left after a half is as large as the half, not its square
const MOST_EVALUATIONS = 100;
