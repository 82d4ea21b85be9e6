/** @file The linear model of a least-squares problem around one point: its best step of at most a given length, and what that step promises. */
import { triangularise } from "./householder.ts";
import { rotateToOrthogonal } from "./jacobi-svd.ts";

/** residuals + J step, reduced by QR and then taken apart by singular values; only free parameters have a column. */
export interface LinearModel {
  /** how many parameters have a column; the lists below are filled as far */
  size: number;
  /** which parameters they are */
  free: Int32Array;
  /** the unit of each of them: steps are measured in these */
  units: Float64Array;
  /** R of J in those units, (size, size), column after column */
  triangle: Float64Array;
  /** R times the right singular vectors: columns at right angles, (size, size) */
  rotated: Float64Array;
  /** right singular vectors, (size, size), column after column */
  right: Float64Array;
  /** singular values, in no order */
  values: Float64Array;
  /** the gradient along each right singular vector */
  gradient: Float64Array;
  /** (rows, size) and (rows): J and the residuals, until QR turns them */
  matrix: Float64Array;
  turned: Float64Array;
}

/** Room for the models of one problem; a descent makes hundreds of them, and memory would cost more than arithmetic. */
export function emptyModel(residualCount: number, parameters: number): LinearModel {
  const rows = Math.max(residualCount, parameters); // rows of zeros change nothing, and give a wide problem its triangle
  const squared = parameters * parameters;
  return {
    size: 0,
    free: new Int32Array(parameters),
    units: new Float64Array(parameters),
    triangle: new Float64Array(squared),
    rotated: new Float64Array(squared),
    right: new Float64Array(squared),
    values: new Float64Array(parameters),
    gradient: new Float64Array(parameters),
    matrix: new Float64Array(rows * parameters),
    turned: new Float64Array(rows),
  };
}

/**
 * Fills the model. Which parameters are free, and how many, stands in it already.
 *
 * @param jacobian (rows, parameters), column after column
 * @param residuals (rows)
 * @param scale one over the unit of every parameter, (parameters)
 */
export function linearise(
  model: LinearModel,
  jacobian: Float64Array,
  residuals: Float64Array,
  scale: Float64Array,
): void {
  const { size, free, units, triangle, rotated, values, gradient, matrix, turned } = model;
  const count = residuals.length;
  const rows = turned.length;
  turned.fill(0);
  turned.set(residuals);
  for (let column = 0; column < size; column++) {
    const parameter = free[column] as number;
    const unit = 1 / (scale[parameter] as number);
    units[column] = unit;
    const from = parameter * count;
    const to = column * rows;
    for (let i = 0; i < count; i++) matrix[to + i] = (jacobian[from + i] as number) * unit;
    for (let i = count; i < rows; i++) matrix[to + i] = 0;
  }
  triangularise(matrix, turned, rows, size);
  for (let column = 0; column < size; column++) {
    for (let row = 0; row < size; row++) {
      const entry = row <= column ? (matrix[column * rows + row] as number) : 0;
      triangle[column * size + row] = entry;
      rotated[column * size + row] = entry;
    }
  }
  rotateToOrthogonal(rotated, model.right, size);
  for (let k = 0; k < size; k++) {
    let square = 0;
    let along = 0;
    for (let row = 0; row < size; row++) {
      const entry = rotated[k * size + row] as number;
      square += entry * entry;
      along += entry * (turned[row] as number);
    }
    values[k] = Math.sqrt(square);
    gradient[k] = along;
  }
}

/**
 * The step that minimises |residuals + J step|^2 among those whose length, in units, is at most `radius`: the full
 * Gauss-Newton step if it is short enough, else the one damped by Levenberg's and Marquardt's lambda to that length.
 * With singular values s and gradient g the damped step is -g / (s^2 + lambda) along each, so lambda costs no new QR.
 *
 * @param into receives the step in the parameters' own units, 0 for those that are not free, (parameters)
 * @source Moré 1978, "The Levenberg-Marquardt algorithm: implementation and theory", section 5 (the secular equation)
 */
export function stepWithin(model: LinearModel, radius: number, into: Float64Array): void {
  const { size, free, units, values, right, gradient } = model;
  let largest = 0;
  for (let k = 0; k < size; k++) largest = Math.max(largest, values[k] as number);
  const least = (largest * SINGULAR) ** 2; // a direction under it is rounding: no step is taken along it
  let lambda = 0;
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    let square = 0; // of the step's length, and its derivative by lambda over -2
    let slope = 0;
    for (let k = 0; k < size; k++) {
      const curvature = (values[k] as number) ** 2;
      if (curvature <= least) continue;
      const along = (gradient[k] as number) / (curvature + lambda);
      square += along * along;
      slope += (along * along) / (curvature + lambda);
    }
    const length = Math.sqrt(square);
    if (length <= radius * (1 + LENGTH_TOLERANCE)) break;
    lambda += (length / radius - 1) * (square / slope); // Newton on 1 / length, which is nearly linear in lambda
  }
  into.fill(0);
  for (let k = 0; k < size; k++) {
    const curvature = (values[k] as number) ** 2;
    if (curvature <= least) continue;
    const along = -(gradient[k] as number) / (curvature + lambda);
    for (let row = 0; row < size; row++) {
      const parameter = free[row] as number;
      into[parameter] =
        (into[parameter] as number) + along * (right[k * size + row] as number) * (units[row] as number);
    }
  }
}

const MOST_ITERATIONS = 30; // Newton comes from below and needs two or three
const LENGTH_TOLERANCE = 0.1; // the radius itself is a guess
const SINGULAR = 1e-15;

/** By how much the linear model says that half the sum of squares falls over the step; negative if it rises. */
export function promisedFall({ size, triangle, turned, free, units }: LinearModel, step: Float64Array): number {
  let fall = 0;
  for (let row = 0; row < size; row++) {
    let change = 0;
    for (let column = row; column < size; column++) {
      const move = (step[free[column] as number] as number) / (units[column] as number);
      change += (triangle[column * size + row] as number) * move;
    }
    fall -= change * (turned[row] as number) + (change * change) / 2;
  }
  return fall;
}
