/** @file Parts of arrays on the host, written in place or taken out: how a key-value cache grows and changes its rows there. */
import type { Numbers, Shape } from "../tensor/index.ts";
import { around } from "../tensor/ops/slice.ts";
import { sizeOf } from "../tensor/spec.ts";

const WORTH_A_CALL = 256; // numbers that stand together; fewer are copied faster one by one than by a call of set()

/** `part`, of shape `shape`, into `whole`, which differs from it in its length along `axis` alone, from `start` on. */
export function writeSliceInto(
  whole: Numbers,
  wholeShape: Shape,
  part: Numbers,
  shape: Shape,
  axis: number,
  start: number,
): void {
  const { outer, inner, length } = around(shape, axis);
  const run = length * inner;
  const stride = (wholeShape[axis] as number) * inner;
  for (let block = 0; block < outer; block++) {
    const from = block * run;
    const to = block * stride + start * inner;
    if (run >= WORTH_A_CALL) whole.set(part.subarray(from, from + run), to);
    else if (whole instanceof Float32Array && part instanceof Float32Array) copyFloats(whole, to, part, from, run);
    else for (let at = 0; at < run; at++) whole[to + at] = part[from + at] as number;
  }
}

/** Apart from the loop for any kind of array, and four at a time: half its time, and a cache is written at each token. */
function copyFloats(whole: Float32Array, to: number, part: Float32Array, from: number, count: number): void {
  const fours = count - (count % 4);
  for (let at = 0; at < fours; at += 4) {
    whole[to + at] = part[from + at] as number;
    whole[to + at + 1] = part[from + at + 1] as number;
    whole[to + at + 2] = part[from + at + 2] as number;
    whole[to + at + 3] = part[from + at + 3] as number;
  }
  for (let at = fours; at < count; at++) whole[to + at] = part[from + at] as number;
}

/** The first rows of `part` over rows of `whole`; over the beginning of each where the part is shorter along an axis. */
export function writeRowsInto(
  whole: Numbers,
  wholeShape: Shape,
  part: Numbers,
  shape: Shape,
  rows: ArrayLike<number>,
): void {
  const axis = shorterAxis(wholeShape, shape);
  const [width, stride] = [rowSize(shape), rowSize(wholeShape)];
  for (let at = 0; at < rows.length; at++) {
    const from = requireRow(at, shape[0] as number) * width;
    const to = requireRow(rows[at] as number, wholeShape[0] as number) * stride;
    const [row, source] = [whole.subarray(to, to + stride), part.subarray(from, from + width)];
    writeSliceInto(row, wholeShape.slice(1), source, shape.slice(1), axis - 1, 0);
  }
}

/** The axis after the first along which a part is shorter than the whole; 1 where there is none. */
export function shorterAxis(wholeShape: Shape, shape: Shape): number {
  const axis = shape.findIndex((length, at) => at > 0 && length !== wholeShape[at]);
  return axis === -1 ? 1 : axis;
}

/** Row `from[i]` of `part` over row `to[i]` of `whole`; rows are places along the first axis, each `width` numbers. */
export function copyRows(
  whole: Numbers,
  to: ArrayLike<number>,
  part: Numbers,
  from: ArrayLike<number>,
  width: number,
): void {
  for (let at = 0; at < to.length; at++) {
    const source = requireRow(from[at] as number, part.length / width) * width;
    whole.set(part.subarray(source, source + width), requireRow(to[at] as number, whole.length / width) * width);
  }
}

function requireRow(row: number, count: number): number {
  if (row >= 0 && row < count) return row;
  throw new RangeError(`an engine requires rows in [0, ${count}), got ${row}`);
}

/** How many numbers a row has. */
export function rowSize(shape: Shape): number {
  return sizeOf(shape.slice(1));
}
