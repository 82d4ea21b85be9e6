/** @file Examples in the order of training: which batches the next update takes is a function of the update's number and the stream alone. */
import { wrong } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { requirePredicted, type TransformerConfig } from "../model/index.ts";
import { type PlannedBatch, planEpoch } from "./buckets.ts";
import type { Identified, Objective } from "./objective.ts";
import type { PackedBatch } from "./updater.ts";

export interface UpdateData {
  readonly batches: readonly PackedBatch[];
  readonly ids: readonly string[];
  /** padding not counted */
  readonly tokens: number;
  /** passes over the examples when this update is done */
  readonly epoch: number;
}

export interface TrainingData {
  /** @param update counted from 1 */
  of(update: number): UpdateData;
}

export interface TrainingDataOptions {
  readonly config: TransformerConfig;
  /** Examples a batch. */
  readonly batchSize: number;
  /** Batches an update, whose gradients are accumulated. */
  readonly accumulate: number;
  /** Orders each epoch; not moved on. */
  readonly stream: RandomStream;
}

/**
 * @throws RangeError or TypeError for an example that cannot be trained on, or when there is none; TokenOutOfRange and
 *   ContextOverflow naming the example whose tokens the model cannot take
 */
export function trainingData<Example extends Identified>(
  objective: Objective<Example>,
  examples: readonly Example[],
  { config, batchSize, accumulate, stream }: TrainingDataOptions,
): TrainingData {
  const lengths = textLengths("train", objective, examples, config);
  const pack = packer(objective, examples, lengths, Math.min(batchSize, examples.length));
  let planned = -1;
  let plan: readonly PlannedBatch[] = [];
  const batchAt = (place: number, perEpoch: number): PlannedBatch => {
    const epoch = Math.floor(place / perEpoch);
    if (epoch !== planned) {
      plan = planEpoch(lengths, pack.rows, stream.split(epoch));
      planned = epoch;
    }
    return plan[place % perEpoch] as PlannedBatch;
  };
  const counts = examples.map((example) => objective.texts(example).reduce((sum, text) => sum + text.length - 1, 0));
  const perEpoch = planEpoch(lengths, pack.rows, undefined).length;
  return {
    of: (update) => {
      const last = update * accumulate;
      const batches = Array.from({ length: accumulate }, (_, at) => batchAt(last - accumulate + at, perEpoch));
      const places = batches.flatMap((batch) => batch.examples);
      return {
        batches: batches.map(pack.of),
        ids: places.map((place) => (examples[place] as Example).id),
        tokens: places.reduce((sum, place) => sum + (counts[place] as number), 0),
        epoch: last / perEpoch,
      };
    },
  };
}

/** All examples once, in their order. @throws as trainingData */
export function heldOutBatches<Example extends Identified>(
  objective: Objective<Example>,
  examples: readonly Example[],
  { config, batchSize }: Pick<TrainingDataOptions, "config" | "batchSize">,
): PackedBatch[] {
  const lengths = textLengths("train, validation", objective, examples, config);
  const pack = packer(objective, examples, lengths, Math.min(batchSize, examples.length));
  return planEpoch(lengths, pack.rows, undefined).map(pack.of);
}

/** T that each example's longest text needs: its last token is only predicted. */
function textLengths<Example extends Identified>(
  caller: string,
  objective: Objective<Example>,
  examples: readonly Example[],
  config: TransformerConfig,
): number[] {
  if (examples.length === 0) throw wrong(caller, "at least one example", examples);
  return examples.map((example) => {
    const where = `${caller}, example ${example.id},`;
    const texts = objective.texts(example);
    for (const text of texts) requirePredicted(where, text, config);
    return texts.reduce((longest, text) => Math.max(longest, text.length - 1), 1);
  });
}

interface Packer {
  /** Examples that a batch has room for. */
  readonly rows: number;
  of(batch: PlannedBatch): PackedBatch;
}

/** Batches as arrays: no longer than their longest row, and without what none of their rows reads out. */
function packer<Example extends Identified>(
  objective: Objective<Example>,
  examples: readonly Example[],
  lengths: readonly number[],
  rows: number,
): Packer {
  const needed = examples.map((example, at) => objective.row?.(example) ?? { length: lengths[at] as number, from: 0 });
  const longestOf = (some: typeof needed) => some.reduce((longest, { length }) => Math.max(longest, length), 1);
  const leastOf = (some: typeof needed) => some.reduce((least, { from }) => Math.min(least, from), Infinity);
  const longest = longestOf(needed);
  const least = leastOf(needed);
  return {
    rows,
    of: ({ examples: places }) => {
      const own = places.map((place) => needed[place] as (typeof needed)[number]);
      const unit = unitOf(longestOf(own));
      const shape = {
        examples: rows,
        length: Math.min(longest, Math.ceil(longestOf(own) / unit) * unit),
        from: Math.max(least, Math.floor(leastOf(own) / unit) * unit),
      };
      const chosen = places.map((place) => examples[place] as Example);
      return { shape, arrays: objective.pack(chosen, shape) };
    },
  };
}

/** What is cut from a batch at either end is a multiple of this, so that there are few shapes: each is a program. */
function unitOf(length: number): number {
  return Math.max(1, 2 ** (Math.ceil(Math.log2(length)) - 3));
}
