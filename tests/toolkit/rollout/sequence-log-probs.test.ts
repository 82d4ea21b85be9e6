/** @file Log-probabilities of given sequences: those of the whole forward pass, those that sampling told, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { onnxruntimeEngine } from "../../../src/toolkit/engine/index.ts";
import { ContextOverflow, TokenOutOfRange } from "../../../src/toolkit/model/index.ts";
import { requestsFor, sample, sequenceLogProbs } from "../../../src/toolkit/rollout/index.ts";
import { logitsAfter, tinyPolicy } from "./tiny-policy.ts";

test("each token's log-probability is that of a forward pass over what stands before it", async () => {
  const policy = tinyPolicy();
  const sequences = [[1, 2, 3, 4], [5, 6], new Array(20).fill(2), [3, 1, 2]];
  const masks = sequences.map((sequence) =>
    sequence.map((_, at) => (at >= 2 || (at === 1 && sequence.length === 2) ? 1 : 0)),
  );
  const records = await sequenceLogProbs(policy, sequences, masks);
  for (const [at, sequence] of sequences.entries()) {
    let sum = 0;
    for (let place = 1; place < sequence.length; place++) {
      const row = await logitsAfter(policy, sequence.slice(0, place));
      const total = row.reduce((part, logit) => part + Math.exp(logit), 0);
      const expected = (row[sequence[place] as number] as number) - Math.log(total);
      assert.ok(Math.abs((records[at]?.tokenLogProbs[place] as number) - expected) < 1e-9);
      if (masks[at]?.[place] === 1) sum += expected;
    }
    assert.ok(Math.abs((records[at]?.logProb as number) - sum) < 1e-9);
  }
});

test("the last token is only predicted: a sequence may have one more than the context, as it may in training", async () => {
  const policy = tinyPolicy();
  const whole = Array.from({ length: policy.config.contextLength + 1 }, (_, at) => 1 + (at % 5));
  const [record] = await sequenceLogProbs(policy, [whole], [whole.map(() => 0)]);
  const [shorter] = await sequenceLogProbs(policy, [whole.slice(0, -1)], [whole.slice(1).map(() => 0)]);
  const row = await logitsAfter(policy, whole.slice(0, -1));
  const total = row.reduce((part, logit) => part + Math.exp(logit), 0);
  const expected = (row[whole.at(-1) as number] as number) - Math.log(total);
  assert.ok(Math.abs((record?.tokenLogProbs.at(-1) as number) - expected) < 1e-9);
  assert.deepEqual(record?.tokenLogProbs.slice(0, -1), shorter?.tokenLogProbs);
});

test("the log-probabilities that sampling tells are those of the sequences it wrote", async () => {
  const policy = tinyPolicy("as GPT-2", await onnxruntimeEngine({ threads: 1 }));
  const requests = requestsFor(
    [
      [1, 2],
      [3, 4, 5, 6],
    ],
    6,
    createStream(4),
  );
  const sampled = await sample(policy, requests, { maxTokens: 8, temperature: 0.7, topP: 0.9 });
  const sequences = requests.map(({ prompt }, at) => [...prompt, ...(sampled[at]?.tokens ?? [])]);
  const masks = requests.map(
    ({ prompt }, at) => sequences[at]?.map((_, place) => (place < prompt.length ? 0 : 1)) ?? [],
  );
  for (const [at, { logProb }] of (await sequenceLogProbs(policy, sequences, masks)).entries()) {
    const told = sampled[at]?.logProbs.reduce((sum, part) => sum + part, 0) as number;
    assert.ok(Math.abs(logProb - told) < 1e-4, `${logProb} and ${told}`); // float32
  }
});

const REFUSED: [string, number[][], number[][], new (...parts: never[]) => Error, RegExp][] = [
  ["no sequence", [], [], TypeError, /^sequenceLogProbs requires at least one sequence/],
  ["a sequence of one token", [[1]], [[0]], TypeError, /^sequenceLogProbs' sequence 0 requires at least two tokens/],
  ["a missing mask", [[1, 2]], [], RangeError, /the count of masks/],
  ["a mask of another length", [[1, 2]], [[0]], RangeError, /the length of mask 0/],
  ["a mask that counts the first token", [[1, 2]], [[1, 1]], RangeError, /mask 0 requires 0 or 1 for each token/],
  ["a mask with a weight", [[1, 2]], [[0, 0.5]], RangeError, /mask 0 requires 0 or 1 .* got 0.5/],
  ["an id beyond the vocabulary", [[1, 9]], [[0, 1]], TokenOutOfRange, /sequence 0 .* got 9 at place 1/],
  ["a sequence beyond the context", [new Array(22).fill(1)], [new Array(22).fill(0)], ContextOverflow, /at most 21/],
];

for (const [what, sequences, masks, kind, message] of REFUSED) {
  test(`${what} is refused`, async () => {
    await assert.rejects(sequenceLogProbs(tinyPolicy(), sequences, masks), (error: Error) => {
      assert.ok(error instanceof kind, error.stack);
      assert.match(error.message, message);
      return true;
    });
  });
}
