/** @file The axes in another order. */

import { type Spec, sizeOf, stridesOf } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { reshape } from "./reshape.ts";

export const transposeOp: Op<{ order: readonly number[] }> = {
  name: "transpose",
  infer: (inputs, { order }) => {
    const [{ shape, dtype }] = inputs as readonly [Spec];
    const sorted = order.toSorted((a, b) => a - b);
    if (order.length !== shape.length || sorted.some((axis, index) => axis !== index)) {
      throw new OpMismatch("transpose", `as many axes as the order [${order.join(", ")}] names, each once`, inputs);
    }
    return { shape: order.map((axis) => shape[axis] as number), dtype };
  },
  gradient: ({ attributes: { order }, upstream }) => [
    transpose(
      upstream,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
  evaluate: (inputs, { order }, output) => {
    const [{ data, shape }] = inputs as readonly [HostArray];
    const from = stridesOf(shape);
    const strides = order.map((axis) => from[axis] as number);
    const place = new Array<number>(order.length).fill(0);
    for (let at = 0; at < sizeOf(shape); at++) {
      output.data[at] = data[place.reduce((sum, index, axis) => sum + index * (strides[axis] as number), 0)] as number;
      for (let axis = order.length - 1; axis >= 0; axis--) {
        place[axis] = (place[axis] as number) + 1;
        if ((place[axis] as number) < (output.shape[axis] as number)) break;
        place[axis] = 0;
      }
    }
  },
};

/** The tensor with its axes in `order`; default: reversed. @throws OpMismatch unless order names each axis once */
export function transpose(
  tensor: Tensor,
  order: readonly number[] = tensor.shape.map((_, axis) => axis).reverse(),
): Tensor {
  const transposed = apply(transposeOp, [tensor], { order });
  const moving = order.filter((axis) => tensor.shape[axis] !== 1); // axes of length 1 move without moving a number
  const staysInPlace = moving.every((axis, index) => index === 0 || axis > (moving[index - 1] as number));
  return staysInPlace ? reshape(tensor, transposed.shape) : transposed;
}
