/** @file The starts of a fit: one point, or every combination of a few values of each parameter. */
import { requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import { coordinateBounds, toCoordinate } from "./coordinates.ts";
import type { Law } from "./law.ts";

/** One start, a number a parameter; or a grid, a list of numbers a parameter. One that is fixed or tied needs none. */
export type Starts<Parameter extends string> = Partial<Record<Parameter, number | readonly number[]>>;

/**
 * All combinations as coordinates, the first parameter slowest, each within the law's bounds; a fixed parameter starts, and
 * stays, where it is fixed; a tied one follows.
 *
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError for a parameter without a finite start, or more than 100,000 combinations
 * @example Array.from(startGrid("example", { parameters: ["a", "b"], bounds: {} }, { a: [1, 2], b: 5 }), (start) => [...start]) // => [[1, 5], [2, 5]]
 */
export function startGrid<Parameter extends string>(
  caller: string,
  law: Pick<Law<Parameter>, "parameters" | "bounds" | "positive" | "fixed" | "ties">,
  starts: Starts<Parameter>,
): Float64Array[] {
  if (typeof starts !== "object" || starts === null) throw wrong(caller, "start to name each parameter", starts);
  if (!Array.isArray(starts)) requireOptions(caller, starts, law.parameters);
  const whole = law as Law<Parameter>;
  let grid: number[][] = [[]];
  for (const parameter of law.parameters) {
    const tied = law.ties?.[parameter] !== undefined;
    const given: unknown = tied ? IN_ITS_PLACE : (law.fixed?.[parameter] ?? starts[parameter]);
    const values: unknown[] = Array.isArray(given) ? given : [given];
    if (values.length === 0) throw wrong(caller, `start.${parameter} to have a value`, given);
    const [low, high] = coordinateBounds(whole, parameter);
    const checked = values.map((value) => {
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw wrong(caller, `start.${parameter} to be a number`, value);
      }
      const coordinate = toCoordinate(whole, parameter, value);
      if (Number.isFinite(coordinate)) return Math.min(Math.max(coordinate, low), high);
      throw wrong(caller, `start.${parameter} to be a number above 0`, value);
    });
    requireCount(caller, "the number of starts", grid.length * checked.length, 1, MOST_STARTS);
    grid = grid.flatMap((start) => checked.map((coordinate) => [...start, coordinate]));
  }
  return grid.map((start) => Float64Array.from(start));
}

const IN_ITS_PLACE = 1; // the tie's value is put there
const MOST_STARTS = 100_000;
