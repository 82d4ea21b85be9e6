/** @file Means and multipliers over seeds: worked by hand, covered at their level, and censored where the sizes end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream, type RandomStream } from "../../../../src/toolkit/core/random-stream.ts";
import { meanOverSeeds, type SeededRun, seededMultiplier } from "../../../../src/toolkit/scaling/index.ts";

const SIZES = [250, 500, 1000, 2000, 4000, 8000, 16_000];

function error(dataSize: number): number {
  return 0.8 * (dataSize / 250) ** -0.35;
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
    assert.ok(result.ok);
    for (const number of [result.value, result.low, result.high]) assert.ok(Math.abs(number - multiplier) < 1e-9);
  }
});

test("the mean is geometric, and its interval Student's of the logarithms", () => {
  // By hand: log2 of 2, 4, 8 has mean 2 and deviation 1; t(2) / sqrt(3) = 2.484138 doublings
  const { baseline } = study(3, 1, 1000, null);
  const runs = [2, 4, 8].map((times, seed) => ({ seed, dataSize: 1000, error: error(1000 * times) }));
  const result = seededMultiplier(runs, baseline);
  assert.ok(result.ok && Math.abs(result.value - 4) < 1e-9);
  assert.ok(Math.abs(result.low - 2 ** (2 - 2.484138)) < 1e-5 && Math.abs(result.high - 2 ** (2 + 2.484138)) < 1e-4);
  for (const [index, times] of [2, 4, 8].entries()) assert.ok(Math.abs((result.bySeed[index] ?? 0) - times) < 1e-9);
});

test("a flat or rising piece of a baseline is passed over: the first size that is as good counts", () => {
  const baseline = [0, 1].flatMap((seed) =>
    [0.8, 0.4, 0.4, 0.6, 0.1].map((each, k) => ({ seed, dataSize: 100 * 2 ** k, error: each })),
  );
  const at = (each: number) =>
    seededMultiplier(
      [0, 1].map((seed) => ({ seed, dataSize: 100, error: each })),
      baseline,
    );
  for (const [each, expected] of [
    [0.4, 2],
    [0.6, (100 * 2 ** (Math.log(0.8 / 0.6) / Math.log(2))) / 100],
  ] as const) {
    const result = at(each);
    assert.ok(result.ok && Math.abs(result.value - expected) < 1e-9);
  }
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

test("where some seeds are cut off the bound has a limit, below which the true multiplier lies as rarely as it should", () => {
  const studies = 600;
  let [below, censored] = [0, 0];
  for (let index = 0; index < studies; index++) {
    const { runs, baseline } = study(5, 3, 4000, createStream(12).split(index)); // SFT's sizes end at 4 times
    const result = seededMultiplier(runs, baseline);
    const limit = result.ok ? result.low : result.bound?.limit;
    if (!result.ok && limit !== undefined) censored++;
    if (limit !== undefined && limit > 3) below++;
  }
  assert.ok(censored > studies / 5, `${censored} of ${studies} studies are cut off`);
  assert.ok(below <= 0.025 * studies + 3 * Math.sqrt(0.025 * 0.975 * studies), `${below} of ${studies}`); // 3 standard errors
});

test("a limit is Student's lower end with the bound in place, and there is none where every seed is cut off", () => {
  const { baseline } = study(3, 1, 1000, null);
  const at = (errors: number[]) =>
    seededMultiplier(
      errors.map((each, seed) => ({ seed, dataSize: 1000, error: each })),
      baseline,
    );
  const some = at([error(4000), error(8000), 0.01]); // by hand: log2 of 4, 8, 16 has mean 3 and deviation 1
  assert.ok(!some.ok && Math.abs((some.bound?.limit ?? 0) - 2 ** (3 - 2.484138)) < 1e-4);
  const all = at([0.01, 0.01, 0.01]);
  assert.ok(!all.ok && Math.abs((all.bound?.value ?? 0) - 16) < 1e-9 && all.bound?.limit === undefined);
});

test("beyond the measured sizes there is a bound, never a number", () => {
  const { baseline } = study(3, 1, 1000, null);
  const at = (errors: number[]) =>
    seededMultiplier(
      errors.map((each, seed) => ({ seed, dataSize: 1000, error: each })),
      baseline,
    );
  const better = at([0.1, 0.1, error(16_000)]);
  assert.ok(!better.ok && better.bound?.kind === "at least" && Math.abs(better.bound.value - 16) < 1e-9);
  assert.equal(better.reason, "the baseline is still worse at its largest size in 2 of 3 seeds");
  const worse = at([0.9, 0.9, 0.9]);
  assert.ok(!worse.ok && worse.bound?.kind === "at most" && Math.abs(worse.bound.value - 0.25) < 1e-9);
  const both = at([0.9, 0.5, 0.1]);
  assert.ok(!both.ok && both.bound === undefined);
});

test("a seed without its baseline, or two runs of one seed, is an error", () => {
  const { runs, baseline } = study(3, 2, 1000, null);
  const lacking = baseline.filter(({ seed }) => seed !== 1);
  assert.throws(() => seededMultiplier(runs, lacking), {
    message: "seededMultiplier requires the baseline runs of seed 1 to be an integer in [2, 9007199254740991], got 0",
  });
  assert.throws(() => seededMultiplier([...runs, ...runs], baseline), /runs of one size and of different seeds/);
});

test("runs that are none, and seeds that are no numbers, are named", () => {
  const { runs, baseline } = study(3, 2, 1000, null);
  const unchecked = seededMultiplier as (...given: unknown[]) => unknown;
  const seeded = (seed: unknown) => [{ ...runs[0], seed }, ...runs.slice(1)];
  const cases: [() => unknown, RegExp][] = [
    [() => unchecked(null, baseline), /seededMultiplier requires runs to be an array of .*, got null/],
    [() => unchecked(runs), /seededMultiplier requires baseline to be an array of .*, got undefined/],
    [() => unchecked([null], baseline), /requires runs\[0\]\.dataSize to be a number above 0, got undefined/],
    [() => unchecked(seeded(Symbol("one")), baseline), /requires runs\[0\]\.seed to be a number, got Symbol\(one\)/],
    [() => unchecked(seeded(undefined), baseline), /requires runs\[0\]\.seed to be a number, got undefined/],
    [() => unchecked(runs, seeded("1")), /requires baseline\[0\]\.seed to be a number, got "1"/],
  ];
  for (const [call, expected] of cases) assert.throws(call, expected);
});
