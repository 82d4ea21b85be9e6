/** @file One element of each last-axis row, chosen by index: the log-probability of the token that came; and its gradient, one-hot placing. */
import { type Spec, sameShape } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";

export const takeLastOp: Op = {
  name: "takeLast",
  infer: (inputs) => {
    const [values, ids] = inputs as readonly [Spec, Spec];
    if (ids.dtype !== "int32" || !sameShape(values.shape.slice(0, -1), ids.shape)) {
      throw new OpMismatch("takeLast", "values (...ids, V) and int32 ids", inputs);
    }
    return { shape: ids.shape, dtype: values.dtype };
  },
  gradient: ({ inputs, upstream }) => {
    const [values, ids] = inputs as readonly [Tensor, Tensor];
    return [placeLast(upstream, ids, values.shape.at(-1) as number), undefined];
  },
  evaluate: (inputs, _attributes, output) => {
    const [values, ids] = inputs as readonly [HostArray, HostArray];
    const width = values.shape.at(-1) as number;
    for (const [at, id] of ids.data.entries()) {
      requirePlace("takeLast", id, width);
      output.data[at] = values.data[at * width + id] as number;
    }
  },
};

/**
 * From each row of the last axis the element that an id names (takeAlongAxis at the last axis).
 *
 * @param values (...ids, V)
 * @param ids int32, each in [0, V)
 * @returns shaped like ids
 * @throws OpMismatch when the shapes before the last axis differ; RangeError at run time for an id out of range
 */
export function takeLast(values: Tensor, ids: Tensor): Tensor {
  return apply(takeLastOp, [values, ids], {});
}

export const placeLastOp: Op<{ width: number }> = {
  name: "placeLast",
  infer: (inputs, { width }) => {
    const [values, ids] = inputs as readonly [Spec, Spec];
    if (ids.dtype !== "int32" || !sameShape(values.shape, ids.shape)) {
      throw new OpMismatch("placeLast", "values and int32 ids of one shape", inputs);
    }
    return { shape: [...ids.shape, width], dtype: values.dtype };
  },
  gradient: ({ inputs, upstream }) => [takeLast(upstream, inputs[1] as Tensor), undefined],
  evaluate: (inputs, { width }, output) => {
    const [values, ids] = inputs as readonly [HostArray, HostArray];
    output.data.fill(0);
    for (const [at, id] of ids.data.entries()) {
      requirePlace("placeLast", id, width);
      output.data[at * width + id] = values.data[at] as number;
    }
  },
};

/** Each value at the place of its id in a row of zeros: (...ids) -> (...ids, width). */
export function placeLast(values: Tensor, ids: Tensor, width: number): Tensor {
  return apply(placeLastOp, [values, ids], { width });
}

function requirePlace(op: string, id: number, width: number): void {
  if (!(id >= 0 && id < width)) throw new RangeError(`${op} requires ids in [0, ${width}), got ${id}`);
}
