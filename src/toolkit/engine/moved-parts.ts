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
    else for (let at = 0; at < run; at++) whole[to + at] = part[from + at] as number;
  }
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
