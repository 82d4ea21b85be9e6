/** @file Batches as arrays: no longer than their longest row, and read out from the first place that counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { transformerConfig } from "../../../src/toolkit/model/index.ts";
import { dpo, sft } from "../../../src/toolkit/train/index.ts";
import { trainingData } from "../../../src/toolkit/train/training-data.ts";

const config = transformerConfig({ vocabularySize: 9, contextLength: 16, layers: 1, channels: 4, heads: 1 });
const options = { config, batchSize: 2, accumulate: 1, stream: createStream(1) };

test("a batch of solutions leaves out the padding and the prompts that all its rows have", () => {
  const examples = [
    { id: "a", prompt: [1, 2, 3], completion: [4, 5] },
    { id: "b", prompt: [1, 2, 3, 4], completion: [5, 6] },
  ];
  const [batch] = trainingData(sft(), examples, options).of(1).batches;
  assert.deepEqual(batch?.shape, { examples: 2, length: 5, from: 2 });
  const rows = { a: [4, 5, 0], b: [4, 5, 6] }; // what places 2, 3 and 4 predict
  const at = Array.from(batch?.arrays.tokens ?? []).at(4) === 5 ? ["b", "a"] : ["a", "b"];
  assert.deepEqual(
    Array.from(batch?.arrays.targets ?? []),
    at.flatMap((id) => rows[id as keyof typeof rows]),
  );
});

test("a pair is a row: its context, the chosen text, the context's last token once more, the rejected text", () => {
  const pair = { id: "a", context: [1, 2], chosen: [3, 4, 5], rejected: [6, 7] };
  const referenceLogProbs = { chosen: [-0.25, -0.5, -0.75], rejected: [-1, -2] };
  const [batch] = trainingData(dpo(), [{ ...pair, referenceLogProbs }], options).of(1).batches;
  assert.deepEqual(batch?.shape, { examples: 1, length: 6, from: 1 });
  const { present: _, ...arrays } = batch?.arrays ?? {};
  assert.deepEqual(Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Array.from(values)])), {
    tokens: [1, 2, 3, 4, 2, 6],
    positions: [0, 1, 2, 3, 1, 2],
    fork: [1],
    second: [4],
    targets: [3, 4, 5, 6, 7],
    weights: [1, 1, 1, 1, 1],
    reference: [-0.25, -0.5, -0.75, -1, -2],
  });
});
