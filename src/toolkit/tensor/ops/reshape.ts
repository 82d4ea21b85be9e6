/** @file The same elements in the same order under another shape. */
import { type Shape, type Spec, sameShape, sizeOf } from "../spec.ts";
import { apply, type HostArray, type Op, OpMismatch, type Tensor } from "../tensor.ts";

export const reshapeOp: Op<{ shape: Shape }> = {
  name: "reshape",
  infer: (inputs, { shape }) => {
    const [tensor] = inputs as readonly [Spec];
    if (!shape.every(Number.isInteger) || sizeOf(shape) !== sizeOf(tensor.shape)) {
      throw new OpMismatch("reshape", `as many elements as [${shape.join(", ")}] has`, inputs);
    }
    return { shape, dtype: tensor.dtype };
  },
  gradient: ({ inputs, upstream }) => [reshape(upstream, (inputs[0] as Tensor).shape)],
  evaluate: (inputs, _attributes, output) => output.data.set((inputs[0] as HostArray).data),
};

/**
 * The tensor under another shape.
 *
 * @param shape lengths; one of them may be -1, which takes what is left
 * @throws OpMismatch when the counts of elements differ
 */
export function reshape(tensor: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((size, length) => (length === -1 ? size : size * length), 1);
  const full = shape.map((length) => (length === -1 ? sizeOf(tensor.shape) / known : length));
  return sameShape(full, tensor.shape) ? tensor : apply(reshapeOp, [tensor], { shape: full });
}
