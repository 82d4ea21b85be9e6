/** @file Batches of examples of unequal lengths: each example once an epoch, those of like length together, so that little is padding. */
import { requireCount } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";

/** Some examples, and the shape of the batch that holds them. */
export interface PlannedBatch {
  /** places in the list of examples; at most the batch size */
  readonly examples: readonly number[];
  /** T, at least the longest of them */
  readonly length: number;
}

/**
 * The lengths to which batches are padded: 8, 12, 16, 24, 32, 48, ... up to the longest example, so that at most a third
 * of a row is padding and few graphs are compiled.
 *
 * @param longest tokens of the longest example
 * @example bucketLengths(40) // => [8, 12, 16, 24, 32, 40]
 */
export function bucketLengths(longest: number): number[] {
  requireCount("bucketLengths", "longest", longest, 1, 2 ** 31 - 1);
  const lengths: number[] = [];
  for (let power = 8; power < longest; power *= 2) lengths.push(power, power * 1.5);
  return [...lengths.filter((length) => length < longest), longest];
}

/**
 * One epoch: each example in one batch. Full batches hold examples of one bucket; what is left of the buckets is put
 * together, shorter ones first, and the last batch may hold fewer. How many batches of which length there are does not
 * depend on the order.
 *
 * @param lengths tokens of each example
 * @param batchSize examples a batch, a count >= 1
 * @param stream orders examples and batches, not moved on; undefined keeps the order of the list
 */
export function planEpoch(
  lengths: readonly number[],
  batchSize: number,
  stream: RandomStream | undefined,
): PlannedBatch[] {
  requireCount("planEpoch", "batchSize", batchSize, 1, Number.MAX_SAFE_INTEGER);
  const buckets = bucketLengths(lengths.reduce((longest, length) => Math.max(longest, length), 1));
  const waiting = buckets.map((): number[] => []);
  const planned: PlannedBatch[] = [];
  for (const example of shuffled(lengths.length, stream?.split("examples"))) {
    const bucket = buckets.findIndex((length) => length >= (lengths[example] as number));
    const queue = waiting[bucket] as number[];
    queue.push(example);
    if (queue.length === batchSize) planned.push({ examples: queue.splice(0), length: buckets[bucket] as number });
  }
  const left = waiting.flatMap((queue, bucket) => queue.map((example) => ({ example, bucket })));
  for (let start = 0; start < left.length; start += batchSize) {
    const together = left.slice(start, start + batchSize);
    const length = buckets[together.at(-1)?.bucket as number] as number;
    planned.push({ examples: together.map(({ example }) => example), length });
  }
  return shuffled(planned.length, stream?.split("batches")).map((at) => planned[at] as PlannedBatch);
}

/** The numbers below `count` in random order. @source Durstenfeld 1964 */
function shuffled(count: number, stream: RandomStream | undefined): number[] {
  const order = Array.from({ length: count }, (_, at) => at);
  if (stream === undefined) return order;
  for (let left = count - 1; left > 0; left--) {
    const other = stream.integer(left + 1);
    [order[left], order[other]] = [order[other] as number, order[left] as number];
  }
  return order;
}
