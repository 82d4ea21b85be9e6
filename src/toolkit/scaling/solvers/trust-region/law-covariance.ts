/** @file The covariance of a fitted law's parameters from the singular values of its Jacobian, or which of them the data leave open. */
import { freePlaces, withoutFixed } from "../../laws/coordinates.ts";
import type { LawTask } from "../task.ts";
import { lawProblem } from "./law-problem.ts";
import { emptyModel, linearise } from "./linear-model.ts";
import type { Loss } from "./loss.ts";

/** The places of parameters that move the law not at all, or only together without moving it, strongest first. */
export interface FlatDirection {
  flat: number[];
  each: boolean;
}

export interface LawCovariance {
  /** of the coordinates, (parameters, parameters) */
  matrix: number[][];
  /** variance of a residual over what its deviation says; 1 when the noise is known */
  dispersion: number;
  /** smallest over largest singular value of the Jacobian with columns of length 1, in (0, 1] */
  reciprocalCondition: number;
  /** share of each measurement in its own fitted value, in [0, 1], (measurements) */
  leverages: number[];
}

/**
 * Of the coordinates of a law at its minimum, a parameter at a bound being treated as free: the data, not the bound, say how
 * well the others are known. Rows and columns of fixed parameters are 0.
 *
 * @param coordinates all of them
 * @param deviations at the minimum, (measurements)
 * @param moved which of them left their start; one that stayed must matter by more than rounding
 */
export function covarianceAt(
  { law, space, loss, measured }: LawTask,
  coordinates: Float64Array,
  deviations: Float64Array,
  moved?: readonly boolean[],
): LawCovariance | FlatDirection {
  const free = freePlaces(law);
  const rows = deviations.length;
  const residuals = new Float64Array(rows);
  const jacobian = new Float64Array(rows * free.length);
  const problem = lawProblem(withoutFixed(law), { ...measured, deviations }, space, { kind: "squared" });
  problem.evaluate(
    Float64Array.from(free, (place) => coordinates[place] as number),
    residuals,
    jacobian,
  );
  const idle = idlePlaces(jacobian, residuals, measured.outcomes, deviations, coordinates, free, moved);
  if (idle.length > 0) return { flat: idle, each: true };
  const found = lawCovariance(jacobian, residuals, free.length, loss, measured.noiseIsKnown);
  if ("flat" in found) return { ...found, flat: found.flat.map((k) => free[k] as number) };
  if (free.length === coordinates.length) return found;
  const matrix = Array.from(coordinates, () => Array.from(coordinates, () => 0));
  for (const [j, row] of found.matrix.entries()) {
    for (const [k, entry] of row.entries()) (matrix[free[j] as number] as number[])[free[k] as number] = entry;
  }
  return { ...found, matrix };
}

/**
 * The parameters on which nothing depends: to move one by its own size, or by 1, changes the law by rounding at most. One that
 * did not leave its start may be idle there alone, as the rate of an exponential that is over before the first measurement: its
 * own size decides, and a change that is lost beside the residuals is none.
 */
function idlePlaces(
  jacobian: Float64Array,
  residuals: Float64Array,
  outcomes: Float64Array,
  deviations: Float64Array,
  coordinates: Float64Array,
  free: readonly number[],
  moved: readonly boolean[] | undefined,
): number[] {
  const rows = residuals.length;
  let whole = 0;
  let left = 0;
  for (let i = 0; i < rows; i++) {
    const residual = residuals[i] as number;
    whole += (Math.abs((outcomes[i] as number) / (deviations[i] as number)) + Math.abs(residual)) ** 2;
    left += residual * residual;
  }
  const rounding = Number.EPSILON * Math.sqrt(whole);
  const lost = Math.max(rounding, LOST * Math.sqrt(left));
  const idle: number[] = [];
  for (let k = 0; k < free.length; k++) {
    const place = free[k] as number;
    let effect = 0;
    for (let i = k * rows; i < (k + 1) * rows; i++) effect += (jacobian[i] as number) ** 2;
    effect = Math.sqrt(effect);
    const size = Math.abs(coordinates[place] as number);
    const matters = moved?.[place] === false ? effect * (size || 1) > lost : effect * Math.max(size, 1) > rounding;
    if (!(matters && effect < Infinity)) idle.push(place);
  }
  return idle;
}

const LOST = 1e-6; // of the residuals' length

/**
 * dispersion (J^T J)^-1. With Huber's loss and psi its derivative, K^2 mean(psi^2) n / (n - p) / mean(psi')^2 stands for the
 * dispersion, where K = 1 + p var(psi') / (n mean(psi')^2) corrects for few points. It takes the residuals to be alike; where
 * they are not, a bootstrap of cases says more.
 *
 * @param jacobian of the residuals, (rows, parameters), column after column
 * @param residuals (rows), more than parameters unless the noise is known
 * @source Huber 1981, Robust Statistics, eq. 7.6.5 (Huber's loss)
 */
function lawCovariance(
  jacobian: Float64Array,
  residuals: Float64Array,
  parameters: number,
  loss: Loss,
  noiseIsKnown: boolean,
): LawCovariance | FlatDirection {
  const rows = residuals.length;
  const scale = new Float64Array(parameters);
  for (let k = 0; k < parameters; k++) {
    scale[k] = Math.sqrt(jacobian.subarray(k * rows, (k + 1) * rows).reduce((sum, entry) => sum + entry * entry, 0));
  }
  const model = emptyModel(rows, parameters);
  model.size = parameters;
  for (let k = 0; k < parameters; k++) model.free[k] = k;
  linearise(model, jacobian, residuals, scale);
  const { values, right } = model;
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const weakest = values.indexOf(values.reduce((least, value) => Math.min(least, value), Infinity));
  const reciprocalCondition = (values[weakest] as number) / largest;
  if (!(reciprocalCondition > SINGULAR)) return { flat: strongest(right, weakest, parameters), each: false };
  const dispersion = noiseIsKnown && loss.kind === "squared" ? 1 : dispersionOf(residuals, parameters, loss);
  const entry = (j: number, k: number): number => {
    let sum = 0;
    for (let part = 0; part < parameters; part++) {
      const along = (right[part * parameters + j] as number) * (right[part * parameters + k] as number);
      sum += along / (values[part] as number) ** 2;
    }
    return (dispersion * sum) / (scale[j] as number) / (scale[k] as number);
  };
  const indices = Array.from({ length: parameters }, (_, k) => k);
  const matrix = indices.map((j) => indices.map((k) => entry(j, k)));
  return { matrix, dispersion, reciprocalCondition, leverages: leveragesOf(jacobian, scale, values, right, rows) };
}

/** The squared rows of the Jacobian's left singular vectors. */
function leveragesOf(
  jacobian: Float64Array,
  scale: Float64Array,
  values: Float64Array,
  right: Float64Array,
  rows: number,
): number[] {
  const size = scale.length;
  return Array.from({ length: rows }, (_, row) => {
    let leverage = 0;
    for (let part = 0; part < size; part++) {
      let along = 0;
      for (let k = 0; k < size; k++) {
        along += ((jacobian[k * rows + row] as number) / (scale[k] as number)) * (right[part * size + k] as number);
      }
      leverage += (along / (values[part] as number)) ** 2;
    }
    return leverage;
  });
}

const SINGULAR = 1e-13; // rounding of the Jacobian; under it the direction is noise

/** The parameters with the largest share in a singular vector. */
function strongest(right: Float64Array, part: number, size: number): number[] {
  const share = (k: number) => Math.abs(right[part * size + k] as number);
  const indices = Array.from({ length: size }, (_, k) => k);
  return indices.filter((k) => share(k) > 0.1).sort((one, other) => share(other) - share(one));
}

function dispersionOf(residuals: Float64Array, parameters: number, loss: Loss): number {
  const count = residuals.length;
  if (loss.kind === "squared")
    return residuals.reduce((sum, residual) => sum + residual ** 2, 0) / (count - parameters);
  const { delta } = loss;
  const sizes = residuals.map(Math.abs).sort();
  const width = Math.max(delta, sizes[Math.ceil(count * LEAST_SHARE)] as number);
  const density = (sizes.findLastIndex((size) => size <= width) + 1) / count / width;
  const inside = delta * density; // mean(psi'), psi' being 1 up to delta and 0 beyond
  const squares = sizes.reduce((sum, size) => sum + Math.min(size, delta) ** 2, 0);
  const correction = 1 + (parameters / count) * ((1 - inside) / inside); // var(psi') / mean(psi')^2
  return (correction ** 2 * squares) / (count - parameters) / inside ** 2;
}

const LEAST_SHARE = 0.25; // of the residuals, by which their density at 0 is told when delta holds fewer
