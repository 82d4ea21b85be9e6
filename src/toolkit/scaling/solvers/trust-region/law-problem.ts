/** @file A law and its measurements as a least-squares problem: residuals over their standard deviations, in the space of the loss. */
import { coordinateBounds } from "../../laws/coordinates.ts";
import type { Law } from "../../laws/law.ts";
import { flattenOutliers, type Loss, totalLoss } from "./loss.ts";
import { type Pull, pulledProblem } from "./pulled-problem.ts";
import { decorrelate, type SeedLevels } from "./seed-levels.ts";
import type { LeastSquaresProblem } from "./trust-region.ts";

/** Where residuals are taken: of the outcomes, or of their natural logarithms. */
export type ResidualSpace = "linear" | "log";

/** Measurements ready for the solver. */
export interface Measurements {
  /** (measurements, inputs) */
  inputs: Float64Array[];
  /** in the residual space, (measurements) */
  outcomes: Float64Array;
  /** standard deviations of the outcomes in the residual space, or 1 over the root of their weights, (measurements) */
  deviations: Float64Array;
  /** rows whose residuals share an effect */
  seeds?: SeedLevels | undefined;
  /** what a profile pulls away */
  pull?: Pull | undefined;
}

/**
 * The residuals are (law - outcome) / deviation, freed of what their seeds share.
 *
 * @param law without fixed parameters, evaluated as given; its value or its logarithm, whichever it gives, is turned into the residual space
 */
export function lawProblem(
  law: Law,
  { inputs, outcomes, deviations, seeds, pull }: Measurements,
  space: ResidualSpace,
  loss: Loss,
): LeastSquaresProblem {
  const rows = outcomes.length;
  const size = law.parameters.length;
  const gradient = new Float64Array(size);
  const measured = { inputs, outcomes, deviations, seeds };
  const [lower, upper] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) [lower[k], upper[k]] = coordinateBounds(law, law.parameters[k] as string);
  let squares = 0;
  for (let i = 0; i < rows; i++) squares += ((outcomes[i] as number) / (deviations[i] as number)) ** 2;
  const problem: LeastSquaresProblem = {
    roundingCost: ROUNDING ** 2 * squares,
    residualCount: rows,
    lower,
    upper,
    evaluate(parameters, residuals, jacobian) {
      residualsAt(law, measured, space, parameters, gradient, residuals, jacobian);
      const cost = totalLoss(residuals, loss);
      if (loss.kind !== "squared") flattenOutliers(residuals, jacobian, loss);
      return cost;
    },
  };
  return pull === undefined ? problem : pulledProblem(problem, pull);
}

/**
 * (law - outcome) / deviation of every measurement, with its derivatives, both freed of what seeds share.
 *
 * @param gradient room for the derivatives at one measurement, (parameters)
 * @param residuals receives (measurements)
 * @param jacobian receives (measurements, parameters), column after column
 */
export function residualsAt(
  law: Law,
  { inputs, outcomes, deviations, seeds }: Measurements,
  space: ResidualSpace,
  parameters: Float64Array,
  gradient: Float64Array,
  residuals: Float64Array,
  jacobian: Float64Array,
): void {
  const rows = outcomes.length;
  const given = law.gives === "logarithm" ? "log" : "linear";
  for (let i = 0; i < rows; i++) {
    let value = law.evaluate(parameters, inputs[i] as Float64Array, gradient);
    let slope = 1; // of what the residual is taken of, by what the law gives
    if (given !== space) {
      if (space === "log") {
        slope = 1 / value;
        value = Math.log(value);
      } else {
        value = Math.exp(value);
        slope = value;
      }
    }
    const deviation = deviations[i] as number;
    residuals[i] = (value - (outcomes[i] as number)) / deviation;
    slope /= deviation;
    for (let k = 0; k < gradient.length; k++) jacobian[k * rows + i] = slope * (gradient[k] as number);
  }
  if (seeds !== undefined) decorrelate(seeds, residuals, jacobian);
}

const ROUNDING = 1e-9; // of the outcomes: what descents leave of residuals that are 0
