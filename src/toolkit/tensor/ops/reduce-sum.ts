/** @file Sums over axes and their inverse, broadcasting to a shape: each is the other's gradient. */
import { axisFromFront, broadcastShapes, type Shape, type Spec, sameShape } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { offsetsInto } from "./elementwise.ts";
import { reshape } from "./reshape.ts";

export const reduceSumOp: Op<{ axes: readonly number[] }> = {
  name: "reduceSum",
  infer: (inputs, { axes }) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    if (dtype === "bool") throw new OpMismatch("reduceSum", "a float32 or int32 tensor", inputs);
    return { shape: shape.map((length, axis) => (axes.includes(axis) ? 1 : length)), dtype };
  },
  gradient: ({ inputs, upstream }) => [broadcastTo(upstream, (inputs[0] as Tensor).shape)],
  evaluate: (inputs, _attributes, output) => {
    const [{ data, shape }] = inputs as readonly [HostArray];
    const into = offsetsInto(output.shape, shape);
    output.data.fill(0);
    for (let at = 0; at < data.length; at++) {
      const target = into[at] as number;
      output.data[target] = (output.data[target] as number) + (data[at] as number);
    }
  },
};

/**
 * The sum over `axes`, which stay as axes of length 1.
 *
 * @param axes counted from the front, or from the end when negative; default: all
 * @throws OpMismatch for an axis that is not there
 */
export function reduceSum(tensor: Tensor, axes: readonly number[] = tensor.shape.map((_, axis) => axis)): Tensor {
  const front = axesFromFront("reduceSum", tensor, axes);
  return front.every((axis) => tensor.shape[axis] === 1) ? tensor : apply(reduceSumOp, [tensor], { axes: front });
}

export const broadcastToOp: Op<{ shape: Shape }> = {
  name: "broadcastTo",
  infer: (inputs, { shape }) => {
    const [tensor] = inputs as readonly [Spec];
    const joint = broadcastShapes(tensor.shape, shape);
    if (joint === undefined || !sameShape(joint, shape)) {
      throw new OpMismatch("broadcastTo", `a shape that broadcasts to [${shape.join(", ")}]`, inputs);
    }
    return { shape, dtype: tensor.dtype };
  },
  gradient: ({ inputs, upstream }) => [sumTo(upstream, (inputs[0] as Tensor).shape)],
  evaluate: (inputs, { shape }, output) => {
    const [tensor] = inputs as readonly [HostArray];
    const from = offsetsInto(tensor.shape, shape);
    for (let at = 0; at < from.length; at++) output.data[at] = tensor.data[from[at] as number] as number;
  },
};

/** The tensor repeated along new axes at the front and along axes of length 1. @throws OpMismatch when it does not broadcast */
export function broadcastTo(tensor: Tensor, shape: Shape): Tensor {
  return sameShape(tensor.shape, shape) ? tensor : apply(broadcastToOp, [tensor], { shape });
}

/** The inverse of broadcasting: sums over what was repeated. `shape` broadcasts to the tensor's. */
export function sumTo(tensor: Tensor, shape: Shape): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  const added = tensor.shape.length - shape.length;
  const axes = tensor.shape.flatMap((length, axis) =>
    axis < added || (shape[axis - added] === 1 && length !== 1) ? [axis] : [],
  );
  return reshape(reduceSum(tensor, axes), shape);
}

/** @throws OpMismatch for an axis that is not there */
export function axesFromFront(name: string, tensor: Tensor, axes: readonly number[]): number[] {
  return axes.map((axis) => {
    const front = axisFromFront(axis, tensor.shape.length);
    if (front === undefined) throw new OpMismatch(name, `axes within the tensor's, not ${axis}`, [tensor]);
    return front;
  });
}
