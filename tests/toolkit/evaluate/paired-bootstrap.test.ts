/** @file The paired bootstrap: its interval covers, pairing narrows it, and equal policies do not differ. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { pairedBootstrap } from "../../../src/toolkit/evaluate/index.ts";

const stream = createStream(31);

/** Scores of two policies of accuracy 0.6 and 0.5 that agree on most problems. */
function scores(problems: number): { first: number[]; second: number[] } {
  const hard = Array.from({ length: problems }, () => stream.uniform());
  return {
    first: hard.map((level) => (level < 0.6 ? 1 : 0)),
    second: hard.map((level) => (level > 0.1 && level < 0.6 ? 1 : 0)),
  };
}

test("the interval holds the true difference as often as it says", () => {
  let holds = 0;
  const simulations = 500;
  for (let simulation = 0; simulation < simulations; simulation++) {
    const { first, second } = scores(300);
    const { interval } = pairedBootstrap(first, second, { stream: stream.split(simulation), resamples: 400 });
    if (interval.low <= 0.1 && 0.1 <= interval.high) holds++;
  }
  const room = 3.3 * Math.sqrt((0.95 * 0.05) / simulations);
  assert.ok(Math.abs(holds / simulations - 0.95) < room + 0.01, `${holds} of ${simulations}`);
});

test("drawing problems of equal difference together is the bootstrap: same mean and spread as drawing one by one", () => {
  const gaps = [1, 1, 0, 0, 0, -1, 0.5, 0.5, 0.5, 0];
  const { difference, interval } = pairedBootstrap(
    gaps,
    gaps.map(() => 0),
    { stream, resamples: 20_000 },
  );
  const plain = Array.from({ length: 20_000 }, () => {
    return gaps.reduce((sum) => sum + (gaps[stream.integer(10)] as number), 0) / 10;
  }).sort((a, b) => a - b);
  assert.equal(difference, 0.25);
  assert.ok(Math.abs(interval.low - (plain[500] as number)) <= 0.05);
  assert.ok(Math.abs(interval.high - (plain[19_500] as number)) <= 0.05);
});

test("20,000 problems take no longer than 200", () => {
  const { first, second } = scores(20_000);
  const { interval, firstAhead, problems } = pairedBootstrap(first, second, { stream });
  assert.equal(problems, 20_000);
  assert.ok(interval.high - interval.low < 0.012 && firstAhead === 1); // 2 * 1.96 * sqrt(.09 / 20000) = 0.0083
});

test("equal policies do not differ, and lists that do not pair are refused", () => {
  const { difference, interval, firstAhead } = pairedBootstrap([1, 0, 1], [1, 0, 1], { stream });
  assert.deepEqual([difference, interval.low, interval.high, firstAhead], [0, 0, 0, 0.5]);
  assert.throws(
    () => pairedBootstrap([1, 0], [1], { stream }),
    /pairedBootstrap requires both policies' scores on the same 2 problems, got 1/,
  );
  assert.throws(() => pairedBootstrap([], [], { stream }), /the number of scores to be an integer in \[1, /);
  assert.throws(() => pairedBootstrap([Number.NaN], [1], { stream }), /scores to be numbers, at 0, got NaN/);
});
