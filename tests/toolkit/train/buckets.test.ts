/** @file Batches: each example once an epoch, little padding, the same plan for the same stream; and the learning rate's course. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { bucketLengths, planEpoch } from "../../../src/toolkit/train/buckets.ts";
import { learningRateAt, type Schedule } from "../../../src/toolkit/train/index.ts";

const lengths = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 60 });

test("an epoch holds each example once, in rows that are long enough", () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 9 }), fc.nat(), (all, batchSize, seed) => {
      const plan = planEpoch(all, batchSize, createStream(seed));
      assert.deepEqual(
        plan.flatMap(({ examples }) => examples).toSorted((a, b) => a - b),
        all.map((_, at) => at),
      );
      for (const { examples, length } of plan) {
        assert.ok(examples.length <= batchSize && examples.length > 0);
        assert.ok(examples.every((at) => (all[at] as number) <= length));
      }
      assert.deepEqual(planEpoch(all, batchSize, createStream(seed)), plan);
    }),
    { seed: 5, numRuns: 60 },
  );
});

test("how many batches of which length there are hangs on the lengths alone", () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 9 }), fc.nat(), (all, batchSize, seed) => {
      const shapes = (stream: number | undefined) =>
        planEpoch(all, batchSize, stream === undefined ? undefined : createStream(stream))
          .map(({ length }) => length)
          .sort();
      assert.deepEqual(shapes(seed), shapes(undefined));
    }),
    { seed: 6, numRuns: 60 },
  );
});

test("another epoch is another order", () => {
  const all = Array.from({ length: 50 }, () => 10);
  const stream = createStream(1);
  assert.notDeepEqual(planEpoch(all, 5, stream.split(0)), planEpoch(all, 5, stream.split(1)));
});

test("buckets end with the longest example", () => {
  assert.deepEqual(bucketLengths(3), [3]);
  assert.deepEqual(bucketLengths(64), [8, 12, 16, 24, 32, 48, 64]);
});

test("a schedule warms up, then falls to its floor as its shape says", () => {
  const rates = (schedule: Schedule, updates: number) =>
    Array.from({ length: updates }, (_, at) => learningRateAt(schedule, at + 1, updates));
  assert.deepEqual(rates({ shape: "constant", peak: 4, warmUp: 2 }, 4), [2, 4, 4, 4]);
  assert.deepEqual(rates({ shape: "linear", peak: 4, warmUp: 2, floor: 0.5 }, 4), [2, 4, 3, 2]);
  const cosine = rates({ shape: "cosine", peak: 1, floor: 0 }, 4); // (1 + cos(pi k / 4)) / 2
  for (const [at, expected] of [(1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0].entries()) {
    assert.ok(Math.abs((cosine[at] as number) - expected) < 1e-15);
  }
  assert.throws(() => learningRateAt({ shape: "linear", peak: 0 }, 1, 2), /peak to be a number above 0, got 0/);
  assert.throws(
    () => learningRateAt({ shape: "linear", peak: 1, warmUp: 3 }, 1, 2),
    /warmUp to be an integer in \[0, 2\], got 3/,
  );
});
