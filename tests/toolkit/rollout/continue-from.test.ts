/** @file Writing on from prefixes: each prefix gets its samples in order, within the room it has, from the stream alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { continueFrom, type Prefix } from "../../../src/toolkit/rollout/index.ts";
import { sampleUncached, tinyPolicy } from "./tiny-policy.ts";

const problem = { id: "one", split: "train", index: 0 } as const;
const PREFIXES: Prefix[] = [
  { problem, prompt: [1, 2, 3], completion: [] },
  { problem, prompt: [1, 2, 3], completion: [4, 5] },
  { problem, prompt: [1, 2, 3], completion: [4, 5, 1, 1, 2, 3] },
  { problem, prompt: [2], completion: [5, 5, 5] },
];

test("each prefix is continued as often as asked, up to the end token or the most that a completion may have", async () => {
  const policy = tinyPolicy();
  const options = { maxTokens: 6, stopTokens: [6] };
  const continued = await continueFrom(policy, options)(PREFIXES, 3, createStream(8));
  const seeds = createStream(8);
  for (const [at, { prompt, completion }] of PREFIXES.entries()) {
    assert.equal(continued[at]?.length, 3);
    for (const tokens of continued[at] ?? []) {
      const request = { prompt: [...prompt, ...completion], seed: seeds.integer(Number.MAX_SAFE_INTEGER) };
      const room = options.maxTokens - completion.length;
      const expected =
        room === 0 ? [] : (await sampleUncached(policy, request, { ...options, maxTokens: room })).tokens;
      assert.deepEqual(tokens, expected);
    }
  }
});

test("a prefix that fills the context is continued by nothing", async () => {
  const prefix = { problem, prompt: new Array<number>(18).fill(1), completion: [2, 3] };
  assert.deepEqual(await continueFrom(tinyPolicy(), { maxTokens: 50 })([prefix], 2, createStream(1)), [[[], []]]);
});
