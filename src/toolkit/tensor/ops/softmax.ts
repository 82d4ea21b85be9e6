/** @file softmax and logSoftmax over the last axis, each shifted by its row's largest element. */
import { apply, type HostArray, type Op, type Tensor } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { inferUnary } from "./elementwise.ts";
import { exp } from "./exponentials.ts";
import { reduceSum } from "./reduce-sum.ts";

export const softmaxOp: Op = {
  name: "softmax",
  infer: (inputs) => inferUnary("softmax", inputs),
  // p = softmax(x): dx = p (dp - sum(p dp))
  gradient: ({ output, upstream }) => [mul(output, sub(upstream, reduceSum(mul(output, upstream), [-1])))],
  evaluate: (inputs, _attributes, output) =>
    eachRow(inputs, output, (row, into) => {
      const { largest, total } = sumOfExponentials(row);
      for (let at = 0; at < row.length; at++) into[at] = Math.exp((row[at] as number) - largest) / total;
    }),
};

export const logSoftmaxOp: Op = {
  name: "logSoftmax",
  infer: (inputs) => inferUnary("logSoftmax", inputs),
  // l = logSoftmax(x): dx = dl - softmax(x) sum(dl)
  gradient: ({ output, upstream }) => [sub(upstream, mul(exp(output), reduceSum(upstream, [-1])))],
  evaluate: (inputs, _attributes, output) =>
    eachRow(inputs, output, (row, into) => {
      const { largest, total } = sumOfExponentials(row);
      for (let at = 0; at < row.length; at++) into[at] = (row[at] as number) - largest - Math.log(total);
    }),
};

/** e^x over its sum along the last axis: rows that add up to 1. */
export function softmax(x: Tensor): Tensor {
  return apply(softmaxOp, [x], {});
}

/** log(softmax(x)), without overflow: natural log-probabilities. */
export function logSoftmax(x: Tensor): Tensor {
  return apply(logSoftmaxOp, [x], {});
}

/** The total is that of e^(x - largest). The two stay apart: beside a large number, as that of a mask, a logarithm is lost. */
function sumOfExponentials(row: Float64Array | Int32Array): { largest: number; total: number } {
  let largest = -Infinity;
  for (const x of row) largest = Math.max(largest, x);
  let total = 0;
  for (const x of row) total += Math.exp(x - largest);
  return { largest, total };
}

/** Calls `fill` with each last-axis row of the input and the same row of the output. */
export function eachRow(
  inputs: readonly HostArray[],
  output: HostArray,
  fill: (row: Float64Array | Int32Array, into: Float64Array | Int32Array, index: number) => void,
): void {
  const { data, shape } = inputs[0] as HostArray;
  const width = shape.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += width) {
    const into = output.shape.length === shape.length ? output.data.subarray(start, start + width) : output.data;
    fill(data.subarray(start, start + width), into, start / width);
  }
}
