/** @file The optimum of an expected loss by damped Newton steps; a loss without a finite optimum is a value that says so. */
import { lossAndGradient, type Objective } from "./objective.ts";
import { policyAt, type SoftmaxFamily } from "./softmax-family.ts";
import type { Policy } from "./step-graph.ts";

/** An optimum, or why there is none. */
export type Optimum =
  | { ok: true; policy: Policy; weights: Float64Array; loss: number; newtonSteps: number }
  | { ok: false; reason: string; weights: Float64Array; loss: number };

/** A Newton step this small in every weight leaves an error of its own times the damping: far below 1e-9. */
const SMALLEST_STEP = 1e-8;
const MOST_STEPS = 200;
const LARGEST_WEIGHT = 25; // e^-25 is 1e-11: a weight that large is on its way to infinity
const DIFFERENCE = 1e-5; // of the central differences that make the Hessian from gradients
const DAMPING = 1e-6; // of the largest curvature: weights that move nothing, as a constant added to a state's logits, stay

/**
 * Minimises an expected loss over the weights of a family.
 *
 * @param family softmax policies over a graph, of at most some hundred weights
 * @param objective what is trained on
 * @param from weights to start from; default 0, the family's base policy
 * @returns the optimum (a local one where the loss is not convex), or {ok: false, reason} where the weights grow for ever
 */
export function findOptimum(
  family: SoftmaxFamily,
  objective: Objective,
  from: ArrayLike<number> = new Float64Array(family.features.length),
): Optimum {
  let weights: Float64Array = Float64Array.from(from);
  let { loss, gradient } = lossAndGradient(family, objective, weights);
  let damping = DAMPING;
  for (let newtonSteps = 1; newtonSteps <= MOST_STEPS; newtonSteps++) {
    const step = newtonStep(hessian(family, objective, weights), gradient, damping);
    const next = step === null ? null : weights.map((weight, index) => weight - (step[index] ?? 0));
    const tried = next === null ? null : lossAndGradient(family, objective, next);
    if (step !== null && next !== null && tried !== null && damping < 2 * DAMPING && norm(step) < SMALLEST_STEP) {
      return { ok: true, policy: policyAt(family, next).policy, weights: next, loss: tried.loss, newtonSteps };
    }
    if (next !== null && tried !== null && (tried.loss < loss || norm(tried.gradient) < norm(gradient))) {
      weights = next;
      ({ loss, gradient } = tried);
      damping = Math.max(DAMPING, damping / 10);
      if (norm(weights) > LARGEST_WEIGHT) break;
    } else {
      damping *= 10;
    }
  }
  return { ok: false, reason: failureReason(objective.name, norm(weights), loss), weights, loss };
}

function failureReason(name: string, largest: number, loss: number): string {
  const where = `a weight stands at ${largest.toFixed(1)}, the loss at ${loss.toPrecision(3)}`;
  return largest > LARGEST_WEIGHT
    ? `no finite optimum of "${name}": ${where} and still falling; stop training early, or draw the labels with noise`
    : `the optimum of "${name}" was not reached in ${MOST_STEPS} steps: ${where}; start elsewhere, or use gradientFlow`;
}

/** Central differences of the exact gradient, made symmetric. */
function hessian(family: SoftmaxFamily, objective: Objective, weights: Float64Array): Float64Array[] {
  const rows = Array.from(weights, (weight, index) => {
    const [above, below] = [weight + DIFFERENCE, weight - DIFFERENCE].map((moved) => {
      const place = weights.slice();
      place[index] = moved;
      return lossAndGradient(family, objective, place).gradient;
    });
    return (above as Float64Array).map((part, column) => (part - (below?.[column] ?? 0)) / (2 * DIFFERENCE));
  });
  return rows.map((row, index) => row.map((part, column) => (part + (rows[column]?.[index] ?? 0)) / 2));
}

/** Solves (H + damping max|H_ii|) step = gradient by Cholesky's method; null where the damped Hessian is not positive. */
function newtonStep(matrix: readonly Float64Array[], gradient: Float64Array, damping: number): Float64Array | null {
  const size = gradient.length;
  const scale = Math.max(...matrix.map((row, index) => Math.abs(row[index] ?? 0)), 1e-300);
  const lower = matrix.map(() => new Float64Array(size));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = (matrix[row]?.[column] ?? 0) + (row === column ? damping * scale : 0);
      for (let k = 0; k < column; k++) sum -= (lower[row]?.[k] ?? 0) * (lower[column]?.[k] ?? 0);
      if (row === column && !(sum > 0)) return null;
      (lower[row] as Float64Array)[column] = row === column ? Math.sqrt(sum) : sum / (lower[column]?.[column] ?? 1);
    }
  }
  const step = gradient.slice();
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) step[row] = (step[row] ?? 0) - (lower[row]?.[k] ?? 0) * (step[k] ?? 0);
    step[row] = (step[row] ?? 0) / (lower[row]?.[row] ?? 1);
  }
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) step[row] = (step[row] ?? 0) - (lower[k]?.[row] ?? 0) * (step[k] ?? 0);
    step[row] = (step[row] ?? 0) / (lower[row]?.[row] ?? 1);
  }
  return step;
}

/** The largest absolute entry. */
function norm(vector: Float64Array): number {
  return vector.reduce((largest, part) => Math.max(largest, Math.abs(part)), 0);
}
