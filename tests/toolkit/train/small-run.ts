/** @file A policy of a few hundred parameters, and texts that it can learn: the smallest run of the training loop. */
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { initialiseParameters, transformerConfig } from "../../../src/toolkit/model/index.ts";
import { type SftExample, sft, type TrainOptions } from "../../../src/toolkit/train/index.ts";

const SMALL = transformerConfig({
  vocabularySize: 6,
  contextLength: 12,
  layers: 1,
  channels: 8,
  heads: 2,
  hidden: 8,
});

/** A prompt of one token, a completion that repeats it: 1 to 4 times, then the end. */
export const REPEATS: readonly SftExample[] = Array.from({ length: 8 }, (_, at) => {
  const token = 2 + (at % 4);
  const times = 1 + (at % 3);
  return { id: `repeat ${at}`, prompt: [token], completion: [...new Array<number>(times).fill(token), 1] };
});

/** A run of it; `change` replaces what a test is about. */
export function smallRun(change: Partial<TrainOptions<SftExample>> = {}): TrainOptions<SftExample> {
  return {
    engine: referenceEngine(),
    config: SMALL,
    parameters: initialiseParameters(SMALL, createStream(1).split("parameters")),
    objective: sft(),
    examples: REPEATS,
    updates: 6,
    batchSize: 4,
    schedule: { shape: "constant", peak: 0.02 },
    stream: createStream(2),
    ...change,
  };
}

/** A run whose checkpoints are large beside its updates: it is mostly writing. */
export function runToKill(folder: string): TrainOptions<SftExample> {
  const config = { ...SMALL, vocabularySize: 600 };
  return smallRun({
    config,
    parameters: initialiseParameters(config, createStream(1).split("parameters")),
    updates: 6,
    validation: { examples: REPEATS.slice(0, 2), every: 3 },
    checkpoints: { folder, every: 1 },
  });
}
