/** @file The data size at which a fitted learning curve reaches an error: the law read the other way round. */
import { requirePositive } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import type { Failure, LawFit } from "../fit/fitted-law.ts";
import { coveredRange, fittedCoordinates, onlyInput, requireFitted } from "../fit/predict.ts";
import { type Law, lawValue } from "../laws/law.ts";

/**
 * The size at which the fitted curve reaches an error; of a power law (amplitude / (error - irreducibleError))^(1 / exponent).
 *
 * @param fit a fit that is ok, of a law that falls with its one input
 * @param error in the unit of the measured outcomes, > 0
 * @returns the size, in the unit of the measurements, with `extrapolated` when no measurement of the fit lies that far;
 *   or { ok: false, reason } for an error at or under the floor, or a curve that does not fall
 * @throws TypeError for a failed fit or a law with several inputs, RangeError for an error that is not above 0
 * @example equivalentDataSize(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 0.3).dataSize.toFixed(6) // => "16.000000"
 */
export function equivalentDataSize(
  fit: LawFit,
  error: number,
): { ok: true; dataSize: number; extrapolated: boolean } | Failure {
  requireFitted("equivalentDataSize", "fit", fit);
  requirePositive("equivalentDataSize", "error", error);
  const input = onlyInput("equivalentDataSize", fit.law);
  const { smallest, largest } = coveredRange(fit, input);
  const coordinates = fittedCoordinates(fit);
  const [first, last] = [smallest, largest].map((size) => lawAt(fit.law, coordinates, size)) as [number, number];
  const column = fit.columns.inputs[input];
  if (!(last < first)) return { ok: false, reason: `the curve "${fit.name}" does not fall with ${column}` };
  const dataSize = sizeReaching(fit.law, coordinates, error, smallest, largest);
  if (dataSize === Infinity || dataSize === 0) {
    const floor = fit.parameters.irreducibleError;
    const why =
      floor === undefined ? "the law does not come there" : `its irreducibleError is ${formatNumber(floor.value, 4)}`;
    return { ok: false, reason: `no ${column} takes "${fit.name}" to error ${error}: ${why}` };
  }
  return { ok: true, dataSize, extrapolated: dataSize < smallest || dataSize > largest };
}

/**
 * The size at which a falling law reaches an error: by the law's own inverse, else by bisection on the logarithm of the size.
 *
 * @param coordinates the parameters as the law takes them
 * @param smallest and largest of the measured sizes, around which it is looked for
 * @returns 0 or Infinity where the law is below, or above, the error wherever one looks
 */
export function sizeReaching(
  law: Law,
  coordinates: Float64Array,
  error: number,
  smallest: number,
  largest: number,
): number {
  if (law.inverse !== undefined) return law.inverse(coordinates, error);
  let [low, high] = [Math.log(smallest) - FARTHEST, Math.log(largest) + FARTHEST];
  if (!(lawAt(law, coordinates, Math.exp(low)) >= error)) return 0;
  if (!(lawAt(law, coordinates, Math.exp(high)) <= error)) return Infinity;
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (low + high) / 2;
    if (lawAt(law, coordinates, Math.exp(middle)) >= error) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

const FARTHEST = Math.log(1e6); // beyond the measured sizes, nobody should read a law
const HALVINGS = 60; // of some 40 units of the logarithm: to rounding

function lawAt(law: Law, coordinates: Float64Array, size: number): number {
  const taken = Float64Array.of(law.takes === "logarithms" ? Math.log(size) : size);
  return lawValue(law, coordinates, taken, new Float64Array(coordinates.length));
}
