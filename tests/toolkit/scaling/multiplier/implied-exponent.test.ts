/** @file The implied exponent of published error pairs, and its interval. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import { impliedExponent } from "../../../../src/toolkit/scaling/index.ts";

// GSM8K, DeepSeek-Math-7B, 1,319 problems: SFT 67.0 %, RFT 70.5 %, per-step DPO 73.6 % (github.com/hbin0701/Self-Explore, issue 1)
test("the published triple implies exponents that are consistent with 0.05 to 0.15", () => {
  const twice = impliedExponent({ baselineError: 0.33, error: 0.295, multiplier: 2, items: 1319, seed: 7 });
  const eightfold = impliedExponent({ baselineError: 0.33, error: 0.264, multiplier: 8, items: 1319, seed: 7 });
  assert.ok(twice.ok && eightfold.ok);
  assert.ok(Math.abs(twice.value - Math.log(0.33 / 0.295) / Math.LN2) < 1e-12); // 0.162
  assert.ok(Math.abs(eightfold.value - Math.log(0.33 / 0.264) / Math.log(8)) < 1e-12); // 0.107
  for (const { interval } of [twice, eightfold]) assert.ok(interval.low < 0.15 && interval.high > 0.05);
});

test("its interval has the width of the delta method", () => {
  // by hand: Var ln(share) = (1 - share) / (share items); two independent shares; 1.96 standard errors over ln 8
  const deviation = Math.sqrt(0.67 / (0.33 * 1319) + 0.736 / (0.264 * 1319)) / Math.log(8);
  const result = impliedExponent({
    baselineError: 0.33,
    error: 0.264,
    multiplier: 8,
    items: 1319,
    seed: 3,
    resamples: 20_000,
  });
  assert.ok(result.ok);
  assert.ok(Math.abs((result.interval.high - result.interval.low) / (2 * 1.96 * deviation) - 1) < 0.03);
});

test("its 95 % interval covers 95 %", () => {
  const studies = 500;
  let covered = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(17).split(study);
    const baselineError = stream.binomial(1319, 0.33) / 1319;
    const error = stream.binomial(1319, 0.33 / 8 ** 0.1) / 1319;
    const result = impliedExponent({ baselineError, error, multiplier: 8, items: 1319, seed: study, resamples: 400 });
    if (result.ok && result.interval.low <= 0.1 && 0.1 <= result.interval.high) covered++;
  }
  assert.ok(Math.abs(covered / studies - 0.95) <= 3 * Math.sqrt((0.95 * 0.05) / studies), `${covered / studies}`);
});

test("a worse method has a negative exponent, and a multiplier below 1 turns the sign", () => {
  const exponent = (multiplier: number) => {
    const result = impliedExponent({ baselineError: 0.2, error: 0.4, multiplier, items: 1000, seed: 1 });
    return result.ok ? result.value : 0;
  };
  assert.ok(Math.abs(exponent(4) + 0.5) < 1e-12 && Math.abs(exponent(0.25) - 0.5) < 1e-12);
});

test("too few items give a reason, wrong arguments an error", () => {
  const few = impliedExponent({ baselineError: 0.2, error: 0.05, multiplier: 2, items: 20, seed: 1 });
  assert.ok(!few.ok);
  assert.match(few.reason, /draws of 20 items have no error; use more test items/);
  const request = { baselineError: 0.2, error: 0.1, multiplier: 2, items: 100, seed: 1 };
  const one = impliedExponent({ ...request, resamples: 1 });
  assert.match(one.ok ? "" : one.reason, /no interval for the exponent: 1 draws .* ask for 40 resamples at least/);
  assert.throws(() => impliedExponent({ ...request, seed: -1 }), /^RangeError: impliedExponent requires seed /);
  assert.throws(() => impliedExponent({ ...request, multiplier: 1 }), /multiplier to differ from 1, got 1/);
  assert.throws(
    () => impliedExponent({ ...request, error: 0 }),
    /error to be a number strictly between 0 and 1, got 0/,
  );
  assert.throws(() => impliedExponent({ ...request, baselineError: 33 }), /baselineError/);
  assert.throws(() => impliedExponent({ ...request, items: 0.5 }), /items/);
});
