/** @file A range along one axis, and its inverse, zeros around a range: each is the other's gradient. */
import type { Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { axesFromFront } from "./reduce-sum.ts";

export const sliceOp: Op<{ axis: number; start: number; end: number }> = {
  name: "slice",
  infer: (inputs, { axis, start, end }) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    const length = shape[axis] as number;
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length)) {
      throw new OpMismatch("slice", `a range within axis ${axis}, not [${start}, ${end})`, inputs);
    }
    return { shape: shape.with(axis, end - start), dtype };
  },
  gradient: ({ inputs, attributes: { axis, start, end }, upstream }) => {
    const length = (inputs[0] as Tensor).shape[axis] as number;
    return [pad(upstream, axis, start, length - end)];
  },
  evaluate: (inputs, { axis, start }, output) => {
    const { data, shape } = inputs[0] as HostArray;
    const { inner, outer, length } = around(output.shape, axis);
    const whole = shape[axis] as number;
    for (let block = 0; block < outer; block++) {
      const from = (block * whole + start) * inner;
      output.data.set(data.subarray(from, from + length * inner), block * length * inner);
    }
  },
};

/**
 * The elements [start, end) along an axis.
 *
 * @param axis counted from the front, or from the end when negative
 * @param start counted from the end when negative
 * @param end likewise; by default the axis' length
 * @throws OpMismatch for an axis or a range that is not there
 */
export function slice(tensor: Tensor, axis: number, start: number, end?: number): Tensor {
  const [front = 0] = axesFromFront("slice", tensor, [axis]);
  const length = tensor.shape[front] as number;
  const first = start < 0 ? length + start : start;
  const last = end === undefined ? length : end < 0 ? length + end : end;
  const part = apply(sliceOp, [tensor], { axis: front, start: first, end: last });
  return last - first === length ? tensor : part;
}

export const padOp: Op<{ axis: number; before: number; after: number }> = {
  name: "pad",
  infer: (inputs, { axis, before, after }) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype !== "float32") throw new OpMismatch("pad", "a float32 tensor", inputs);
    if (!(Number.isInteger(before) && Number.isInteger(after) && before >= 0 && after >= 0)) {
      throw new OpMismatch("pad", `counts >= 0 of zeros, not ${before} and ${after}`, inputs);
    }
    return { shape: shape.with(axis, (shape[axis] as number) + before + after), dtype };
  },
  gradient: ({ inputs, attributes: { axis, before }, upstream }) => {
    return [slice(upstream, axis, before, before + ((inputs[0] as Tensor).shape[axis] as number))];
  },
  evaluate: (inputs, { axis, before }, output) => {
    const { data, shape } = inputs[0] as HostArray;
    const { inner, outer, length } = around(shape, axis);
    const whole = output.shape[axis] as number;
    output.data.fill(0);
    for (let block = 0; block < outer; block++) {
      const from = block * length * inner;
      output.data.set(data.subarray(from, from + length * inner), (block * whole + before) * inner);
    }
  },
};

/** Zeros before and after along an axis; float32 only. @throws OpMismatch for an axis that is not there */
export function pad(tensor: Tensor, axis: number, before: number, after: number): Tensor {
  const [front = 0] = axesFromFront("pad", tensor, [axis]);
  return before === 0 && after === 0 ? tensor : apply(padOp, [tensor], { axis: front, before, after });
}

/** How many elements lie before, along and after an axis in row-major order. */
export function around(shape: readonly number[], axis: number): { outer: number; length: number; inner: number } {
  const product = (lengths: readonly number[]): number => lengths.reduce((size, length) => size * length, 1);
  return { outer: product(shape.slice(0, axis)), length: shape[axis] as number, inner: product(shape.slice(axis + 1)) };
}
