/** @file The measurements of a fit with one input as points of a curve, for figures. */

import { onlyInput, valueAt } from "../scaling/fit/read-law.ts";
import type { FittedLaw, LawFit, Measurement } from "../scaling/index.ts";

/** A measurement with its place on the horizontal axis. */
export interface CurvePoint {
  x: number;
  /** the measured outcome */
  y: number;
  heldOut: boolean;
  measurement: Measurement;
}

/**
 * In the order of the fit's measurements.
 *
 * @param caller the public function, for its errors
 * @throws RangeError for a law with several inputs
 */
export function curvePoints(caller: string, fit: LawFit): CurvePoint[] {
  const input = onlyInput(caller, fit.law);
  return fit.measurements.map((measurement) => ({
    x: measurement.inputs[input] as number,
    y: measurement.outcome,
    heldOut: measurement.holdOut === true,
    measurement,
  }));
}

/** The law's value at a place of the horizontal axis. */
export function curveAt(fit: FittedLaw, x: number): number {
  return valueAt(fit, { [fit.law.inputs[0] as string]: x });
}

/** The parameters that a legend names: the exponent and the floor of a power law, all others of other laws. */
export function namedParameters(fit: FittedLaw): string[] {
  const { law } = fit;
  const shown = law.shape === "power over a floor" ? law.parameters.slice(1) : law.parameters;
  return shown.filter((parameter) => law.fixed?.[parameter] === undefined);
}
