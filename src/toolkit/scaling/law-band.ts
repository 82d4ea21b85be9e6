/** @file What a fitted law predicts at new inputs, with the band of the law and that of a new measurement (the delta method). */
import { requireBetween, wrong } from "../core/argument-checks.ts";
import { criticalNormal, criticalStudent } from "../core/critical-values.ts";
import { binomialVariance } from "./error-weights.ts";
import type { LawFit, LawFitResult } from "./fit-law.ts";
import { cell, lawInputs } from "./law-measurements.ts";
import { inSpace } from "./law-solution.ts";

/** A prediction with its band. */
export interface LawBandRow {
  value: number;
  low: number;
  high: number;
}

/**
 * The law at each row of inputs, with the band in which it lies as far as the parameters are known: value +- critical *
 * sqrt(g' C g), g the law's derivatives, C the parameters' covariance. With `measurement`, the noise of a new measurement is
 * added, as the fit's columns tell it; each row then holds its own items, standardError or weight.
 *
 * @param fit a fit that is ok
 * @param rows plain objects with the law's inputs, as values
 * @param options level in (0, 1), by default the fit's; measurement: default false
 * @returns (rows) in the unit of the outcome; of logarithms, the band is made there and taken back; of shares, it ends at 0 and 1
 * @throws TypeError for a failed fit, RangeError or TypeError for a row that lacks a number or an option out of range
 * @source Seber & Wild 1989, Nonlinear Regression, section 5.1
 * @example lawBand(fitLaw([1, 2, 4, 8].map((dataSize) => ({ dataSize, error: 2 - 0.1 * Math.log(dataSize) })), { law: logLinearLaw, y: "error" }), [{ dataSize: 1 }])[0].value.toFixed(6) // => "2.000000"
 */
export function lawBand<Parameter extends string>(
  fit: LawFitResult<Parameter>,
  rows: readonly object[],
  options: { level?: number; measurement?: boolean } = {},
): LawBandRow[] {
  if (fit?.ok !== true) throw wrong("lawBand", "fit to be a fit that is ok", fit, fit?.reason);
  if (!Array.isArray(rows)) throw wrong("lawBand", "rows to be an array of plain objects", rows);
  const { level = fit.level, measurement = false } = options;
  requireBetween("lawBand", "level", level, 0, 1);
  const { law, space } = fit;
  const critical = fit.noiseIsKnown ? criticalNormal(level) : criticalStudent(level, fit.degreesOfFreedom);
  const parameters = Float64Array.from(law.parameters, (name) => fit.parameters[name].value);
  const gradient = new Float64Array(parameters.length);
  const back = space === "log" ? Math.exp : (value: number) => value;
  const [least, most] = fit.columns.items === undefined ? [-Infinity, Infinity] : [0, 1];
  return lawInputs("lawBand", rows, law).map((inputs, index) => {
    const given = law.evaluate(parameters, inputs, gradient);
    const value = inSpace(law, space, given);
    const slope = slopeOf(law.gives === "logarithm", space === "log", given);
    const noise = measurement ? varianceOf(fit, rows[index], index, value) : 0;
    const reach = critical * Math.sqrt(slope ** 2 * quadratic(fit.covariance, gradient) + noise);
    return {
      value: back(value),
      low: Math.max(back(value - reach), least),
      high: Math.min(back(value + reach), most),
    };
  });
}

/** Of the law in the residual space, by what it gives. */
function slopeOf(givesLog: boolean, inLog: boolean, given: number): number {
  if (givesLog === inLog) return 1;
  return inLog ? 1 / given : Math.exp(given);
}

function quadratic(matrix: readonly (readonly number[])[], vector: Float64Array): number {
  let sum = 0;
  for (const [j, row] of matrix.entries()) {
    for (const [k, entry] of row.entries()) sum += entry * (vector[j] as number) * (vector[k] as number);
  }
  return Math.max(sum, 0);
}

/** Of a new measurement in the residual space, whose true value is `value`. */
function varianceOf({ columns, dispersion, space }: LawFit, row: unknown, index: number, value: number): number {
  const { items, standardError, weight, noise } = columns;
  if (items !== undefined) return binomialVariance(value, cell("lawBand", row, index, items, "count"));
  if (standardError !== undefined) {
    const error = cell("lawBand", row, index, standardError, "positive");
    return (space === "log" ? error / Math.exp(value) : error) ** 2;
  }
  if (weight !== undefined) return dispersion / cell("lawBand", row, index, weight, "positive");
  return noise === "relative" ? dispersion * value ** 2 : dispersion;
}
