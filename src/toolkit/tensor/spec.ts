/** @file What is known of an array before it has numbers: its shape and its dtype, and how two shapes broadcast (NumPy's rule). */

/** float32 is the engines' floating type (the reference engine computes it in float64); bool is stored as 0 and 1. */
export type DType = "float32" | "int32" | "bool";

export type Shape = readonly number[];

export interface Spec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Numbers as a user hands them in or reads them back, row by row. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Numbers as a leaf of a tree. */
export function isNumbers(value: unknown): value is Numbers {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** The count of elements. @example sizeOf([2, 3]) // => 6 */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** For row-major order: how many elements apart two neighbours along each axis are. @example stridesOf([2, 3, 4]) // => [12, 4, 1] */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/**
 * The shape two shapes broadcast to: aligned at the last axis, lengths equal or one of them 1.
 *
 * @returns undefined when they do not fit
 * @source NumPy manual, "Broadcasting"
 * @example broadcastShapes([4, 1, 3], [2, 1]) // => [4, 2, 3]
 */
export function broadcastShapes(left: Shape, right: Shape): number[] | undefined {
  const rank = Math.max(left.length, right.length);
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const a = left[axis - rank + left.length] ?? 1;
    const b = right[axis - rank + right.length] ?? 1;
    if (a !== b && a !== 1 && b !== 1) return undefined;
    shape.push(a === 1 ? b : a);
  }
  return shape;
}

/** The axis counted from the front. @returns undefined when there is no such axis. @example axisFromFront(-1, 3) // => 2 */
export function axisFromFront(axis: number, rank: number): number | undefined {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) return undefined;
  return axis < 0 ? axis + rank : axis;
}

export function sameShape(left: Shape, right: Shape): boolean {
  return left.length === right.length && left.every((length, axis) => length === right[axis]);
}

/** A spec as people write it. @example describeSpec({ shape: [2, 3], dtype: "float32" }) // => "float32[2, 3]" */
export function describeSpec({ shape, dtype }: Spec): string {
  return `${dtype}[${shape.join(", ")}]`;
}
