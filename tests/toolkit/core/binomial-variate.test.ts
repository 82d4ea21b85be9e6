/** @file Binomial draws follow the exact distribution, by inversion and by rejection. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";

const DRAWS = 60_000;
const LEAST_EXPECTED = 8; // cells with less are pooled, as Pearson's statistic needs

/** Point probabilities by the recurrence P(k + 1) / P(k) = (n - k) p / ((k + 1) (1 - p)), from the largest one outwards. */
function probabilities(trials: number, probability: number): number[] {
  const odds = probability / (1 - probability);
  const mode = Math.min(trials, Math.floor((trials + 1) * probability));
  const mass = new Array<number>(trials + 1).fill(0);
  mass[mode] = 1;
  for (let k = mode; k < trials; k++) mass[k + 1] = ((mass[k] as number) * odds * (trials - k)) / (k + 1);
  for (let k = mode; k > 0; k--) mass[k - 1] = ((mass[k] as number) * k) / (odds * (trials - k + 1));
  const total = mass.reduce((sum, value) => sum + value, 0);
  return mass.map((value) => value / total);
}

for (const [trials, probability, how] of [
  [1, 0.3, "inversion"],
  [20, 0.25, "inversion"],
  [1319, 0.004, "inversion"],
  [40, 0.27, "rejection, few expected"],
  [30, 0.5, "rejection"],
  [1319, 0.33, "rejection"],
  [1319, 0.93, "rejection, mirrored"],
  [1_000_000, 0.0004, "rejection, rare"],
] as const) {
  test(`binomial(${trials}, ${probability}) is exact (${how})`, () => {
    const stream = createStream(21).split(`${trials} ${probability}`);
    const counts = new Map<number, number>();
    for (let i = 0; i < DRAWS; i++) {
      const count = stream.binomial(trials, probability);
      counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    let statistic = 0;
    let cells = 0;
    let observed = 0;
    let expected = 0;
    const close = () => {
      statistic += (observed - expected) ** 2 / expected;
      cells++;
      observed = expected = 0;
    };
    for (const [k, mass] of probabilities(trials, probability).entries()) {
      observed += counts.get(k) ?? 0;
      expected += mass * DRAWS;
      if (expected >= LEAST_EXPECTED) close();
    }
    if (expected > 1) close();
    const freedom = cells - 1;
    // Wilson & Hilferty 1931: the 99.99 % point of chi squared, z = scipy.stats.norm.ppf(0.9999) = 3.719
    const bound = freedom * (1 - 2 / (9 * freedom) + 3.719 * Math.sqrt(2 / (9 * freedom))) ** 3;
    assert.ok(statistic < bound, `chi squared ${statistic} of ${freedom} degrees of freedom, bound ${bound}`);
  });
}

test("certain outcomes are certain", () => {
  const stream = createStream(1);
  assert.equal(stream.binomial(10, 0), 0);
  assert.equal(stream.binomial(10, 1), 10);
  assert.equal(stream.binomial(0, 0.5), 0);
});
