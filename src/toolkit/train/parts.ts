/** @file In how many parts an update takes its batch: as much of it at a time as runs fastest on the engine. */
import type { TransformerConfig } from "../model/index.ts";
import type { Spec } from "../tensor/index.ts";
import { sizeOf } from "../tensor/spec.ts";

/**
 * The count of parts, one that divides the examples, that makes the widest layer of a part most nearly (in proportion) as
 * large as the engine likes.
 *
 * @param examples of the batch
 * @param specs of the batch's arrays, a number a token in the largest of them
 * @param hidden width of the model's widest layer
 * @param numbersAtOnce of the engine; undefined: all of them
 * @example partsOf(6, { tokens: { shape: [6, 100], dtype: "int32" } }, { hidden: 64 }, 13_000) // => 3
 */
export function partsOf(
  examples: number,
  specs: Readonly<Record<string, Spec>>,
  { hidden }: Pick<TransformerConfig, "hidden">,
  numbersAtOnce: number | undefined,
): number {
  if (numbersAtOnce === undefined) return 1;
  const numbers = Math.max(...Object.values(specs).map(({ shape }) => sizeOf(shape))) * hidden;
  const off = (parts: number): number => Math.abs(Math.log(numbers / parts / numbersAtOnce));
  const counts = Array.from({ length: examples }, (_, at) => at + 1).filter((parts) => examples % parts === 0);
  return counts.reduce((best, parts) => (off(parts) < off(best) ? parts : best));
}
