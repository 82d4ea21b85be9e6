/** @file Learning curves without noise: gradient flow dw/dt = -dL/dw of an expected loss, solved by Dormand and Prince's method. */
import { requirePositive, wrong } from "../core/argument-checks.ts";
import { lossAndGradient, type Objective } from "./objective.ts";
import { policyAt, type SoftmaxFamily } from "./softmax-family.ts";
import type { Policy } from "./step-graph.ts";

/** A point of a learning curve. */
export interface FlowPoint {
  /** training time: updates times learning rate, in the limit of small steps */
  readonly time: number;
  readonly loss: number;
  readonly policy: Policy;
  readonly weights: Float64Array;
}

/** Where a flow starts, when it is looked at, how exactly it is solved. */
export interface FlowOptions {
  /** rising times >= 0 at which the flow is recorded */
  times: readonly number[];
  /** weights at time 0; default 0, the family's base policy */
  from?: ArrayLike<number>;
  /** error allowed in each weight at each step, > 0 */
  tolerance?: number;
}

/**
 * Trains a softmax policy by gradient flow: what gradient descent does when its steps are small and its batches infinite.
 *
 * @param family softmax policies over a graph
 * @param objective what is trained on
 * @param options times, first weights, tolerance (default 1e-8)
 * @returns a point for each time
 * @throws RangeError or TypeError when the times do not rise, or the tolerance is not positive
 * @source Dormand & Prince 1980, J. Comput. Appl. Math. 6, 19-26: RK5(4)7M; step control as in Hairer, Nørsett & Wanner 1993, II.4
 */
export function gradientFlow(family: SoftmaxFamily, objective: Objective, options: FlowOptions): FlowPoint[] {
  const { times, from = new Float64Array(family.features.length), tolerance = 1e-8 } = options;
  requirePositive("gradientFlow", "tolerance", tolerance);
  if (times.some((time, index) => !(time >= (times[index - 1] ?? 0) && time < Infinity))) {
    throw wrong("gradientFlow", "rising times >= 0", [...times]);
  }
  const slopeAt = (weights: Float64Array): Float64Array =>
    lossAndGradient(family, objective, weights).gradient.map((part) => -part);
  let weights: Float64Array = Float64Array.from(from);
  policyAt(family, weights); // refuses a wrong count of weights before the first step
  let time = 0;
  let width = 1e-3; // of the first try; the control finds its own
  let slope = slopeAt(weights);
  return times.map((end) => {
    while (time < end) {
      const step = Math.min(width, end - time);
      const tried = dormandPrince(weights, slope, step, slopeAt);
      const error = tried.error / tolerance;
      if (error <= 1) {
        time = step === end - time ? end : time + step;
        ({ weights, slope } = tried);
      }
      const factor = Math.min(5, Math.max(0.2, 0.9 * error ** -0.2));
      if (error > 1 || step === width) width = step * factor; // a step cut short by a recorded time says nothing of the width
    }
    return {
      time: end,
      loss: lossAndGradient(family, objective, weights).loss,
      policy: policyAt(family, weights).policy,
      weights,
    };
  });
}

/** Row i: the parts of the first i slopes in the place of slope i + 1. The last row is the step itself. */
const TABLEAU = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
] as const;

/** Fifth-order weights less fourth-order weights. */
const ERROR = [71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40] as const;

function dormandPrince(
  weights: Float64Array,
  first: Float64Array,
  step: number,
  slopeAt: (weights: Float64Array) => Float64Array,
): { weights: Float64Array; slope: Float64Array; error: number } {
  const slopes = [first];
  let place = weights;
  for (const row of TABLEAU) {
    place = weights.map((weight, index) => weight + step * combined(row, slopes, index));
    slopes.push(slopeAt(place));
  }
  let error = 0;
  for (let index = 0; index < weights.length; index++) {
    error = Math.max(error, Math.abs(step * combined(ERROR, slopes, index)) / (1 + Math.abs(weights[index] ?? 0)));
  }
  return { weights: place, slope: slopes[6] as Float64Array, error: Math.max(error, 1e-300) };
}

function combined(parts: readonly number[], slopes: readonly Float64Array[], index: number): number {
  let sum = 0;
  for (const [stage, part] of parts.entries()) sum += part * (slopes[stage]?.[index] ?? 0);
  return sum;
}
