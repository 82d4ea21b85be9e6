/** @file Ties between parameters: one follows from others by a formula, so that it is not fitted and yet moves with them. */
import { type Dual, dualArithmetic } from "./dual-numbers.ts";
import type { Law, Tie } from "./law.ts";

/**
 * Computes the tied coordinates of a law from the others.
 *
 * @param coordinates all of them; the tied ones are overwritten
 * @param slopes receives the derivatives of the tied coordinates by all untied ones, a row a tied one, in the order of `places`
 */
export type FollowTies = (coordinates: Float64Array, slopes?: Float64Array[]) => void;

/** The places of the tied parameters and how they follow the others; undefined where nothing is tied. */
export function tiesOf(law: Law): { places: number[]; follow: FollowTies } | undefined {
  const ties = law.ties;
  if (ties === undefined) return undefined;
  const places = law.parameters.flatMap((parameter, place) => (ties[parameter] === undefined ? [] : [place]));
  if (places.length === 0) return undefined;
  const arithmetic = dualArithmetic(law.parameters.length);
  const positive = law.parameters.map((parameter) => law.positive?.includes(parameter) ?? false);
  const duals: Record<string, Dual> = {};
  for (const [place, parameter] of law.parameters.entries()) {
    if (!places.includes(place)) duals[parameter] = { value: 0, gradient: new Float64Array(law.parameters.length) };
  }
  return {
    places,
    follow(coordinates, slopes) {
      for (const [place, parameter] of law.parameters.entries()) {
        const dual = duals[parameter];
        if (dual === undefined) continue;
        const coordinate = coordinates[place] as number;
        dual.value = positive[place] ? Math.exp(coordinate) : coordinate;
        dual.gradient[place] = positive[place] ? dual.value : 1;
      }
      for (const [k, place] of places.entries()) {
        const tie = ties[law.parameters[place] as string] as Tie;
        const tied = typeof tie === "string" ? (duals[tie] as Dual) : tie(duals, arithmetic);
        const value = typeof tied === "number" ? tied : (tied?.value as unknown);
        if (typeof value !== "number" || (typeof tied === "number" && Number.isNaN(value)))
          throw new TypeError(`the tie of ${law.parameters[place]} is no number`);
        coordinates[place] = positive[place] ? Math.log(value) : value;
        const row = slopes?.[k];
        if (row === undefined) continue;
        for (let j = 0; j < row.length; j++) {
          const slope = typeof tied === "number" ? 0 : (tied.gradient[j] as number);
          row[j] = positive[place] ? slope / value : slope;
        }
      }
    },
  };
}

/** A parameter that its tie puts outside its bounds, if there is one. */
export function tiedBeyond<Parameter extends string>(
  { parameters, bounds, ties }: Law<Parameter>,
  read: (parameter: Parameter) => number,
): Parameter | undefined {
  return parameters.find((parameter) => {
    const [low, high] = bounds[parameter] ?? [-Infinity, Infinity];
    return ties?.[parameter] !== undefined && !(read(parameter) >= low && read(parameter) <= high);
  });
}
