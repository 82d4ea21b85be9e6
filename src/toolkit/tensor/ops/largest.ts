/** @file The largest element of each last-axis row, and its place. */
import type { Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { oneHot } from "./one-hot.ts";

export const reduceMaxOp: Op = {
  name: "reduceMax",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32" || shape.length === 0)
      throw new OpMismatch("reduceMax", "a float32 tensor of >= 1 axis", inputs);
    return { shape: shape.with(-1, 1), dtype };
  },
  // the first of equal elements takes the gradient, as in argmax
  gradient: ({ inputs, upstream }) => {
    const x = inputs[0] as Tensor;
    return [mul(oneHot(argmax(x), x.shape.at(-1) as number), upstream)];
  },
  evaluate: (inputs, _attributes, output) =>
    eachLargest(inputs, (at, _place, value) => {
      output.data[at] = value;
    }),
};

export const argmaxOp: Op = {
  name: "argmax",
  infer: (inputs) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32" || shape.length === 0)
      throw new OpMismatch("argmax", "a float32 tensor of >= 1 axis", inputs);
    return { shape: shape.slice(0, -1), dtype: "int32" };
  },
  gradient: () => [undefined],
  evaluate: (inputs, _attributes, output) =>
    eachLargest(inputs, (at, place) => {
      output.data[at] = place;
    }),
};

/** The largest element along the last axis, which stays with length 1. @throws OpMismatch unless float32 with an axis */
export function reduceMax(x: Tensor): Tensor {
  return apply(reduceMaxOp, [x], {});
}

/** The place of the largest element along the last axis (of equal ones the first), int32. @throws OpMismatch as reduceMax */
export function argmax(x: Tensor): Tensor {
  return apply(argmaxOp, [x], {});
}

function eachLargest(inputs: readonly HostArray[], take: (row: number, place: number, value: number) => void): void {
  const { data, shape } = inputs[0] as HostArray;
  const width = shape.at(-1) as number;
  for (let row = 0; row < data.length / width; row++) {
    let place = 0;
    for (let at = 1; at < width; at++) {
      if ((data[row * width + at] as number) > (data[row * width + place] as number)) place = at;
    }
    take(row, place, data[row * width + place] as number);
  }
}
