/** @file In how many parts an update or a validation takes its batch: as much of it at a time as runs fastest on the engine, or fits. */
import { type AtOnce, DeviceMemory } from "../engine/index.ts";
import type { TransformerConfig } from "../model/index.ts";
import type { Spec } from "../tensor/index.ts";
import { sizeOf } from "../tensor/spec.ts";
import type { BatchShape } from "./objective.ts";

/**
 * The count of parts, one that divides the examples, that makes the widest layer of a part most nearly (in proportion) as
 * large as the engine likes; of parts that run together rather twice or half as many than a count that leaves a thread idle.
 *
 * @param examples of the batch
 * @param specs of the batch's arrays, a number a token in the largest of them
 * @param hidden width of the model's widest layer
 * @param atOnce of the engine; undefined: all of them
 * @example partsOf(6, { tokens: { shape: [6, 100], dtype: "int32" } }, { hidden: 64 }, { numbers: 13_000 }) // => 3
 */
export function partsOf(
  examples: number,
  specs: Readonly<Record<string, Spec>>,
  { hidden }: Pick<TransformerConfig, "hidden">,
  atOnce: AtOnce | undefined,
): number {
  if (atOnce === undefined) return 1;
  const { numbers, tokens: least = 1, together = 1 } = atOnce;
  const tokens = Math.max(...Object.values(specs).map(({ shape }) => sizeOf(shape)));
  const liked = Math.max(numbers / hidden, least);
  const uneven = (parts: number): number => (parts > 1 && parts % together !== 0 ? Math.LN2 : 0);
  const off = (parts: number): number => Math.abs(Math.log(tokens / parts / liked)) + uneven(parts);
  return partCounts(examples).reduce((best, parts) => (off(parts) < off(best) ? parts : best));
}

interface Taken {
  /** That the batch is taken for, in words. */
  readonly what: "an update" | "a validation";
  readonly shape: BatchShape;
  readonly batch: Readonly<Record<string, Spec>>;
  readonly config: TransformerConfig;
  /** Of the engine; undefined: the batch whole, where it fits. */
  readonly atOnce: AtOnce | undefined;
}

/**
 * What `make` makes for as many parts as the engine likes, or for the fewest beyond them with which a run fits its device.
 *
 * @throws DeviceMemory when no count of parts fits, with what would
 */
export async function inParts<Program>(
  { what, shape, batch, config, atOnce }: Taken,
  make: (parts: number) => Promise<Program>,
): Promise<Program> {
  const liked = partsOf(shape.examples, batch, config, atOnce);
  let [first, last]: (DeviceMemory | undefined)[] = [];
  for (const parts of partCounts(shape.examples).filter((parts) => parts >= liked)) {
    try {
      return await make(parts);
    } catch (error) {
      if (!(error instanceof DeviceMemory)) throw error;
      first ??= error;
      last = error;
    }
  }
  const { needed = Infinity, allowed = 0, message } = last as DeviceMemory;
  const isWhole = first?.needed === needed; // a loss that draws numbers is taken so, however many parts are asked for
  const examples = isWhole && shape.examples > 1 ? Math.floor((shape.examples * allowed) / needed) : 0;
  const fits =
    examples >= 1
      ? `a batch of ${examples} such examples would fit`
      : "one example at a time does not fit either: shorter sequences, fewer layers or channels would";
  throw new DeviceMemory(`${what} by ${shape.examples} examples of ${shape.length} tokens: ${message}; ${fits}`, {
    needed,
    allowed,
  });
}

/** The counts that divide the examples, ascending. */
function partCounts(examples: number): number[] {
  return Array.from({ length: examples }, (_, at) => at + 1).filter((parts) => examples % parts === 0);
}
