/** @file The fitted law: the outcome that it predicts at given inputs, with its interval, marked where nothing was measured. */
import type { LawFit } from "./fitted-law.ts";
import { type BandOptions, predictionBand } from "./prediction-band.ts";
import { inputsAt, isExtrapolated, type ReadAt, requireFitted } from "./read-law.ts";

/** A prediction of the law. */
export interface Prediction {
  /** in the unit of the measured outcomes */
  value: number;
  /** of the interval in which the law, or with `measurement` a new outcome, lies */
  low: number;
  high: number;
  level: number;
  /** does an input lie beyond the measurements: then the interval holds only if the law goes on as it is */
  extrapolated: boolean;
}

/**
 * The law's value with its interval, which is that of `predictionBand`.
 *
 * @param fit a fit that is ok
 * @param at for a law with one input its value, in the unit of the fit's measurements; else an object with the fit's input columns
 * @param options as predictionBand takes them
 * @returns the predicted outcome, in the unit of the measured outcomes
 * @throws TypeError for a failed fit, RangeError or TypeError for inputs that are missing or out of range
 * @example predict(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 1024).value.toFixed(6) // => "0.125000"
 * @example predict(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 1024).extrapolated // => true
 */
export function predict<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  at: ReadAt,
  options: BandOptions = {},
): Prediction {
  requireFitted("predict", "fit", fit);
  const extrapolated = isExtrapolated(fit, inputsAt("predict", fit, at));
  const [{ value, low, high }] = predictionBand(fit, [at], options) as [ReturnType<typeof predictionBand>[number]];
  return { value, low, high, level: options.level ?? fit.level, extrapolated };
}
