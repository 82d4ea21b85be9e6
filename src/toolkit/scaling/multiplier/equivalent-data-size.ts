/** @file The data size at which a fitted learning curve reaches an error: the law read the other way round. */
import { requirePositive } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { reachesLevel } from "../fit/bootstrap.ts";
import type { Failure, Interval, LawFit } from "../fit/fitted-law.ts";
import { drawsOf } from "../fit/prediction-band.ts";
import { coveredRange, fittedCoordinates, onlyInput, requireFitted } from "../fit/read-law.ts";
import { type Law, lawValue } from "../laws/law.ts";

/** A size with what is known of it. */
export interface EquivalentDataSize {
  ok: true;
  /** in the unit of the measurements */
  dataSize: number;
  /** of the bootstrap's refits; high is Infinity where too many of them never come down to the error */
  interval: Interval | Failure;
  /** lies no measurement of the fit that far */
  extrapolated: boolean;
}

/**
 * The size at which the fitted curve reaches an error; of a power law (amplitude / (error - irreducibleError))^(1 / exponent).
 *
 * @param fit a fit that is ok, of a law that falls with its one input
 * @param error in the unit of the measured outcomes, > 0
 * @returns the size with its interval, and `extrapolated` when no measurement of the fit lies that far;
 *   or { ok: false, reason } for an error at or under the floor, or a curve that does not fall
 * @throws TypeError for a failed fit or a law with several inputs, RangeError for an error that is not above 0
 * @example equivalentDataSize(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 0.3).dataSize.toFixed(6) // => "16.000000"
 */
export function equivalentDataSize(fit: LawFit, error: number): EquivalentDataSize | Failure {
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
  const sizes = drawsOf(fit).map((drawn) => sizeReaching(fit.law, drawn, error, smallest, largest));
  const interval = intervalOf(sizes, fit.level);
  return { ok: true, dataSize, interval, extrapolated: dataSize < smallest || dataSize > largest };
}

function intervalOf(sizes: readonly number[], level: number): Interval | Failure {
  if (!reachesLevel(sizes.length, level)) {
    const reason = `no interval: ${sizes.length} bootstrap refits do not reach the ends of a level of ${level}; put "bootstrap" among the intervalMethods, with resamples enough`;
    return { ok: false, reason };
  }
  const sorted = Float64Array.from(sizes).sort();
  const place = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number; // Infinity has no mean with another
  return { low: place((1 - level) / 2), high: place((1 + level) / 2), level, method: "bootstrap" };
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
