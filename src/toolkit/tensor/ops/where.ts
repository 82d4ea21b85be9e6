/** @file A choice between two tensors, element by element, and casts between dtypes. */
import { broadcastShapes, type DType, type Spec } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, Tensor } from "../tensor.ts";
import { evaluateUnary, offsetsInto } from "./elementwise.ts";
import { asTensor } from "./inputs.ts";
import { sumTo } from "./reduce-sum.ts";

export const whereOp: Op = {
  name: "where",
  infer: (inputs) => {
    const [condition, yes, no] = inputs as readonly [Spec, Spec, Spec];
    const branches = broadcastShapes(yes.shape, no.shape);
    const shape = branches && broadcastShapes(condition.shape, branches);
    if (shape === undefined) throw new OpMismatch("where", "three shapes that broadcast", inputs);
    if (condition.dtype !== "bool" || yes.dtype !== no.dtype) {
      throw new OpMismatch("where", "a bool condition and two tensors of one dtype", inputs);
    }
    return { shape, dtype: yes.dtype };
  },
  gradient: ({ inputs, upstream }) => {
    const [condition, yes, no] = inputs as readonly [Tensor, Tensor, Tensor];
    if (yes.dtype !== "float32") return [undefined, undefined, undefined];
    return [undefined, sumTo(where(condition, upstream, 0), yes.shape), sumTo(where(condition, 0, upstream), no.shape)];
  },
  evaluate: (inputs, _attributes, output) => {
    const [condition, yes, no] = inputs as readonly [HostArray, HostArray, HostArray];
    const [c, y, n] = inputs.map(({ shape }) => offsetsInto(shape, output.shape)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    for (let at = 0; at < output.data.length; at++) {
      const chosen = condition.data[c[at] as number] ? yes.data[y[at] as number] : no.data[n[at] as number];
      output.data[at] = chosen as number;
    }
  },
};

/** `yes` where the condition holds, else `no`. @throws OpMismatch when shapes or dtypes do not fit */
export function where(condition: Tensor, yes: Tensor | number, no: Tensor | number): Tensor {
  const left = asTensor(yes, no instanceof Tensor ? no : undefined);
  return apply(whereOp, [condition, left, asTensor(no, left)], {});
}

export const castOp: Op<{ to: DType }> = {
  name: "cast",
  infer: (inputs, { to }) => ({ shape: (inputs[0] as Spec).shape, dtype: to }),
  gradient: ({ inputs, upstream }) => [(inputs[0] as Tensor).dtype === "float32" ? upstream : undefined],
  evaluate: (inputs, { to }, output) =>
    evaluateUnary(inputs, output, to === "bool" ? (x) => Number(x !== 0) : to === "int32" ? Math.trunc : (x) => x),
};

/** The tensor in another dtype: numbers are cut to integers, whatever is not 0 is true. */
export function cast(tensor: Tensor, to: DType): Tensor {
  return tensor.dtype === to ? tensor : apply(castOp, [tensor], { to });
}
