/** @file The covariance of a fitted law's parameters from the triangle of its Jacobian, or which of them the data leave open. */
import { freePlaces, freeSlopes, withoutFixed } from "../../laws/coordinates.ts";
import type { LawTask, NoisyMeasurements } from "../task.ts";
import { triangularise } from "./householder.ts";
import { residualsAt } from "./law-problem.ts";
import { emptyModel, linearise } from "./linear-model.ts";
import { forceOf, type Loss, sideWeight } from "./loss.ts";

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
  /** share of each measurement in its own fitted value, in [0, 1], (measurements) */
  leverages: number[];
}

/**
 * Of the coordinates of a law at its minimum, a parameter at a bound being treated as free: the data, not the bound, say how
 * well the others are known. Rows and columns of fixed parameters are 0, those of tied ones follow.
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
  const own = { inputs: measured.inputs, outcomes: measured.outcomes, deviations, seeds: measured.seeds };
  const parameters = free.length === coordinates.length ? coordinates : new Float64Array(free.length);
  for (let k = 0; k < free.length; k++) parameters[k] = coordinates[free[k] as number] as number;
  residualsAt(withoutFixed(law), own, space, parameters, new Float64Array(free.length), residuals, jacobian);
  const idle = idlePlaces(jacobian, residuals, measured.outcomes, deviations, coordinates, free, moved);
  if (idle.length > 0) return { flat: idle, each: true };
  const found = lawCovariance(jacobian, residuals, free.length, loss, measured);
  if ("flat" in found) return { ...found, flat: found.flat.map((k) => free[k] as number) };
  if (free.length === coordinates.length) return found;
  const slopes = freeSlopes(law, coordinates);
  const matrix = slopes.map((one) => slopes.map((other) => bilinear(one, found.matrix, other)));
  return { ...found, matrix };
}

function bilinear(left: readonly number[], matrix: readonly (readonly number[])[], right: readonly number[]): number {
  let sum = 0;
  for (const [j, row] of matrix.entries()) {
    for (const [k, entry] of row.entries()) sum += (left[j] as number) * entry * (right[k] as number);
  }
  return sum;
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
 * dispersion (J^T J)^-1, from the triangle R of J with columns of length 1. With Huber's loss and psi its derivative,
 * K^2 mean(psi^2) n / (n - p) / mean(psi')^2 stands for the dispersion, where K = 1 + p var(psi') / (n mean(psi')^2) corrects for
 * few points. It takes the residuals to be alike; where they are not, a bootstrap of cases says more.
 *
 * @param jacobian of the residuals, (rows, parameters), column after column
 * @param residuals (rows), more than parameters unless the noise is known; are overwritten
 * @source Huber 1981, Robust Statistics, eq. 7.6.5 (Huber's loss)
 */
function lawCovariance(
  jacobian: Float64Array,
  residuals: Float64Array,
  parameters: number,
  loss: Loss,
  { noiseIsKnown, noiseFreedom }: Pick<NoisyMeasurements, "noiseIsKnown" | "noiseFreedom">,
): LawCovariance | FlatDirection {
  const rows = residuals.length;
  const scale = columnLengths(jacobian, rows, parameters);
  const dispersion =
    noiseIsKnown && loss.kind === "squared" ? 1 : dispersionOf(residuals, parameters, loss, noiseFreedom);
  if (rows < parameters) return flatDirection(jacobian, residuals, scale) as FlatDirection; // some direction moves no row
  const inverse = inverseTriangle(jacobian, residuals, scale);
  // The columns of R have length 1: its largest singular value is at most the root of their number, its smallest at least 1 / norm.
  if (!(SINGULAR * Math.sqrt(parameters) * norm(inverse) < 1)) {
    const flat = flatDirection(jacobian, residuals, scale);
    if (flat !== undefined) return flat;
  }
  const matrix: number[][] = [];
  for (let j = 0; j < parameters; j++) {
    const row: number[] = [];
    for (let k = 0; k < parameters; k++) {
      let sum = 0;
      for (let part = Math.max(j, k); part < parameters; part++) {
        sum += (inverse[part * parameters + j] as number) * (inverse[part * parameters + k] as number);
      }
      row.push((dispersion * sum) / (scale[j] as number) / (scale[k] as number));
    }
    matrix.push(row);
  }
  return { matrix, dispersion, leverages: leveragesOf(jacobian, scale, inverse, rows) };
}

/** (parameters) */
function columnLengths(jacobian: Float64Array, rows: number, parameters: number): Float64Array {
  const lengths = new Float64Array(parameters);
  for (let k = 0; k < parameters; k++) {
    let square = 0;
    for (let at = k * rows; at < (k + 1) * rows; at++) square += (jacobian[at] as number) ** 2;
    lengths[k] = Math.sqrt(square);
  }
  return lengths;
}

/**
 * The inverse of R of the Jacobian with columns of length 1, (parameters, parameters), column after column: back substitution, a
 * column of the identity at a time. Not finite where R has a 0 on its diagonal.
 *
 * @param residuals (rows), are overwritten
 */
function inverseTriangle(jacobian: Float64Array, residuals: Float64Array, scale: Float64Array): Float64Array {
  const size = scale.length;
  const rows = residuals.length;
  const triangle = new Float64Array(rows * size);
  for (let k = 0; k < size; k++) {
    const length = scale[k] as number;
    for (let at = k * rows; at < (k + 1) * rows; at++) triangle[at] = (jacobian[at] as number) / length;
  }
  triangularise(triangle, residuals, rows, size);
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row >= 0; row--) {
      let value = row === column ? 1 : 0;
      for (let k = row + 1; k <= column; k++) {
        value -= (triangle[k * rows + row] as number) * (inverse[column * size + k] as number);
      }
      inverse[column * size + row] = value / (triangle[row * rows + row] as number);
    }
  }
  return inverse;
}

/** The root of the sum of squares. */
function norm(matrix: Float64Array): number {
  let square = 0;
  for (let at = 0; at < matrix.length; at++) square += (matrix[at] as number) ** 2;
  return Math.sqrt(square);
}

/** The squared rows of Q = J R^-1, J with columns of length 1. */
function leveragesOf(jacobian: Float64Array, scale: Float64Array, inverse: Float64Array, rows: number): number[] {
  const size = scale.length;
  const leverages: number[] = [];
  for (let row = 0; row < rows; row++) {
    let leverage = 0;
    for (let column = 0; column < size; column++) {
      let along = 0;
      for (let k = 0; k <= column; k++) {
        along += ((jacobian[k * rows + row] as number) / (scale[k] as number)) * (inverse[column * size + k] as number);
      }
      leverage += along ** 2;
    }
    leverages.push(leverage);
  }
  return leverages;
}

/** The weakest singular vector of the Jacobian with columns of length 1, where it is rounding next to the strongest. */
function flatDirection(
  jacobian: Float64Array,
  residuals: Float64Array,
  scale: Float64Array,
): FlatDirection | undefined {
  const parameters = scale.length;
  const model = emptyModel(residuals.length, parameters);
  model.size = parameters;
  for (let k = 0; k < parameters; k++) model.free[k] = k;
  linearise(model, jacobian, residuals, scale);
  const { values, right } = model;
  const weakest = values.indexOf(Math.min(...values));
  if ((values[weakest] as number) / Math.max(...values) > SINGULAR) return undefined;
  return { flat: strongest(right, weakest, parameters), each: false };
}

const SINGULAR = 1e-13; // rounding of the Jacobian; under it the direction is noise

/** The parameters with the largest share in a singular vector. */
function strongest(right: Float64Array, part: number, size: number): number[] {
  const share = (k: number) => Math.abs(right[part * size + k] as number);
  const indices = Array.from({ length: size }, (_, k) => k);
  return indices.filter((k) => share(k) > 0.1).sort((one, other) => share(other) - share(one));
}

/** @param told degrees of freedom that say the dispersion is 1, before the residuals are seen */
function dispersionOf(residuals: Float64Array, parameters: number, loss: Loss, told: number): number {
  const count = residuals.length;
  if (loss.kind === "squared")
    return (residuals.reduce((sum, residual) => sum + residual ** 2, 0) + told) / (count - parameters + told);
  const sizes = residuals.map(Math.abs).sort();
  const needed = parameters + Math.ceil((count - parameters) * LEAST_SHARE);
  const least = sizes[Math.min(needed, count - 1)] as number;
  const width = loss.kind === "huber" ? Math.max(loss.delta, least) : least || Number.MIN_VALUE;
  let [curved, curvedSquares, squares] = [0, 0, 0]; // sums of psi', psi'^2 and psi^2
  for (const residual of residuals) {
    const curvature =
      loss.kind === "huber" ? huberCurvature(residual, width, loss) : ownCurvature(residual, width, loss);
    curved += curvature;
    curvedSquares += curvature ** 2;
    squares += forceOf(residual, loss) ** 2;
  }
  const mean = curved / count;
  const spread = curvedSquares / count - mean ** 2;
  const correction = 1 + ((parameters / count) * spread) / mean ** 2; // var(psi') / mean(psi')^2
  return (correction ** 2 * squares) / (count - parameters) / mean ** 2;
}

type Rounded = Exclude<Loss, { kind: "squared" }>;

/** psi' of Huber's loss by its side, 1 up to delta and 0 beyond, over a width that holds residuals enough. */
function huberCurvature(residual: number, width: number, loss: Extract<Rounded, { kind: "huber" }>): number {
  return Math.abs(residual) <= width ? (sideWeight(residual, loss) * loss.delta) / width : 0;
}

/** psi' of a loss of one's own, over a width on both sides: it may have kinks. */
function ownCurvature(residual: number, width: number, loss: Rounded): number {
  return (forceOf(residual + width, loss) - forceOf(residual - width, loss)) / (2 * width);
}

const LEAST_SHARE = 0.25; // of the residuals that the parameters do not make 0, by which their density at 0 is told when delta holds fewer
