/** @file Units and order are the reader's choice: fits, intervals, bands and multipliers follow them as they must, and bad curves have reasons. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  backTest,
  brokenPowerLaw,
  compareFits,
  dataMultiplier,
  equivalentDataSize,
  fitDoubts,
  fitLaw,
  fitScoredRuns,
  type Law,
  type LearningCurvePoint,
  logLinearLaw,
  powerFloorLaw,
  powerLaw,
  predict,
  predictionBand,
  profileLaw,
  sharedShapeMultiplier,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, DOUBLINGS, TRANSLATION } from "../curves.ts";

const FITTED = TRANSLATION.filter((point) => point.holdOut !== true);
const units = fc.constantFrom(1e-9, 1e-3, 7, 1e6, 1e12);
const close = (one: number, other: number, relative = 1e-6) => Math.abs(one / other - 1) < relative;

function rescaled(points: readonly LearningCurvePoint[], bySize: number, byError = 1) {
  return points.map((point) => ({ ...point, dataSize: point.dataSize * bySize, error: point.error * byError }));
}

test("any law: another unit of error or size changes amplitude and floor alone, interval and band with them", () => {
  const fitted = (points: readonly LearningCurvePoint[]) => {
    const fit = fitLaw(points, { law: powerFloorLaw, y: "error" });
    const profile = profileLaw(fit, { parameter: "irreducibleError", points: 3 });
    assert.ok(fit.ok && profile.ok && !("reason" in profile.interval));
    return { fit, floor: profile.interval };
  };
  const { fit, floor } = fitted(FITTED);
  const [band] = predictionBand(fit, [{ dataSize: 512 }], { measurement: true });
  fc.assert(
    fc.property(units, units, (bySize, byError) => {
      const { fit: other, floor: otherFloor } = fitted(rescaled(FITTED, bySize, byError));
      assert.ok(close(other.parameters.exponent.value, fit.parameters.exponent.value));
      assert.ok(close(other.parameters.exponent.standardError, fit.parameters.exponent.standardError));
      assert.ok(close(other.parameters.irreducibleError.value, byError * fit.parameters.irreducibleError.value));
      const amplitude = fit.parameters.amplitude.value * byError * bySize ** fit.parameters.exponent.value;
      assert.ok(close(other.parameters.amplitude.value, amplitude));
      assert.ok(close(otherFloor.low, byError * floor.low) && close(otherFloor.high, byError * floor.high));
      const [otherBand] = predictionBand(other, [{ dataSize: 512 * bySize }], { measurement: true });
      assert.ok(band !== undefined && otherBand !== undefined);
      assert.ok(close(otherBand.low, byError * band.low) && close(otherBand.high, byError * band.high));
    }),
    { seed: 3, numRuns: 15 },
  );
});

const scores = (multiplier: number) =>
  DOUBLINGS.map((dataSize, k) => {
    const wrong = Math.round(1319 * (3 * (multiplier * dataSize) ** -0.35 + 0.1)) + (k % 3) - 1;
    return { dataSize, error: wrong / 1319, items: 1319 };
  });

test("the multiplier: counted in other units it is the same, with the curve's sizes alone it scales inversely", () => {
  const options = { seed: 1, resamples: 40 };
  const base = sharedShapeMultiplier(scores(2), scores(1), options);
  assert.ok(base.ok);
  fc.assert(
    fc.property(units, fc.constantFrom(0.5, 3), (unit, factor) => {
      const same = sharedShapeMultiplier(rescaled(scores(2), unit), rescaled(scores(1), unit), options);
      assert.ok(same.ok && close(same.value, base.value) && close(same.low, base.low, 1e-3));
      const moved = sharedShapeMultiplier(rescaled(scores(2), factor), scores(1), options);
      assert.ok(moved.ok && close(moved.value, base.value / factor));
    }),
    { seed: 4, numRuns: 6 },
  );
  const swapped = sharedShapeMultiplier(scores(1), scores(2), options);
  assert.ok(swapped.ok && close(swapped.value, 1 / base.value));
  const shuffled = sharedShapeMultiplier(scores(2).reverse(), scores(1).reverse(), options);
  assert.ok(shuffled.ok && close(shuffled.value, base.value));
});

const CURVES: [what: string, points: readonly object[], reason: RegExp][] = [
  ["no point", [], /needs \d rows or more|have 0 different sizes/],
  ["fewer points than parameters", ANSWERS.slice(0, 2), /needs 3 rows or more|have 2 different sizes/],
  [
    "one size only",
    ANSWERS.map((point) => ({ ...point, dataSize: 100 })),
    /cannot tell|nothing depends|1 different sizes/,
  ],
  ["constant errors", ANSWERS.map((point) => ({ ...point, error: 0.3 })), /all (outcomes|errors) are 0\.3/],
  ["errors of 0", ANSWERS.map((point) => ({ ...point, error: 0 })), /all (outcomes|errors) are 0/],
  ["errors of 1", ANSWERS.map((point) => ({ ...point, error: 1 })), /all (outcomes|errors) are 1/],
];

for (const [what, points, reason] of CURVES) {
  test(`${what}: each analysis of any law gives the reason, none a number`, () => {
    const options = { law: powerFloorLaw, y: "error", items: "items" } as const;
    const start = { amplitude: 1, exponent: 0.3, irreducibleError: 0.1 };
    for (const fit of [fitLaw(points, options), fitLaw(points, { ...options, start })]) {
      assert.ok(!fit.ok);
      assert.match(fit.reason, reason);
      for (const analysis of [
        () => predict(fit, 100),
        () => predictionBand(fit, [100]),
        () => profileLaw(fit, { parameter: "exponent" }),
        () => withIntervals(fit, { seed: 1, intervalMethods: ["bootstrap"] }),
        () => fitDoubts(fit),
        () => equivalentDataSize(fit, 0.3),
      ]) {
        assert.throws(analysis, (error: Error) => error instanceof RangeError && reason.test(error.message));
      }
      const tested = backTest(fit, { seed: 1 });
      assert.ok(!tested.ok && tested.reason.length > 20);
      const compared = compareFits([fit, fit]);
      assert.ok(!compared.ok && reason.test(compared.reason));
      const read = dataMultiplier(fit, fit, { atError: 0.3 });
      assert.ok(!read.ok && reason.test(read.reason));
    }
    const multiplier = sharedShapeMultiplier(points as LearningCurvePoint[], scores(1), { seed: 1, resamples: 5 });
    if (multiplier.ok) assert.ok(Number.isFinite(multiplier.value) && multiplier.low > 0);
  });
}

test("sizes and errors out of range are refused by row and column", () => {
  for (const [change, message] of [
    [{ dataSize: 0 }, /rows\[0\]\.dataSize to be a number above 0, got 0/],
    [{ dataSize: -1 }, /rows\[0\]\.dataSize to be a number above 0, got -1/],
    [{ dataSize: Number.NaN }, /rows\[0\]\.dataSize to be a number above 0, got NaN/],
    [{ error: Number.NaN }, /rows\[0\]\.error \(a share of test items\) to be a number in \[0, 1\], got NaN/],
    [{ error: -0.1 }, /rows\[0\]\.error \(a share/],
    [{ items: 0 }, /rows\[0\]\.items to be an integer/],
  ] as const) {
    const rows = ANSWERS.map((point, k) => (k === 0 ? { ...point, ...change } : point));
    const options = { law: powerFloorLaw, y: "error", items: "items" } as const;
    assert.throws(() => fitLaw(rows, options), message);
  }
});

test("sizes of 1e300 and 1e-300, every law: finite numbers or a reason, in bounded time", () => {
  for (const law of [powerLaw, powerFloorLaw, logLinearLaw, brokenPowerLaw]) {
    for (const bySize of [1e290, 1e-290]) {
      const fit = fitLaw<string, string>(rescaled(ANSWERS, bySize), { law: law as Law, y: "error", items: "items" });
      if (!fit.ok) assert.ok(fit.reason.length > 20);
      else {
        for (const { value, standardError } of Object.values(fit.parameters)) {
          assert.ok(Number.isFinite(value) && Number.isFinite(standardError), law.name);
        }
      }
    }
  }
});

test("a method whose every answer is right, or wrong, is a reason beside one that can be fitted", () => {
  const run = (dataSize: number, share: number) => ({
    dataSize,
    wrong: Array.from({ length: 50 }, (_, item) => item < 50 * share),
  });
  const { sft, perfect } = fitScoredRuns(
    {
      sft: [1, 2, 4, 8, 16].map((size) => run(size, 0.9 * size ** -0.5)),
      perfect: [1, 2, 4, 8, 16].map((size) => run(size, 0)),
    },
    { seed: 1, resamples: 50 },
  );
  assert.ok(sft !== undefined && perfect !== undefined && !perfect.ok);
  assert.match(perfect.reason, /all errors are 0/);
});
