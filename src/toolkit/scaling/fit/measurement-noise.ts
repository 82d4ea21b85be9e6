/** @file How far a new measurement may lie from the law, by the noise of a fit: as a deviation, and drawn. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import type { RandomStream } from "../../core/random-stream.ts";
import { drawSpread } from "./bootstrap.ts";
import { type FittedLaw, isShare, type Measurement, type NoiseKind, noiseIsKnown } from "./fitted-law.ts";
import { requireFitted } from "./read-law.ts";

/** What is known of a measurement before its outcome is: its test items, its standard error, or its weight. */
export type MeasurementNoise = Pick<Measurement, "items" | "standardError" | "weight">;

/**
 * Standard deviation of a measured outcome, in the outcomes' own unit.
 *
 *     binomial        sqrt(outcome (1 - outcome) / items)
 *     overdispersed   sqrt(dispersion outcome (1 - outcome) / items)
 *     standardErrors  the measurement's own
 *     estimatedErrors sqrt(dispersion) times the measurement's own
 *     weights         sqrt(dispersion / weight)
 *     equal           sqrt(sum residual^2 / degrees of freedom)
 *     relative        |outcome| * sqrt(sum (residual / law)^2 / degrees of freedom)
 *
 * Where seeds have an effect, that of a new seed is in it. Of residuals of logarithms, "equal" and "weights" are deviations of the logarithm, times the outcome.
 *
 * @param fit whose noise is asked
 * @param measurement its items, standardError or weight, where the noise needs them
 * @param outcome at which: the law's value, or, as is usual for error bars, the measured one
 * @returns in the unit of the outcomes, >= 0
 * @example measurementDeviation(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2].map((error, k) => ({ dataSize: 4 ** k, error, items: 100 })), seed: 7 }), { items: 100 }, 0.5) // => 0.05
 */
export function measurementDeviation<Parameter extends string>(
  fit: FittedLaw<Parameter>,
  measurement: MeasurementNoise,
  outcome: number,
): number {
  requireFitted("measurementDeviation", "fit", fit);
  const column = TOLD_BY[fit.noise];
  if (column !== undefined) requirePositive("measurementDeviation", `measurement.${column}`, measurement?.[column]);
  if (!Number.isFinite(outcome)) throw wrong("measurementDeviation", "outcome to be a finite number", outcome);
  const own = ownDeviation(fit, measurement, outcome);
  if (fit.seedEffect === null) return own;
  const inProportion = isShare(fit.noise) || fit.noise === "relative" || fit.space === "log";
  return Math.hypot(own, fit.seedEffect.deviation * (inProportion ? Math.abs(outcome) : 1));
}

/** What tells the noise of one measurement, for each kind of noise. */
export const TOLD_BY: Partial<Record<NoiseKind, keyof MeasurementNoise>> = {
  binomial: "items",
  overdispersed: "items",
  standardErrors: "standardError",
  estimatedErrors: "standardError",
  weights: "weight",
};

function ownDeviation<Parameter extends string>(
  fit: FittedLaw<Parameter>,
  measurement: MeasurementNoise,
  outcome: number,
): number {
  const { noise, dispersion, space } = fit;
  if (isShare(noise)) {
    const share = Math.min(Math.max(outcome, 0), 1);
    return Math.sqrt((dispersion * share * (1 - share)) / (measurement.items as number));
  }
  const told = measurement?.standardError as number;
  if (noise === "standardErrors") return told;
  if (noise === "estimatedErrors") return told * Math.sqrt(dispersion);
  if (noise === "relative") return Math.abs(outcome) * Math.sqrt(dispersion);
  const unit = space === "log" ? Math.abs(outcome) : 1;
  return unit * Math.sqrt(dispersion / (noise === "weights" ? (measurement.weight as number) : 1));
}

/**
 * A measurement of a law whose value is `value`: a binomial share of items, or the value with normal noise. Where the size of
 * the noise is an estimate, it is drawn too: with 8 points, a band of plain normal noise holds 91 % of new scores, not 95 %.
 */
export function drawMeasurement<Parameter extends string>(
  fit: FittedLaw<Parameter>,
  measurement: MeasurementNoise,
  value: number,
  stream: RandomStream,
): number {
  if (fit.noise === "binomial" && fit.seedEffect === null) {
    const items = measurement.items as number; // checked at the door
    return stream.binomial(items, Math.min(Math.max(value, 0), 1)) / items;
  }
  const spread = noiseIsKnown(fit.noise) ? 1 : drawSpread(fit.degreesOfFreedom, stream);
  const deviation = spread * measurementDeviation(fit, measurement, value);
  return fit.space === "log" ? value * Math.exp(stream.normal(0, deviation / value)) : stream.normal(value, deviation);
}
