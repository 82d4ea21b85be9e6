/** @file Sampling: a cache changes nothing, no request has a part in another's tokens, and what cannot be is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { onnxruntimeEngine } from "../../../src/toolkit/engine/index.ts";
import { ContextOverflow, TokenOutOfRange } from "../../../src/toolkit/model/index.ts";
import {
  requestsFor,
  type SampleOptions,
  type SampleRequest,
  sample,
  type TransformerPolicy,
} from "../../../src/toolkit/rollout/index.ts";
import { testOnEach } from "../engine/engines.ts";
import { CONFIGS, logitsAfter, sampleUncached, tinyPolicy } from "./tiny-policy.ts";

const PROMPTS = [[1, 2, 3], [4], [5, 6, 1, 2, 3, 4, 5, 6, 1, 2], [3, 3]];
const FLOAT64 = 1e-9; // in another order
const FLOAT32 = 1e-4;

for (const name of Object.keys(CONFIGS)) {
  testOnEach(
    (engineName) => `${name} on ${engineName}, cached sampling equals uncached sampling token for token`,
    async (engine) => {
      const policy = tinyPolicy(name, engine);
      // a batch of 4 that others enter, 12 tokens that make the ring grow, a stop token that lets sequences leave
      const options: SampleOptions = { maxTokens: 12, stopTokens: [6], batchSize: 4, temperature: 0.8 };
      const requests = requestsFor(PROMPTS, 2, createStream(5));
      const sampled = await sample(policy, requests, options);
      const inWhole = engine.name === "webgpu" ? tinyPolicy(name) : policy; // held to the reference itself
      for (const [at, request] of requests.entries()) {
        const expected = await sampleUncached(inWhole, request, options);
        assert.deepEqual(sampled[at]?.tokens, expected.tokens, `request ${at}`);
        for (const [place, logProb] of expected.logProbs.entries()) {
          const difference = Math.abs((sampled[at]?.logProbs[place] as number) - logProb);
          const rounding = engine.name === "reference" ? FLOAT64 : FLOAT32;
          assert.ok(difference < rounding, `${difference} at ${at}, ${place}`);
        }
        assert.equal(sampled[at]?.finish, expected.tokens.at(-1) === 6 ? "stop" : "length");
      }
    },
    ["reference", "onnxruntime", "native", "webgpu"],
  );
}

test("the same prompt and seed give the same tokens, whatever else is sampled, in whatever order and batch", async () => {
  const policy = tinyPolicy();
  const request: SampleRequest = { prompt: [2, 4, 1], seed: 77 };
  const options = { maxTokens: 9, stopTokens: [0] };
  const [alone] = await sample(policy, [request], options);
  const others = requestsFor([[1], [2, 4, 1], [6, 6, 6, 6, 6, 6, 6, 6, 6]], 5, createStream(1));
  for (const batchSize of [1, 3, 7, 64]) {
    const mixed = await sample(policy, [...others, request, ...others.slice(3)], { ...options, batchSize });
    assert.deepEqual(mixed[others.length]?.tokens, alone?.tokens, `batch of ${batchSize}`);
  }
});

test("prompts are read whatever the context's length, by whole places", async () => {
  const policy = tinyPolicy();
  for (const [contextLength, length] of [
    [23, 17], // a quarter of 23 places is no whole number of them
    [30, 20],
    [45, 33],
  ] as const) {
    const other = { ...policy, config: { ...policy.config, contextLength } };
    const request = { prompt: Array.from({ length }, (_, at) => (at * at) % 7), seed: 1 };
    const [sampled] = await sample(other, [request], { maxTokens: 2 });
    const expected = await sampleUncached(other, request, { maxTokens: 2 });
    assert.deepEqual(sampled?.tokens, expected.tokens, `${length} of ${contextLength}`);
  }
});

test("temperature 0 takes the most probable token of the whole forward pass, and is sure of it", async () => {
  const policy = tinyPolicy();
  const [greedy] = await sample(policy, [{ prompt: [1, 5], seed: 0 }], { maxTokens: 6, temperature: 0 });
  const tokens = greedy?.tokens ?? [];
  for (const [place, token] of tokens.entries()) {
    const row = await logitsAfter(policy, [1, 5, ...tokens.slice(0, place)]);
    assert.equal(token, row.indexOf(Math.max(...row)));
  }
  assert.deepEqual(greedy?.sampledLogProbs, [0, 0, 0, 0, 0, 0]);
});

test("frequencies of sampled tokens agree with the softmax", async () => {
  const policy = tinyPolicy();
  const count = 2000;
  const sampled = await sample(policy, requestsFor([[3, 1]], count, createStream(9)), { maxTokens: 1 });
  const row = await logitsAfter(policy, [3, 1]);
  const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const chiSquare = row.reduce((sum, logit, id) => {
    const expected = (count * Math.exp(logit)) / total;
    return sum + (sampled.filter(({ tokens }) => tokens[0] === id).length - expected) ** 2 / expected;
  }, 0);
  assert.ok(chiSquare < 22.46, `chi-square ${chiSquare}`); // scipy.stats.chi2.ppf(0.999, 6)
});

test("a completion ends where the context does", async () => {
  const policy = tinyPolicy();
  const prompt = new Array<number>(policy.config.contextLength - 2).fill(1);
  const [sampled] = await sample(policy, [{ prompt, seed: 1 }], { maxTokens: 100 });
  assert.equal(sampled?.tokens.length, 2);
  assert.equal(sampled?.finish, "length");
});

test("arrays on the device serve as parameters and are left in use", async () => {
  const engine = await onnxruntimeEngine({ threads: 1 });
  const policy: TransformerPolicy = tinyPolicy("as GPT-2", engine);
  const requests = requestsFor(PROMPTS, 3, createStream(2));
  const once = await sample(policy, requests, { maxTokens: 5 });
  assert.deepEqual(await sample(policy, requests, { maxTokens: 5 }), once);
});

const REFUSED: [string, SampleRequest[], Partial<SampleOptions>, new (...parts: never[]) => Error, RegExp][] = [
  ["no request", [], {}, TypeError, /^sample requires at least one request, got an array of 0$/],
  ["no token", [{ prompt: [], seed: 0 }], {}, TypeError, /^sample's prompt 0 requires at least one token/],
  [
    "an id beyond the vocabulary",
    [{ prompt: [1, 7], seed: 0 }],
    {},
    TokenOutOfRange,
    /sample's prompt 0 .* \[0, 7\), got 7/,
  ],
  ["a negative id", [{ prompt: [-1], seed: 0 }], {}, TokenOutOfRange, /got -1 at place 0/],
  [
    "a prompt beyond the context",
    [{ prompt: new Array(21).fill(1), seed: 0 }],
    {},
    ContextOverflow,
    /at most 20 tokens .* got 21/,
  ],
  [
    "a prompt that fills it",
    [{ prompt: new Array(20).fill(1), seed: 0 }],
    {},
    ContextOverflow,
    /at most 20 tokens .* got 21/,
  ],
  ["half a seed", [{ prompt: [1], seed: 0.5 }], {}, RangeError, /seed of request 0 to be an integer/],
  [
    "a temperature below 0",
    [{ prompt: [1], seed: 0 }],
    { temperature: -1 },
    RangeError,
    /^sample requires temperature/,
  ],
  ["top-p 0", [{ prompt: [1], seed: 0 }], { topP: 0 }, RangeError, /^sample requires topP/],
  ["top-k 0", [{ prompt: [1], seed: 0 }], { topK: 0 }, RangeError, /^sample requires topK/],
  ["no room for a token", [{ prompt: [1], seed: 0 }], { maxTokens: 0 }, RangeError, /^sample requires maxTokens/],
  ["a stop token that is none", [{ prompt: [1], seed: 0 }], { stopTokens: [9] }, TokenOutOfRange, /stopTokens/],
];

for (const [what, requests, options, kind, message] of REFUSED) {
  test(`${what} is refused`, async () => {
    await assert.rejects(sample(tinyPolicy(), requests, { maxTokens: 3, ...options }), (error: Error) => {
      assert.ok(error instanceof kind, error.stack);
      assert.match(error.message, message);
      return true;
    });
  });
}
