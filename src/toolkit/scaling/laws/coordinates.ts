/** @file A law's parameters as people read them and as the solver moves them: some by their logarithms, some not at all. */
import type { Law } from "./law.ts";
import { tiesOf } from "./ties.ts";

/** Is the parameter solved for by its logarithm? */
export function byLogarithm(law: Law, parameter: string): boolean {
  return law.positive?.includes(parameter) ?? false;
}

/** A parameter's value as a coordinate. */
export function toCoordinate(law: Law, parameter: string, value: number): number {
  return byLogarithm(law, parameter) ? Math.log(value) : value;
}

/** A coordinate as the parameter's value. */
export function fromCoordinate(law: Law, parameter: string, coordinate: number): number {
  return byLogarithm(law, parameter) ? Math.exp(coordinate) : coordinate;
}

/** All parameters as coordinates, in the law's order. */
export function coordinatesOf<Parameter extends string>(
  law: Law<Parameter>,
  read: (parameter: Parameter) => number,
): Float64Array {
  return Float64Array.from(law.parameters, (parameter) => toCoordinate(law, parameter, read(parameter)));
}

/** Where a parameter's coordinate may lie. */
export function coordinateBounds<Parameter extends string>(
  law: Law<Parameter>,
  parameter: Parameter,
): [number, number] {
  const [low, high] = law.bounds[parameter] ?? [-Infinity, Infinity];
  return byLogarithm(law, parameter) ? [Math.log(Math.max(low, 0)), Math.log(high)] : [low, high];
}

/** A coordinate as the parameter's value; at a bound, the bound itself. */
export function estimateOf<Parameter extends string>(
  law: Law<Parameter>,
  parameter: Parameter,
  coordinate: number,
): number {
  const [low, high] = coordinateBounds(law, parameter);
  const bounds = law.bounds[parameter];
  if (bounds !== undefined && coordinate === low) return bounds[0];
  if (bounds !== undefined && coordinate === high) return bounds[1];
  return fromCoordinate(law, parameter, coordinate);
}

/** The places of the parameters that are fitted. */
export function freePlaces({ parameters, fixed, ties }: Law): number[] {
  const places: number[] = [];
  for (let place = 0; place < parameters.length; place++) {
    const parameter = parameters[place] as string;
    if (fixed?.[parameter] === undefined && ties?.[parameter] === undefined) places.push(place);
  }
  return places;
}

/** The parameters that are fitted. */
export function freeParameters<Parameter extends string>(law: Law<Parameter>): Parameter[] {
  return freePlaces(law).map((place) => law.parameters[place] as Parameter);
}

/** All coordinates, from those of the free parameters: the fixed ones told, the tied ones following. */
export function allCoordinates(law: Law, free: ArrayLike<number>): Float64Array {
  const all = coordinatesOf(law, (parameter) => law.fixed?.[parameter] ?? 1);
  for (const [k, place] of freePlaces(law).entries()) all[place] = free[k] as number;
  tiesOf(law)?.follow(all);
  return all;
}

/** Derivatives of all coordinates by those of the free parameters, (all, free): 1 of a free one by itself, 0 of fixed ones. */
export function freeSlopes(law: Law, coordinates: Float64Array): number[][] {
  const free = freePlaces(law);
  const ties = tiesOf(law);
  const tied = ties?.places.map(() => new Float64Array(law.parameters.length)) ?? [];
  ties?.follow(coordinates.slice(), tied);
  return law.parameters.map((_, place) => {
    const row = tied[ties?.places.indexOf(place) ?? -1];
    return free.map((other) => (row === undefined ? Number(place === other) : (row[other] as number)));
  });
}

/** The law with one more parameter held at a value. */
export function holding<Parameter extends string>(
  law: Law<Parameter>,
  parameter: Parameter,
  value: number,
): Law<Parameter> {
  return { ...law, fixed: { ...law.fixed, [parameter]: value } as Partial<Record<Parameter, number>> };
}

/** The law of its free parameters alone: what a solver that knows no fixed and no tied ones solves. */
export function withoutFixed(law: Law): Law {
  const free = freePlaces(law);
  if (free.length === law.parameters.length) return law;
  const all = coordinatesOf(law, (parameter) => law.fixed?.[parameter] ?? 1);
  const slopes = new Float64Array(all.length);
  const ties = tiesOf(law);
  const tied = ties?.places.map(() => new Float64Array(all.length)) ?? [];
  return {
    ...law,
    parameters: free.map((place) => law.parameters[place] as string),
    fixed: {},
    ties: {},
    evaluate(coordinates, inputs, gradient) {
      for (const [k, place] of free.entries()) all[place] = coordinates[k] as number;
      ties?.follow(all, tied);
      const result = law.evaluate(all, inputs, slopes);
      for (const [k, place] of free.entries()) {
        let slope = slopes[place] as number;
        for (const [t, row] of tied.entries())
          slope += (slopes[ties?.places[t] as number] as number) * (row[place] as number);
        gradient[k] = slope;
      }
      return result;
    },
  };
}
