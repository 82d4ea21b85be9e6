/** @file Deleted residuals: how far each measurement lies from the law that was fitted without it. */
import { chiSquaredTail, fTail } from "../../../core/tail-probabilities.ts";
import { lawValues } from "../../solvers/law-values.ts";
import { deviationsAt } from "../../solvers/noise.ts";
import type { LawTask, Minimum, Solver } from "../../solvers/task.ts";
import { covarianceAt } from "../../solvers/trust-region/law-covariance.ts";
import { lawProblem } from "../../solvers/trust-region/law-problem.ts";
import { evidenceOf } from "../evidence.ts";
import { type FittedLaw, fittedMeasurements, type Measurement, noiseIsKnown } from "../fitted-law.ts";
import { taskOf } from "../measurements.ts";

/** A measurement beside the fit of all others. */
export interface DeletedResidual {
  measurement: Measurement;
  /** over the standard deviation of a new measurement there, as the fit without it has it */
  size: number;
  /** chance of so large a residual somewhere among all measurements (Bonferroni), in [0, 1] */
  pValue: number;
}

/**
 * The externally studentised residuals, each by a fit without its measurement: what stands far off cannot hide in a standard
 * deviation that it has widened itself. A measurement without which the law cannot be fitted has none.
 *
 * @param fit by squares
 * @source Cook & Weisberg 1982, Residuals and Influence in Regression, section 2.2.2 (outlier test); section 5.2 (Bonferroni)
 */
export function deletedResiduals(fit: FittedLaw): DeletedResidual[] {
  const { solver, minimum } = evidenceOf(fit);
  const fitted = fittedMeasurements(fit);
  const freedom = fit.degreesOfFreedom - 1;
  return suspects(fit).flatMap((place): DeletedResidual[] => {
    const measurement = fitted[place] as Measurement;
    const without = taskOf({ ...fit, measurements: fitted.filter((_, row) => row !== place) });
    const alone = taskOf({ ...fit, measurements: [measurement] });
    const size = distance(without, alone, solver, minimum);
    if (size === undefined) return [];
    const known = without.measured.noiseIsKnown;
    const chance = known ? chiSquaredTail(size ** 2, 1) : fTail(size ** 2, 1, freedom);
    return [{ measurement, size, pValue: Math.min(fitted.length * chance, 1) }];
  });
}

/** The places to look at: all of a short table, of a long one those with the largest residuals and leverages. */
function suspects({ standardisedResiduals, leverages, degreesOfFreedom, noise }: FittedLaw): number[] {
  const freedom = noiseIsKnown(noise) ? degreesOfFreedom : degreesOfFreedom - 1;
  if (freedom < 1) return [];
  const places = Array.from(leverages.keys());
  if (places.length <= SHORT) return places;
  const size = (row: number) => {
    return Math.abs(standardisedResiduals[row] as number) / Math.sqrt(Math.max(1 - (leverages[row] as number), 1e-6));
  };
  return places.sort((one, other) => size(other) - size(one)).slice(0, SHORT);
}

const SHORT = 24; // fits of the law are made anew

function distance(without: LawTask, alone: LawTask, solver: Solver, near: Minimum): number | undefined {
  const found = solver.solve(without, [near.coordinates]);
  if (!found.ok) return undefined;
  const { coordinates } = found;
  const covariance = covarianceAt(without, coordinates, found.deviations);
  if ("flat" in covariance || covariance.dispersion === 0) return undefined;
  const { law, space, measured } = alone;
  const values = lawValues(law, space, measured.inputs, coordinates);
  const deviations = deviationsAt(measured.noise, measured.deviations, values);
  const residual = new Float64Array(1);
  const slopes = new Float64Array(coordinates.length);
  lawProblem(law, { ...measured, deviations }, space, { kind: "squared" }).evaluate(coordinates, residual, slopes);
  let variance = covariance.dispersion;
  for (const [j, row] of covariance.matrix.entries()) {
    for (const [k, entry] of row.entries()) variance += entry * (slopes[j] as number) * (slopes[k] as number);
  }
  const size = -(residual[0] as number) / Math.sqrt(variance);
  return Number.isFinite(size) ? size : undefined;
}
