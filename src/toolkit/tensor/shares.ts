/** @file The shares of a gradient that arrive from a tensor's uses, added up; those of its slices are put side by side instead. */
import { add } from "./ops/arithmetic.ts";
import { concat } from "./ops/concat.ts";
import { constant } from "./ops/inputs.ts";
import { broadcastTo } from "./ops/reduce-sum.ts";
import type { Tensor } from "./tensor.ts";

/** The sum of tensors of one shape, at least one. */
export function addShares(shares: readonly Tensor[]): Tensor {
  const ranges = shares.flatMap((share) => rangeOf(share) ?? []);
  const [first] = ranges;
  const together = ranges.filter(({ axis }) => axis === first?.axis).toSorted((a, b) => a.start - b.start);
  const apart = together.every(({ start }, at) => at === 0 || start >= (together[at - 1] as Range).end);
  const joined = together.length > 1 && apart ? together : [];
  const rest = shares.filter((share) => !joined.some((range) => range.share === share));
  return [...(joined.length > 0 ? [sideBySide(joined)] : []), ...rest].reduce((sum, share) => add(sum, share));
}

/** A share that is zero outside of [start, end) along an axis: what a slice sends back. */
interface Range {
  readonly share: Tensor;
  readonly part: Tensor;
  readonly axis: number;
  readonly start: number;
  readonly end: number;
}

function rangeOf(share: Tensor): Range | undefined {
  if (share.op.name !== "pad") return undefined;
  const { axis, before } = share.attributes as { axis: number; before: number };
  const part = share.inputs[0] as Tensor;
  return { share, part, axis, start: before, end: before + (part.shape[axis] as number) };
}

/** Ranges that do not overlap, in order, with zeros where there is none. */
function sideBySide(ranges: readonly Range[]): Tensor {
  const { share, axis } = ranges[0] as Range;
  const parts: Tensor[] = [];
  let end = 0;
  const zerosTo = (start: number): void => {
    if (start > end) parts.push(broadcastTo(constant(0), share.shape.with(axis, start - end)));
  };
  for (const range of ranges) {
    zerosTo(range.start);
    parts.push(range.part);
    end = range.end;
  }
  zerosTo(share.shape[axis] as number);
  return concat(parts, axis);
}
