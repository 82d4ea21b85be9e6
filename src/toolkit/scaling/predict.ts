/** @file The fitted curve: the error it predicts at a data size, and the data size it needs for an error. */
import { requirePositive, wrong } from "../core/argument-checks.ts";
import { formatNumber } from "../core/number-format.ts";
import type { Failure, FittedScalingLaw, ScalingLawFit } from "./types.ts";

/**
 * amplitude * dataSize^-exponent + irreducibleError.
 *
 * @param fit a fit that is ok
 * @param dataSize in the unit of the fit's points, > 0
 * @returns the predicted error, in the unit of the points' errors
 * @throws TypeError for a failed fit, RangeError for a size that is not above 0
 * @example predict(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 1024).toFixed(6) // => "0.125000"
 */
export function predict(fit: ScalingLawFit, dataSize: number): number {
  requireFitted("predict", "fit", fit);
  requirePositive("predict", "dataSize", dataSize);
  const { amplitude, exponent, irreducibleError } = fit.parameters;
  return lawAt(amplitude.value, exponent.value, irreducibleError.value, dataSize);
}

/** The law itself; powers of extreme sizes are formed by logarithms, so that only the result can leave float64. */
export function lawAt(amplitude: number, exponent: number, irreducibleError: number, dataSize: number): number {
  return Math.exp(Math.log(amplitude) - exponent * Math.log(dataSize)) + irreducibleError;
}

/**
 * The data size at which the fitted curve reaches an error: (amplitude / (error - irreducibleError))^(1 / exponent).
 *
 * @param fit a fit that is ok
 * @param error in the unit of the points' errors, > 0
 * @returns the size, in the unit of the points, with `extrapolated` when no point of the fit lies that far;
 *   or { ok: false, reason } for an error at or under the floor, or a curve that does not fall
 * @throws TypeError for a failed fit, RangeError for an error that is not above 0
 * @example equivalentDataSize(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 0.3).dataSize.toFixed(6) // => "16.000000"
 */
export function equivalentDataSize(
  fit: ScalingLawFit,
  error: number,
): { ok: true; dataSize: number; extrapolated: boolean } | Failure {
  requireFitted("equivalentDataSize", "fit", fit);
  requirePositive("equivalentDataSize", "error", error);
  const { amplitude, exponent, irreducibleError } = fit.parameters;
  if (exponent.value <= 0) return { ok: false, reason: `the curve "${fit.name}" does not fall with dataSize` };
  const dataSize = sizeAt(amplitude.value, exponent.value, irreducibleError.value, error);
  if (dataSize === Infinity) {
    const floor = formatNumber(irreducibleError.value, 4);
    return { ok: false, reason: `no dataSize takes "${fit.name}" to error ${error}: its irreducibleError is ${floor}` };
  }
  const { smallest, largest } = coveredSizes(fit);
  return { ok: true, dataSize, extrapolated: dataSize < smallest || dataSize > largest };
}

/** The size at which a falling law reaches an error; Infinity when its floor is in the way. */
export function sizeAt(amplitude: number, exponent: number, irreducibleError: number, error: number): number {
  if (error <= irreducibleError) return Infinity;
  return Math.exp((Math.log(amplitude) - Math.log(error - irreducibleError)) / exponent);
}

/** The range of data sizes that took part in the fit. */
export function coveredSizes(fit: FittedScalingLaw): { smallest: number; largest: number } {
  const sizes = fit.points.filter((point) => point.holdOut !== true).map((point) => point.dataSize);
  return { smallest: sizes[0] as number, largest: sizes[sizes.length - 1] as number };
}

/** Throws unless the fit is one that succeeded. */
export function requireFitted(caller: string, name: string, fit: unknown): asserts fit is FittedScalingLaw {
  const given = fit as ScalingLawFit | null | undefined;
  if (given?.ok === true) return;
  const hint = given?.ok === false ? given.reason : undefined;
  throw wrong(caller, `${name} to be a fit that is ok`, hint === undefined ? fit : "a failed one", hint);
}
