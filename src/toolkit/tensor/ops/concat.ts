/** @file Tensors one after another along an axis. */
import { wrong } from "../../core/argument-checks.ts";
import { type Spec, sameShape } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { axesFromFront } from "./reduce-sum.ts";
import { around, slice } from "./slice.ts";

export const concatOp: Op<{ axis: number }> = {
  name: "concat",
  infer: (inputs, { axis }) => {
    const [first] = inputs as readonly [Spec, ...Spec[]];
    const fits = inputs.every(
      ({ shape, dtype }) =>
        dtype === first.dtype &&
        shape.length === first.shape.length &&
        sameShape(shape.with(axis, 0), first.shape.with(axis, 0)),
    );
    if (!fits)
      throw new OpMismatch("concat", `tensors of one dtype whose shapes differ along axis ${axis} only`, inputs);
    const total = inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
    return { shape: first.shape.with(axis, total), dtype: first.dtype };
  },
  gradient: ({ inputs, attributes: { axis }, upstream }) => {
    let start = 0;
    return inputs.map(({ shape, dtype }) => {
      const end = start + (shape[axis] as number);
      const part = dtype === "float32" ? slice(upstream, axis, start, end) : undefined;
      start = end;
      return part;
    });
  },
  evaluate: (inputs, { axis }, output) => {
    const whole = output.shape[axis] as number;
    let start = 0;
    for (const { data, shape } of inputs as readonly HostArray[]) {
      const { outer, inner, length } = around(shape, axis);
      for (let block = 0; block < outer; block++) {
        const from = block * length * inner;
        output.data.set(data.subarray(from, from + length * inner), (block * whole + start) * inner);
      }
      start += length;
    }
  },
};

/** The tensors joined along an axis. @throws OpMismatch when they differ elsewhere; TypeError without tensors */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (first === undefined) throw wrong("concat", "at least one tensor", tensors);
  const [front = 0] = axesFromFront("concat", first, [axis]);
  return tensors.length === 1 ? first : apply(concatOp, tensors, { axis: front });
}
