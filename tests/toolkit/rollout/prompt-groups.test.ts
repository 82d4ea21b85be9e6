/** @file Requests into groups: one prompt's stand together in even parts, short prompts have a shorter cache once a batch is full. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { groupRequests, type SampleRequest } from "../../../src/toolkit/rollout/prompt-groups.ts";

const OPTIONS = { batchSize: 16, maxTokens: 10, contextLength: 64 };
const prompt = (length: number, first = 1): number[] => [first, ...new Array<number>(length - 1).fill(2)];
const times = (count: number, tokens: readonly number[]): SampleRequest[] =>
  Array.from({ length: count }, (_, seed) => ({ prompt: tokens, seed }));

test("ten requests of a prompt are two groups of five, wherever they stand", () => {
  const [a, b] = [prompt(3, 1), prompt(3, 5)];
  const { runs } = groupRequests([...times(4, a), ...times(10, b), ...times(6, a)], OPTIONS);
  assert.equal(runs.length, 1);
  assert.equal(runs[0]?.samples, 5);
  assert.deepEqual(
    runs[0]?.groups.map((group) => [group.prompt[0], group.writings.length]),
    [
      [1, 5],
      [1, 5],
      [5, 5],
      [5, 5],
    ],
  );
});

test("a run ends where a batch is full and the next prompts fit a shorter cache", () => {
  const of = (length: number, count: number) =>
    Array.from({ length: count }, (_, at) => times(1, prompt(length, at + 3)));
  const { runs } = groupRequests([...of(10, 8), ...of(40, 20), ...of(30, 5)].flat(), OPTIONS);
  // 20 of length 40 fill a batch of 16: length 30 begins a run of its own, whose 5 do not fill one, so length 10 joins it
  assert.deepEqual(
    runs.map(({ promptLength, groups }) => [promptLength, groups.length]),
    [
      [48, 20],
      [32, 13],
    ],
  );
});

test("a completion's limit is its own, else the options', and never beyond the context", () => {
  const { writings } = groupRequests(
    [
      { prompt: prompt(5), seed: 0 },
      { prompt: prompt(5), seed: 1, maxTokens: 3 },
      { prompt: prompt(60), seed: 2 },
    ],
    OPTIONS,
  );
  assert.deepEqual(
    writings.map(({ limit }) => limit),
    [10, 3, 4],
  );
});
