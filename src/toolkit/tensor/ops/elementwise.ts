/** @file What elementwise ops share: the broadcast shape of two operands, and walking two broadcast arrays at once. */
import { broadcastShapes, type DType, type Shape, type Spec, sizeOf, stridesOf } from "../spec.ts";
import { type HostArray, OpMismatch } from "../tensor.ts";

/** The spec of `a op b`: shapes that broadcast, equal dtypes among `allowed`. */
export function inferBinary(name: string, inputs: readonly Spec[], allowed: readonly DType[], result?: DType): Spec {
  const [left, right] = inputs as readonly [Spec, Spec];
  const shape = broadcastShapes(left.shape, right.shape);
  if (shape === undefined) throw new OpMismatch(name, "two shapes that broadcast", inputs);
  if (left.dtype !== right.dtype || !allowed.includes(left.dtype)) {
    throw new OpMismatch(name, `two tensors of one dtype (${allowed.join(" or ")})`, inputs);
  }
  return { shape, dtype: result ?? left.dtype };
}

/** The spec of `op(a)`: that of the input, whose dtype must be float32. */
export function inferUnary(name: string, inputs: readonly Spec[]): Spec {
  const [operand] = inputs as readonly [Spec];
  if (operand.dtype !== "float32") throw new OpMismatch(name, "a float32 tensor", inputs);
  return { shape: operand.shape, dtype: operand.dtype };
}

export function evaluateUnary(inputs: readonly HostArray[], output: HostArray, f: (x: number) => number): void {
  const { data } = inputs[0] as HostArray;
  for (let at = 0; at < data.length; at++) output.data[at] = f(data[at] as number);
}

export function evaluateBinary(
  inputs: readonly HostArray[],
  output: HostArray,
  f: (a: number, b: number) => number,
): void {
  const [left, right] = inputs as readonly [HostArray, HostArray];
  const a = offsetsInto(left.shape, output.shape);
  const b = offsetsInto(right.shape, output.shape);
  for (let at = 0; at < output.data.length; at++) {
    output.data[at] = f(left.data[a[at] as number] as number, right.data[b[at] as number] as number);
  }
}

/** For each element of `whole`, the place of the element of `part` that broadcasts to it. */
export function offsetsInto(part: Shape, whole: Shape): Int32Array {
  const offsets = new Int32Array(sizeOf(whole));
  const own = stridesOf(part);
  let block = offsets.length;
  for (const [axis, length] of whole.entries()) {
    block /= length;
    const ownAxis = axis - whole.length + part.length;
    if (ownAxis < 0 || part[ownAxis] === 1 || block === 0) continue;
    const stride = own[ownAxis] as number;
    for (let at = 0; at < offsets.length; at++) {
      offsets[at] = (offsets[at] as number) + (Math.floor(at / block) % length) * stride;
    }
  }
  return offsets;
}
