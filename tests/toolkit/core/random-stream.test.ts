/** @file Random streams: the same for the same seed, apart after a split, and distributed as they say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../src/toolkit/core/random-stream.ts";

const DRAWS = 100_000;

function draw(count: number, next: () => number): number[] {
  return Array.from({ length: count }, next);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson's statistic of counts against equal expectations. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function correlation(one: RandomStream, other: RandomStream): number {
  const pairs = draw(DRAWS, () => (one.uniform() - 0.5) * (other.uniform() - 0.5) * 12);
  return mean(pairs);
}

test("the first uniform of seed 0 is made of the published words of Threefry", () => {
  // words 0x6b200159, 0x99ba4efe of tests/kat_vectors: (0x6b200159 >>> 5) * 2^26 + (0x99ba4efe >>> 6), over 2^53
  assert.equal(createStream(0).uniform(), (0x6b200159 >>> 5) * 2 ** -27 + (0x99ba4efe >>> 6) * 2 ** -53);
});

test("one seed gives one sequence, and every part of a 53-bit seed counts", () => {
  const first = (seed: number) =>
    draw(
      5,
      (() => {
        const stream = createStream(seed);
        return () => stream.uniform();
      })(),
    );
  assert.deepEqual(first(7), first(7));
  const seeds = [0, 1, 7, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
  assert.equal(new Set(seeds.map((seed) => first(seed)[0])).size, seeds.length);
});

test("a split does not hang on how much was drawn, nor does it move the stream", () => {
  const fresh = createStream(7);
  const used = createStream(7);
  used.uniform();
  assert.equal(fresh.split("fits").uniform(), used.split("fits").uniform());
  const unsplit = createStream(7);
  assert.equal(fresh.uniform(), unsplit.uniform());
});

test("different parts get different streams, and a label is never an index", () => {
  const stream = createStream(7);
  const parts = [0, 1, 2, 2 ** 32, "", "0", "1", "a", "b", "ab", "ba", "a\0", "\0a"];
  assert.equal(new Set(parts.map((part) => stream.split(part).uniform())).size, parts.length);
  assert.notEqual(stream.split("a").split("b").uniform(), stream.split("ab").uniform());
});

test("a stream, its splits, and neighbouring seeds are uncorrelated", () => {
  const bound = 4.5 / Math.sqrt(DRAWS); // 4.5 standard deviations of a mean of products with variance 1
  for (const [one, other] of [
    [createStream(1), createStream(2)],
    [createStream(1), createStream(1).split(0)],
    [createStream(1).split(0), createStream(1).split(1)],
    [createStream(1).split("a"), createStream(1).split("b")],
  ] as const) {
    assert.ok(Math.abs(correlation(one, other)) < bound);
  }
});

test("uniforms fill [0, 1) evenly", () => {
  const stream = createStream(11);
  const counts = new Array<number>(100).fill(0);
  for (const value of draw(DRAWS, () => stream.uniform())) {
    assert.ok(value >= 0 && value < 1);
    const cell = Math.floor(value * 100);
    counts[cell] = (counts[cell] as number) + 1;
  }
  assert.ok(chiSquared(counts) < 148.23); // scipy.stats.chi2.ppf(0.999, 99)
});

test("integers reach every value below their bound equally often", () => {
  const stream = createStream(12);
  const counts = new Array<number>(7).fill(0);
  for (const value of draw(DRAWS, () => stream.integer(7))) counts[value] = (counts[value] as number) + 1;
  assert.ok(chiSquared(counts) < 22.46); // scipy.stats.chi2.ppf(0.999, 6)
  assert.equal(stream.integer(1), 0);
});

test("normals have the moments of the normal distribution", () => {
  const stream = createStream(13);
  const values = draw(DRAWS, () => stream.normal());
  const moment = (power: number) => mean(values.map((value) => value ** power));
  // standard deviations of the first four sample moments: 1, sqrt 2, sqrt 15, sqrt 96, over sqrt draws
  for (const [power, expected, deviation] of [
    [1, 0, 1],
    [2, 1, Math.SQRT2],
    [3, 0, Math.sqrt(15)],
    [4, 3, Math.sqrt(96)],
  ] as const) {
    assert.ok(Math.abs(moment(power) - expected) < (4 * deviation) / Math.sqrt(DRAWS), `moment ${power}`);
  }
  assert.equal(createStream(5).normal(3, 0), 3);
});

test("wrong arguments are named", () => {
  assert.throws(
    () => createStream(-1),
    /^RangeError: createStream requires seed to be an integer in \[0, 9007199254740991\], got -1$/,
  );
  assert.throws(() => createStream(0.5), RangeError);
  assert.throws(() => createStream(0).integer(0), /integer requires bound/);
  assert.throws(
    () => createStream(0).binomial(3, 1.5),
    /binomial requires probability to be a number in \[0, 1\], got 1.5/,
  );
  assert.throws(() => createStream(0).split(-1), /split requires part/);
});
