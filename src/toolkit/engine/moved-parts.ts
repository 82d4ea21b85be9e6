/** @file Parts of arrays on the host, written in place or taken out: how a key-value cache grows and changes its rows there. */
import type { Numbers, Shape } from "../tensor/index.ts";
import { around } from "../tensor/ops/slice.ts";
import { sizeOf } from "../tensor/spec.ts";

/** Where `count` runs of `length` numbers are taken from and put, a step of numbers from one to the next. */
export interface Runs {
  readonly count: number;
  readonly length: number;
  readonly from: number;
  readonly fromStep: number;
  readonly to: number;
  readonly toStep: number;
}

/** Of a part into a whole that differs from it in its length along `axis` alone, from `start` on. */
export function runsOfSlice(whole: Shape, part: Shape, axis: number, start: number): Runs {
  const { outer, inner, length } = around(part, axis);
  const run = length * inner;
  const toStep = (whole[axis] as number) * inner;
  return { count: outer, length: run, from: 0, fromStep: run, to: start * inner, toStep };
}

/** Of a part's first rows over rows of a whole; over the beginning of each where the part is shorter along an axis. */
export function runsOfRows(whole: Shape, part: Shape, rows: ArrayLike<number>): Runs[] {
  const { outer, inner, length } = around(part.slice(1), shorterAxis(whole, part) - 1);
  const run = length * inner;
  const [width, stride] = [rowSize(part), rowSize(whole)];
  return Array.from(rows, (row, at) => {
    const from = requireRow(at, part[0] as number) * width;
    const to = requireRow(row, whole[0] as number) * stride;
    return { count: outer, length: run, from, fromStep: run, to, toStep: stride / outer };
  });
}

/** Of some rows of a whole into as many, in their order. */
export function runsOfTaken(whole: Shape, rows: ArrayLike<number>): Runs[] {
  const width = rowSize(whole);
  return Array.from(rows, (row, at) => {
    const from = requireRow(row, whole[0] as number) * width;
    return { count: 1, length: width, from, fromStep: width, to: at * width, toStep: width };
  });
}

const WORTH_A_CALL = 256; // numbers that stand together; fewer are copied faster one by one than by a call of set()

/** Copies runs of one array into another. */
export function copyRuns(into: Numbers, source: Numbers, runs: readonly Runs[]): void {
  for (const run of runs) copy(into, source, run);
}

function copy(whole: Numbers, part: Numbers, { count, length, from, fromStep, to, toStep }: Runs): void {
  for (let run = 0; run < count; run++) {
    const [source, target] = [from + run * fromStep, to + run * toStep];
    if (length >= WORTH_A_CALL) whole.set(part.subarray(source, source + length), target);
    else if (whole instanceof Float32Array && part instanceof Float32Array)
      copyFloats(whole, target, part, source, length);
    else for (let at = 0; at < length; at++) whole[target + at] = part[source + at] as number;
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

/** The axis after the first along which a part is shorter than the whole; 1 where there is none. */
export function shorterAxis(wholeShape: Shape, shape: Shape): number {
  const axis = shape.findIndex((length, at) => at > 0 && length !== wholeShape[at]);
  return axis === -1 ? 1 : axis;
}

function requireRow(row: number, count: number): number {
  if (row >= 0 && row < count) return row;
  throw new RangeError(`an engine requires rows in [0, ${count}), got ${row}`);
}

/** How many numbers a row has. */
function rowSize(shape: Shape): number {
  return sizeOf(shape.slice(1));
}
