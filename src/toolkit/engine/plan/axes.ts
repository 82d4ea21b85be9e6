/** @file Where the elements of a tensor lie: a length and a stride an axis, as the tensor is cut, turned, repeated and reshaped. */
import { type Shape, stridesOf } from "../../tensor/spec.ts";

/** `stride` elements lie between two neighbours along the axis; 0 repeats. */
export interface Axis {
  readonly length: number;
  readonly stride: number;
}

/** Elements in row-major order. */
export function contiguous(shape: Shape): Axis[] {
  const strides = stridesOf(shape);
  return shape.map((length, axis) => ({ length, stride: strides[axis] as number }));
}

/** The same elements with as few axes as it takes. @example collapsed(contiguous([2, 1, 3])) // => [{ length: 6, stride: 1 }] */
export function collapsed(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes) {
    if (axis.length === 1) continue;
    const outer = joined.at(-1);
    if (outer !== undefined && outer.stride === axis.stride * axis.length) {
      joined[joined.length - 1] = { length: outer.length * axis.length, stride: axis.stride };
    } else joined.push(axis);
  }
  return joined;
}

/** The axes under another shape; undefined where that takes a copy. */
export function reshaped(axes: readonly Axis[], shape: Shape): Axis[] | undefined {
  const lengths = shape.filter((length) => length !== 1);
  const cut = refined(collapsed(axes), boundariesOf(lengths));
  if (cut === undefined) return undefined;
  const result: Axis[] = [];
  let at = cut.length;
  for (const length of lengths.toReversed()) {
    let joined: Axis = { length: 1, stride: 0 };
    while (joined.length < length) {
      const next = cut[--at] as Axis;
      if (joined.length === 1) joined = next;
      else if (next.stride === joined.stride * joined.length) {
        joined = { length: joined.length * next.length, stride: joined.stride };
      } else return undefined;
    }
    result.unshift(joined);
  }
  let next = 0;
  return shape.map((length) => (length === 1 ? { length, stride: 0 } : (result[next++] as Axis)));
}

/** Repeated to a shape, by NumPy's rule. */
export function broadcast(axes: readonly Axis[], shape: Shape): Axis[] {
  const added = shape.length - axes.length;
  return shape.map((length, at) => {
    const axis = axes[at - added];
    return axis === undefined || (axis.length === 1 && length !== 1) ? { length, stride: 0 } : axis;
  });
}

/** How many elements stand behind each place where one axis ends and the next begins, 1 and the whole included: ascending. */
export function boundariesOf(shape: Shape): number[] {
  const boundaries = [1];
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 1) continue;
    size *= shape[axis] as number;
    boundaries.push(size);
  }
  return boundaries;
}

/** Both, ascending as they are; undefined unless each divides the next: the axes then cut each other. */
export function joinedBoundaries(left: readonly number[], right: readonly number[]): number[] | undefined {
  const all: number[] = [];
  let [l, r, before] = [0, 0, 1];
  while (l < left.length || r < right.length) {
    const [a, b] = [left[l] ?? Infinity, right[r] ?? Infinity];
    const next = Math.min(a, b);
    if (next % before !== 0) return undefined;
    if (a === next) l++;
    if (b === next) r++;
    all.push(next);
    before = next;
  }
  return all;
}

/** The axes cut at further boundaries; undefined where these lie across an axis. */
export function refined(axes: readonly Axis[], boundaries: readonly number[]): Axis[] | undefined {
  const all = joinedBoundaries(boundaries, boundariesOf(lengthsOf(axes)));
  if (all === undefined) return undefined;
  const cut: Axis[] = [];
  let at = axes.length - 1;
  let [within, behind] = [1, 1]; // how far into axis `at` we are, and how many elements stand behind it
  for (let place = 0; place + 1 < all.length; place++) {
    const length = (all[place + 1] as number) / (all[place] as number);
    let axis = axes[at] as Axis;
    while ((all[place] as number) >= behind * axis.length) {
      behind *= axis.length;
      within = 1;
      axis = axes[--at] as Axis;
    }
    cut.unshift({ length, stride: axis.stride * within });
    within *= length;
  }
  return cut;
}

/** Whether the elements lie one behind another. */
export function isContiguous(axes: readonly Axis[]): boolean {
  const joined = collapsed(axes);
  return joined.length === 0 || (joined.length === 1 && joined[0]?.stride === 1);
}

export function lengthsOf(axes: readonly Axis[]): number[] {
  return axes.map(({ length }) => length);
}
