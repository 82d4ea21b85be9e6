/** @file A law at its measurements, in the space of the residuals. */
import type { Law } from "../laws/law.ts";
import type { ResidualSpace } from "./trust-region/law-problem.ts";

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
