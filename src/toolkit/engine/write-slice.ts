/** @file A part written into an array on the host, in place: how a key-value cache grows there. */
import type { Numbers, Shape } from "../tensor/index.ts";
import { around } from "../tensor/ops/slice.ts";

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
