/** @file Means and multipliers over seeds: worked by hand, covered at their level, and censored where the sizes end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../src/toolkit/core/random-stream.ts";
import { meanOverSeeds, type SeededRun, seededMultiplier } from "../../../src/toolkit/scaling/index.ts";

const SIZES = [250, 500, 1000, 2000, 4000, 8000, 16_000];

/** Falls by 0.1 a doubling from 0.8 at 250: linear in the logarithm of the size, as the readings are. */
function error(dataSize: number): number {
  return 0.8 - 0.1 * Math.log2(dataSize / 250);
}

/** A seed shifts all its errors alike; each run has its own luck of training and of 1,000 test items. */
function study(seeds: number, multiplier: number, dataSize: number, stream: RandomStream | null) {
  const luck = (seed: number, deviation: number) => (stream === null ? 0 : stream.split(seed).normal(0, deviation));
  const score = (seed: number, run: number, expected: number) => {
    if (stream === null) return expected;
    const share = expected + luck(seed, 0.03) + luck(1000 * (seed + 1) + run, 0.02);
    return stream.split("items").split(seed).split(run).binomial(1000, share) / 1000;
  };
  const all = Array.from({ length: seeds }, (_, seed) => seed);
  const runs = all.map((seed) => ({ seed, dataSize, error: score(seed, 0, error(multiplier * dataSize)) }));
  const baseline = all.flatMap((seed) =>
    SIZES.map((size, k): SeededRun => ({ seed, dataSize: size, error: score(seed, k + 1, error(size)) })),
  );
  return { runs, baseline };
}

test("a mean over seeds has Student's interval", () => {
  // R 4: t.test(c(0.30, 0.34, 0.38))$conf.int: 0.34 -+ 4.302653 * 0.04 / sqrt(3)
  const { value, low, high, seeds } = meanOverSeeds([0.3, 0.34, 0.38]);
  assert.ok(Math.abs(value - 0.34) < 1e-12 && seeds === 3);
  assert.ok(Math.abs(low - 0.240634) < 1e-6 && Math.abs(high - 0.439366) < 1e-6);
  assert.throws(() => meanOverSeeds([0.3]), {
    message: "meanOverSeeds requires the number of seeds to be an integer in [2, 9007199254740991], got 1",
  });
});

test("seeds that agree give the multiplier exactly, between sizes too", () => {
  for (const multiplier of [0.5, 1, 3, 8]) {
    const { runs, baseline } = study(3, multiplier, 1000, null);
    const result = seededMultiplier(runs, baseline);
    assert.ok(result.ok && result.censored === "none");
    for (const number of [result.value, result.low, result.high]) assert.ok(Math.abs(number - multiplier) < 1e-9);
  }
});

test("an interval is that of the sizes at which Student's t sees no difference", () => {
  // By hand: differences -0.01, 0, 0.01 at the crossing, slope 0.1 a doubling without variance: t(2) * 0.01 / sqrt(3) = 0.024841,
  // which is 0.24841 doublings to either side of 2,000
  const baseline = study(3, 1, 1000, null).baseline;
  const runs = [-0.01, 0, 0.01].map((shift, seed) => ({ seed, dataSize: 1000, error: error(2000) + shift }));
  const result = seededMultiplier(runs, baseline);
  assert.ok(result.ok && Math.abs(result.value - 2) < 1e-9);
  assert.ok(Math.abs(Math.log2(result.low) - (1 - 0.24841)) < 1e-4);
  assert.ok(Math.abs(Math.log2(result.high) - (1 + 0.24841)) < 1e-4);
});

for (const seeds of [3, 5]) {
  test(`a true multiplier of 3 is covered by 95 % intervals over ${seeds} seeds`, () => {
    const studies = 600;
    let covered = 0;
    for (let index = 0; index < studies; index++) {
      const { runs, baseline } = study(seeds, 3, 1000, createStream(11).split(seeds).split(index));
      const result = seededMultiplier(runs, baseline);
      const [low, high] = result.ok ? [result.low, result.high] : [result.bound?.value ?? 0, Infinity];
      if (low <= 3 && 3 <= high) covered++;
    }
    assert.ok(covered >= 0.95 * studies - 3 * Math.sqrt(0.05 * 0.95 * studies), `${covered} of ${studies}`); // 3 standard errors
  });
}

test("beyond the measured sizes there is a bound, never a number", () => {
  const { baseline } = study(3, 1, 1000, null);
  const at = (shift: number) => [0, 1, 2].map((seed) => ({ seed, dataSize: 1000, error: error(16_000) + shift }));
  const better = seededMultiplier(at(-0.05), baseline);
  assert.ok(!better.ok && better.bound?.kind === "at least" && better.bound.value === 16);
  assert.match(better.reason, /^the baseline's mean error is still higher at its largest dataSize 16000 than 0\.150$/);
  const worse = seededMultiplier(at(0.7), baseline);
  assert.ok(!worse.ok && worse.bound?.kind === "at most" && worse.bound.value === 0.25);
  const near = [-0.04, 0, 0.04].map((shift, seed) => ({ seed, dataSize: 1000, error: error(15_000) + shift }));
  const cut = seededMultiplier(near, baseline);
  assert.ok(cut.ok && cut.censored === "high" && cut.high === 16);
});

test("a seed without its baseline, or two runs of one seed, is an error", () => {
  const { runs, baseline } = study(3, 2, 1000, null);
  const lacking = baseline.filter(({ seed, dataSize }) => seed !== 1 || dataSize !== 500);
  assert.throws(() => seededMultiplier(runs, lacking), {
    message: "seededMultiplier requires one baseline run of seed 1 at dataSize 500, got 0",
  });
  assert.throws(() => seededMultiplier([...runs, ...runs], baseline), /runs of one size and of different seeds/);
});
