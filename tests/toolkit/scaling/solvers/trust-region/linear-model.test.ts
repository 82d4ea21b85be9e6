/** @file The linear model's QR, singular values, steps and promises agree with what linear algebra demands of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../../src/toolkit/core/random-stream.ts";
import { triangularise } from "../../../../../src/toolkit/scaling/solvers/trust-region/householder.ts";
import { rotateToOrthogonal } from "../../../../../src/toolkit/scaling/solvers/trust-region/jacobi-svd.ts";
import {
  emptyModel,
  linearise,
  promisedFall,
  stepWithin,
} from "../../../../../src/toolkit/scaling/solvers/trust-region/linear-model.ts";

const ROUNDING = 1e-12;

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= ROUNDING * Math.max(1, Math.abs(expected)), `${actual}, not ${expected}`);
}

test("R^T R is A^T A, and the right-hand side turns with it", () => {
  const [rows, columns] = [7, 3];
  const stream = createStream(5);
  const matrix = Float64Array.from({ length: rows * columns }, () => stream.normal());
  const right = Float64Array.from({ length: rows }, () => stream.normal());
  const [triangle, turned] = [matrix.slice(), right.slice()];
  triangularise(triangle, turned, rows, columns);
  const product = (one: Float64Array, j: number, other: Float64Array, k: number, count: number): number => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += (one[j * rows + i] as number) * (other[k * rows + i] as number);
    return sum;
  };
  const upper = triangle.map((entry, at) => (at % rows <= Math.floor(at / rows) ? entry : 0));
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) close(product(upper, j, upper, k, columns), product(matrix, j, matrix, k, rows));
    close(product(upper, j, turned, 0, columns), product(matrix, j, right, 0, rows));
  }
});

test("the singular values of a matrix that is worked by hand, to the last digit of the small one", () => {
  const matrix = Float64Array.of(3, 4, 0, 5); // columns (3, 4) and (0, 5): singular values 3 sqrt 5 and sqrt 5
  const right = new Float64Array(4);
  rotateToOrthogonal(matrix, right, 2);
  const lengths = [0, 2].map((at) => Math.hypot(matrix[at] as number, matrix[at + 1] as number)).sort((a, b) => a - b);
  close(lengths[0] as number, Math.sqrt(5));
  close(lengths[1] as number, 3 * Math.sqrt(5));
  const tiny = Float64Array.of(1, 0, 0, 1e-200);
  rotateToOrthogonal(tiny, right, 2);
  assert.equal(tiny[3], 1e-200);
});

function lineModel() {
  const model = emptyModel(3, 2); // residuals -(1, 2, 4) of a line 0 + 0 x at x = 0, 1, 2
  model.size = 2;
  model.free.set([0, 1]);
  linearise(model, Float64Array.of(1, 1, 1, 0, 1, 2), Float64Array.of(-1, -2, -4), Float64Array.of(1, 1));
  return model;
}

test("with room, the step is that of the normal equations, and the promise is kept to rounding", () => {
  const model = lineModel();
  const step = new Float64Array(2);
  stepWithin(model, 100, step);
  close(step[0] as number, 5 / 6); // by hand: the line through (0, 1), (1, 2), (2, 4) is 5/6 + 3/2 x
  close(step[1] as number, 3 / 2);
  close(promisedFall(model, step), (1 + 4 + 16) / 2 - 1 / 12); // its residuals are (1, -2, 1) / 6
});

test("without room, the step has the length of the radius and still promises a fall", () => {
  const model = lineModel();
  const step = new Float64Array(2);
  for (const radius of [1, 0.1, 1e-6]) {
    stepWithin(model, radius, step);
    const length = Math.hypot(...step);
    assert.ok(length <= radius * 1.1 + 1e-15 && length > 0.8 * radius, `${length} for ${radius}`);
    assert.ok(promisedFall(model, step) > 0);
  }
});

test("a direction that the residuals do not depend on is left alone", () => {
  const model = emptyModel(2, 2);
  model.size = 2;
  model.free.set([0, 1]);
  linearise(model, Float64Array.of(1, 1, 1, 1), Float64Array.of(-2, -2), Float64Array.of(1, 1));
  const step = new Float64Array(2);
  stepWithin(model, 100, step);
  close(step[0] as number, 1); // the shortest of all steps whose sum is 2
  close(step[1] as number, 1);
});
