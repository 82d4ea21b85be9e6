/** @file One solution from one start: the exponent search, with weights that may depend on the curve being searched. */
import { type ExponentRange, type SearchEnd, searchExponent } from "./exponent-search.ts";
import { type PreparedCurve, weightsFollowCurve, weightsFrom } from "./prepared-curve.ts";
import { type Held, noPowers, type Powers, type Projection, project } from "./separable-law.ts";

/** A law on a prepared curve. */
export interface Solution {
  exponent: number;
  /** at the smallest size, over errorScale */
  amplitude: number;
  /** over errorScale */
  floor: number;
  end: SearchEnd;
  /** the curve at the points, over errorScale, (points); in the room it was solved in, until something else is */
  values: Float64Array;
  /** curve evaluations it took */
  evaluations: number;
}

/**
 * When a solution is good enough: the exponent search's last step and the curve's change by new weights, relative. Where the weights
 * are fixed Newton's curvature is exact, and its error about the square of its last step.
 */
export interface Precision {
  step: number;
  exactStep: number;
  change: number;
}

/** An exponent to rounding; a curve to more digits than data have. */
export const FULL: Precision = { step: 1e-9, exactStep: 1e-6, change: 1e-11 };
/** Tells the minima apart. */
export const ROUGH: Precision = { step: 1e-3, exactStep: 1e-3, change: 1e-4 };

/**
 * Solves from one exponent. Weights that depend on the curve start from `firstValues` and are computed anew from each
 * solution until they stop changing. Where the law fits so badly that solutions and weights chase each other for ever,
 * the search is turned inside out: the weights settle at each exponent, and the exponent follows the slope found there,
 * which is the exact slope of the deviance.
 */
export function solveFrom(
  curve: PreparedCurve,
  held: Held,
  start: number,
  range: ExponentRange,
  firstValues: Float64Array,
  precision: Precision,
  room: SolveRoom,
): Solution {
  const state = startIn(room, curve, firstValues);
  const { weights, powers, projection } = state;
  const step = weightsFollowCurve(curve) ? precision.step : precision.exactStep;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const from = round === 0 ? start : projection.exponent;
    state.end = searchExponent(curve, from, held, range, step, projection, (exponent) => {
      state.evaluations++;
      project(curve, weights, exponent, held, powers, projection);
    });
    const change = moveValues(state);
    if (!weightsFollowCurve(curve)) return solution(state);
    weightsFrom(curve, state.values, weights);
    if (change <= precision.change) return solution(state);
  }
  let last = { exponent: Number.NaN, slope: Number.NaN };
  state.end = searchExponent(curve, start, held, range, precision.step, projection, (exponent) => {
    settleWeights(state, curve, held, exponent);
    const secant = (projection.slope - last.slope) / (exponent - last.exponent); // the weights' own change is in it
    if (Number.isFinite(secant)) projection.curvature = secant;
    last = { exponent, slope: projection.slope };
  });
  if (!state.settled) state.end = "unsettled";
  return solution(state);
}

/** Solves for amplitude and floor alone, with the exponent held. */
export function solveAtExponent(
  curve: PreparedCurve,
  held: Held,
  exponent: number,
  firstValues: Float64Array,
  room: SolveRoom,
): Solution {
  const state = startIn(room, curve, firstValues);
  settleWeights(state, curve, held, exponent);
  state.end = state.settled ? "minimum" : "unsettled";
  return solution(state);
}

/** Amplitude and floor at one exponent, with the weights that they imply; new weights are mixed in when they swing. */
function settleWeights(state: SolveState, curve: PreparedCurve, held: Held, exponent: number): void {
  const { weights, powers, values, projection } = state;
  const implied = new Float64Array(weights.length);
  let share = 1; // of the implied weights in the next ones, on the logarithm
  let lastChange = Infinity;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    state.evaluations++;
    project(curve, weights, exponent, held, powers, projection);
    const change = moveValues(state);
    state.settled = !weightsFollowCurve(curve);
    if (state.settled) return;
    weightsFrom(curve, values, implied);
    for (let i = 0; i < weights.length; i++) {
      weights[i] =
        share === 1 ? (implied[i] as number) : (weights[i] as number) ** (1 - share) * (implied[i] as number) ** share;
    }
    state.settled = change <= share * FULL.change;
    if (state.settled) return;
    if (change > SWINGING * lastChange) share = Math.max(share / 2, LEAST_SHARE);
    lastChange = change;
  }
}

const MOST_ROUNDS = 50;
const SWINGING = 0.7; // of the last change: with a slower decrease than this, half a step goes further
const LEAST_SHARE = 1 / 8;

/** Room for the solutions of one curve: a bootstrap has thousands, and memory would cost more than arithmetic. */
export interface SolveRoom {
  weights: Float64Array;
  powers: Powers;
  values: Float64Array;
  projection: Projection;
}

export function solveRoom(points: number): SolveRoom {
  return {
    weights: new Float64Array(points),
    powers: noPowers(points),
    values: new Float64Array(points),
    projection: { exponent: 0, amplitude: 0, floor: 0, amplitudeSlope: 0, slope: 0, curvature: 0 },
  };
}

interface SolveState extends SolveRoom {
  end: SearchEnd;
  /** did the weights stop changing at the last exponent */
  settled: boolean;
  evaluations: number;
}

function startIn(
  { weights, powers, values, projection }: SolveRoom,
  curve: PreparedCurve,
  first: Float64Array,
): SolveState {
  weightsFrom(curve, first, weights);
  values.fill(0); // no curve yet, so that the first one counts as a change
  return { weights, powers, values, projection, end: "unsettled", settled: false, evaluations: 0 };
}

/** Puts the values on the projection's curve; returns the largest relative change. */
function moveValues({ values, powers, projection }: SolveState): number {
  let change = 0;
  for (let i = 0; i < values.length; i++) {
    const value = projection.amplitude * (powers.values[i] as number) + projection.floor;
    change = Math.max(change, Math.abs(value - (values[i] as number)) / value);
    values[i] = value;
  }
  return change;
}

function solution({ projection, end, values, evaluations }: SolveState): Solution {
  const { exponent, amplitude, floor } = projection;
  return { exponent, amplitude, floor, end, values, evaluations };
}
