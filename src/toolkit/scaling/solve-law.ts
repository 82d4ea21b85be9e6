/** @file The best law for a prepared curve: exponent search inside iterated weights, from several starts. */
import { devianceOf, weightsFollowCurve, weightsFrom } from "./error-weights.ts";
import { type ExponentRange, type SearchEnd, searchExponent } from "./exponent-search.ts";
import type { PreparedCurve } from "./prepared-curve.ts";
import { type Held, type Projection, project } from "./separable-law.ts";
import type { LawName } from "./types.ts";

/** A law on a prepared curve. */
export interface Solution {
  exponent: number;
  /** at the smallest size, over errorScale */
  amplitude: number;
  /** over errorScale */
  floor: number;
  end: SearchEnd;
  /** the curve at the points, over errorScale, (points) */
  values: Float64Array;
  /** of the squared residuals, at the solution, (points) */
  weights: Float64Array;
  /** curve evaluations it took */
  evaluations: number;
}

/** The best of several starts, and how far the starts agree. */
export interface MultiStartSolution {
  best: Solution;
  deviance: number;
  moved: boolean;
  startsAgreeing: { agree: number; total: number };
  evaluations: number;
}

export const STARTING_EXPONENTS = [0.05, 0.15, 0.4, 1, 2.5] as const; // the published range of learning curves, and beyond

/** What the law itself fixes. */
export function heldByLaw(law: LawName): Held {
  return law === "power" ? { kind: "floor", floor: 0 } : { kind: "nothing" };
}

/**
 * Exponents worth searching. With a floor, between a fall that is linear in ln dataSize and one that is over (to one part
 * in 10^8) before the second size; without, both signs, as far as powers of the largest size stay in range.
 */
export function exponentRange(curve: PreparedCurve, law: LawName): ExponentRange {
  if (law === "power") return { low: -LARGEST_LOG_POWER / curve.span, high: LARGEST_LOG_POWER / curve.span };
  return { low: 1e-6 / curve.span, high: Math.log(1e8) / curve.firstGap };
}

/** When a solution is good enough: the exponent search's last step, and the curve's change by new weights, relative. */
interface Precision {
  step: number;
  change: number;
}

const FULL: Precision = { step: 1e-9, change: 1e-11 }; // an exponent to rounding; a curve to more digits than data have
const ROUGH: Precision = { step: 1e-3, change: 1e-4 }; // tells the minima apart
const SAME = 1e-3; // of the exponent: rough solutions of one minimum are nearer than this

const LARGEST_LOG_POWER = 300; // e^600, a square of a power, is inside float64

/** Solves roughly from every starting exponent, then takes the solution of least deviance to full precision. */
export function solveFromStarts(curve: PreparedCurve, law: LawName): MultiStartSolution {
  const held = heldByLaw(law);
  const range = exponentRange(curve, law);
  const starts = STARTING_EXPONENTS.map((start) => Math.min(start, range.high / 2));
  const rough = starts.map((start) => solveFrom(curve, held, start, range, curve.errors, ROUGH));
  const deviances = rough.map((solution) => (usable(solution) ? devianceOf(curve, solution.values) : Infinity));
  const bestIndex = Math.max(deviances.indexOf(Math.min(...deviances)), 0);
  const roughBest = rough[bestIndex] as Solution;
  const best = usable(roughBest) ? solveFrom(curve, held, roughBest.exponent, range, roughBest.values) : roughBest;
  const agree = rough.filter((solution) => usable(solution) && near(solution.exponent, best.exponent)).length;
  return {
    best,
    deviance: devianceOf(curve, best.values),
    moved: best.exponent !== starts[bestIndex],
    startsAgreeing: { agree, total: starts.length },
    evaluations: rough.reduce((sum, solution) => sum + solution.evaluations, best.evaluations),
  };
}

function usable(solution: Solution): boolean {
  return solution.end === "minimum";
}

function near(exponent: number, other: number): boolean {
  return Math.abs(exponent - other) <= SAME * Math.max(Math.abs(exponent), Math.abs(other));
}

/**
 * Solves from one exponent. Weights that depend on the curve start from `firstValues` (by default the data) and are
 * computed anew from each solution until they stop changing.
 */
export function solveFrom(
  curve: PreparedCurve,
  held: Held,
  start: number,
  range: ExponentRange,
  firstValues: Float64Array = curve.errors,
  precision: Precision = FULL,
): Solution {
  const powers = new Float64Array(curve.errors.length);
  const projection = newProjection();
  let exponent = start;
  return iterateWeights(curve, firstValues, precision, powers, projection, (weights) => {
    const search = searchExponent(curve, weights, held, exponent, range, precision.step, powers, projection);
    exponent = projection.exponent;
    return search;
  });
}

/** Solves for amplitude and floor alone, with the exponent held. */
export function solveAtExponent(
  curve: PreparedCurve,
  held: Held,
  exponent: number,
  firstValues: Float64Array,
): Solution {
  const powers = new Float64Array(curve.errors.length);
  const projection = newProjection();
  return iterateWeights(curve, firstValues, FULL, powers, projection, (weights) => {
    project(curve, weights, exponent, held, powers, projection);
    return { end: "minimum", evaluations: 1 };
  });
}

function iterateWeights(
  curve: PreparedCurve,
  firstValues: Float64Array,
  precision: Precision,
  powers: Float64Array,
  projection: Projection,
  solve: (weights: Float64Array) => { end: SearchEnd; evaluations: number },
): Solution {
  const values = new Float64Array(powers.length);
  const weights = new Float64Array(powers.length);
  weightsFrom(curve, firstValues, weights);
  let evaluations = 0;
  let end: SearchEnd = "unsettled";
  for (let round = 0; round < MOST_WEIGHT_ROUNDS; round++) {
    const search = solve(weights);
    evaluations += search.evaluations;
    end = search.end;
    let change = 0; // of the curve, relative
    for (let i = 0; i < values.length; i++) {
      const value = projection.amplitude * (powers[i] as number) + projection.floor;
      change = Math.max(change, Math.abs(value - (values[i] as number)) / value);
      values[i] = value;
    }
    if (!weightsFollowCurve(curve)) break;
    weightsFrom(curve, values, weights);
    if (change <= precision.change) break;
    if (round === MOST_WEIGHT_ROUNDS - 1) end = "unsettled";
  }
  const { exponent, amplitude, floor } = projection;
  return { exponent, amplitude, floor, end, values, weights, evaluations };
}

function newProjection(): Projection {
  return { exponent: 0, amplitude: 0, floor: 0, amplitudeSlope: 0, slope: 0, curvature: 0 };
}

const MOST_WEIGHT_ROUNDS = 200;
