/** @file The size at which a fitted curve reaches an outcome: the law read the other way round. */
import { requireOptions, requirePositive } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { reachesLevel } from "../fit/bootstrap.ts";
import type { Failure, FittedLaw, Interval, LawFit } from "../fit/fitted-law.ts";
import { type Along, type LawLine, lawLine } from "../fit/law-line.ts";
import { drawsOf } from "../fit/prediction-band.ts";
import { fittedCoordinates, requireFitted } from "../fit/read-law.ts";

/** A size with what is known of it. */
export interface EquivalentDataSize {
  ok: true;
  /** of the input that the law is read along, in the unit of the measurements */
  dataSize: number;
  /** of the bootstrap's refits; high is Infinity where too many of them never come to the outcome */
  interval: Interval | Failure;
  /** lies no measurement of the fit that far */
  extrapolated: boolean;
}

/**
 * The size at which the fitted curve reaches an error, or, of a law that rises, a reward or a coverage; of a power law (amplitude /
 * (error - irreducibleError))^(1 / exponent).
 *
 * @param fit a fit that is ok, of a law that falls or rises with the input that it is read along
 * @param error in the unit of the measured outcomes, > 0
 * @param options of a law with several inputs: along, the column to read it along, and held, the values of the others by column
 * @returns the size with its interval, and `extrapolated` when no measurement of the fit lies that far;
 *   or { ok: false, reason } for an outcome that the law does not come to, or a curve that turns
 * @throws TypeError for a failed fit, RangeError or TypeError for an error that is not above 0 or an option out of range
 * @example equivalentDataSize(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 0.3).dataSize.toFixed(6) // => "16.000000"
 */
export function equivalentDataSize(fit: LawFit, error: number, options: Along = {}): EquivalentDataSize | Failure {
  requireFitted("equivalentDataSize", "fit", fit);
  requirePositive("equivalentDataSize", "error", error);
  requireOptions("equivalentDataSize", options, ["along", "held"]);
  const line = lawLine("equivalentDataSize", fit, options);
  const turns = whyUnreadable(fit, line);
  if (turns !== undefined) return { ok: false, reason: turns };
  const { column, smallest, largest } = line;
  const dataSize = sizeReaching(fit, line, fittedCoordinates(fit), error);
  if (dataSize === Infinity || dataSize === 0) {
    const floor = fit.parameters.irreducibleError;
    const why =
      floor === undefined ? "the law does not come there" : `its irreducibleError is ${formatNumber(floor.value, 4)}`;
    return { ok: false, reason: `no ${column} takes "${fit.name}" to ${fit.columns.y} ${error}: ${why}` };
  }
  const sizes = drawsOf(fit).map((drawn) => sizeReaching(fit, line, drawn, error));
  const interval = intervalOf(sizes, fit.level);
  return { ok: true, dataSize, interval, extrapolated: dataSize < smallest || dataSize > largest };
}

/** Why no size can be read off a curve, if so. */
export function whyUnreadable(
  { name, law }: FittedLaw,
  { direction, column, smallest, largest }: LawLine,
): string | undefined {
  if (direction === "falls" || (direction === "rises" && law.shape !== "power over a floor")) return undefined;
  if (direction === "rises") return `the curve "${name}" does not fall with ${column}`;
  const seen = `the curve "${name}" neither falls nor rises all the way from ${column} ${smallest} to ${largest}`;
  return `${seen}, so that one outcome may have several sizes`;
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
 * The size at which a law that falls or rises along a line reaches an outcome: by the law's own inverse, else by bisection on the
 * logarithm of the size.
 *
 * @param coordinates the parameters as the law takes them
 * @returns 0 or Infinity where the law is past the outcome, or short of it, wherever one looks
 */
export function sizeReaching({ law }: FittedLaw, line: LawLine, coordinates: Float64Array, outcome: number): number {
  const { smallest, largest, direction, valueAt } = line;
  if (law.inverse !== undefined) return law.inverse(coordinates, outcome);
  const past = (size: number) => {
    const value = valueAt(size, coordinates);
    return direction === "rises" ? value - outcome : outcome - value;
  };
  let [low, high] = [Math.log(smallest), Math.log(largest)];
  if (past(smallest) > 0) {
    [low, high] = [low - FARTHEST, low];
    if (!(past(Math.exp(low)) <= 0)) return 0; // nor where the law has no value
  } else if (past(largest) < 0) {
    [low, high] = [high, high + FARTHEST];
    if (!(past(Math.exp(high)) >= 0)) return Infinity;
  }
  for (let round = 0; round < HALVINGS; round++) {
    const middle = (low + high) / 2;
    if (past(Math.exp(middle)) <= 0) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}

const FARTHEST = Math.log(1e6); // beyond the measured sizes, nobody should read a law
const HALVINGS = 60; // of some 40 units of the logarithm: to rounding
