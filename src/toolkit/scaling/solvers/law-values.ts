/** @file A law at its measurements, in the space of the residuals. */
import type { Law } from "../laws/law.ts";
import { halfDeviance } from "./noise.ts";
import type { LawTask } from "./task.ts";
import type { ResidualSpace } from "./trust-region/law-problem.ts";
import { totalLoss } from "./trust-region/loss.ts";
import { decorrelate } from "./trust-region/seed-levels.ts";

/** What a law gives, in the space of the residuals. */
export function inSpace(law: Pick<Law, "gives">, space: ResidualSpace, given: number): number {
  if ((law.gives === "logarithm") === (space === "log")) return given;
  return space === "log" ? Math.log(given) : Math.exp(given);
}

/**
 * @param inputs (measurements, inputs), as the law takes them
 * @returns (measurements)
 */
export function lawValues(
  law: Law,
  space: ResidualSpace,
  inputs: readonly Float64Array[],
  coordinates: Float64Array,
): Float64Array {
  const unused = new Float64Array(coordinates.length);
  return Float64Array.from(inputs, (row) => inSpace(law, space, law.evaluate(coordinates, row, unused)));
}

/** Half the deviance of a task by squares at some coordinates. */
export function objectiveAt({ law, space, measured }: LawTask, coordinates: Float64Array): number {
  const { inputs, outcomes, deviations, noise, seeds } = measured;
  const values = lawValues(law, space, inputs, coordinates);
  if (seeds === undefined) return halfDeviance(noise, outcomes, deviations, values);
  const residuals = values.map((value, row) => (value - (outcomes[row] as number)) / (deviations[row] as number));
  decorrelate(seeds, residuals, new Float64Array(0));
  return totalLoss(residuals, { kind: "squared" });
}
