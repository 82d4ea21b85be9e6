/** @file Criteria and nested tests of fits by squares agree with scipy's, and hold the level that they state. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  brokenPowerLaw,
  compareFits,
  fitLaw,
  fitScalingLaw,
  type Law,
  type LawFit,
  type LearningCurvePoint,
  nestedTest,
  powerFloorLaw,
  powerLaw,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, exactCurve, TRANSLATION } from "../curves.ts";

const ROWS = TRANSLATION.filter((point) => point.holdOut !== true);

function fitted(law: Law, rows: readonly object[] = ROWS, options: { standardError?: string } = {}): LawFit {
  const fit = fitLaw(rows, { law, y: "error", ...options });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

test("criteria of the translation curve, by scipy's sums of squares", () => {
  const result = compareFits([fitted(powerLaw), fitted(powerFloorLaw)]);
  assert.ok(result.ok);
  const [floor, power] = result.rows;
  assert.ok(floor !== undefined && power !== undefined);
  assert.equal(floor.law, "power + floor");
  // scipy 1.17.1: n ln(rss / n) + k ln n, with n = 10 and k = 4, 3
  assert.ok(Math.abs(floor.bic - -80.84002094880272) < 1e-6);
  assert.ok(Math.abs(power.bic - -57.00203560571934) < 1e-6);
  assert.ok(Math.abs(power.difference - (-53.90979088470148 + 74.05036132077889)) < 1e-6);
  assert.ok(Math.abs(floor.weight + power.weight - 1) < 1e-15);
});

function compared(points: readonly LearningCurvePoint[]) {
  const options = { points, seed: 7, intervalMethods: ["wald"] } as const;
  return compareFits([
    fitScalingLaw({ ...options, law: "power" }),
    fitScalingLaw({ ...options, law: "power + floor" }),
  ]);
}

test("held-out points take no part, and the best law is named", () => {
  const result = compared(TRANSLATION);
  assert.ok(result.ok);
  assert.equal(result.best, "power + floor");
  const [floor, power] = result.rows;
  assert.ok(floor !== undefined && power !== undefined);
  // scipy 1.17.1 curve_fit, then n ln(rss / n) + 2 k + 2 k (k + 1) / (n - k - 1) with n = 10 and k = 4, 3
  assert.ok(Math.abs(power.difference - (-53.90979088470148 + 74.05036132077889)) < 1e-6);
  assert.ok(Math.abs(floor.weight + power.weight - 1) < 1e-15 && floor.weight > 0.999);
});

test("curves without a floor are mostly recognised", () => {
  let simpler = 0;
  const sizes = ANSWERS.map((point) => point.dataSize);
  for (let study = 0; study < 100; study++) {
    const stream = createStream(41).split(study);
    const points = exactCurve(3, 0.3, 0, sizes).map((point) => {
      return { ...point, error: stream.binomial(1319, point.error) / 1319, items: 1319 };
    });
    const result = compared(points);
    assert.ok(result.ok, result.ok ? "" : result.reason);
    if (result.best === "power") simpler++;
  }
  assert.ok(simpler >= 85, `${simpler} of 100`);
});

test("a law that was not fitted, and too few points for the correction, are reasons", () => {
  const short = compared(TRANSLATION.slice(0, 5));
  assert.ok(!short.ok);
  assert.match(short.reason, /AICc of "power \+ floor" needs 6 rows, 5 were given; give more data sizes/);
  const unfit = compared(TRANSLATION.slice(0, 3));
  assert.ok(!unfit.ok && /^"power \+ floor": .* leaves nothing to tell the noise by/.test(unfit.reason));
});

test("the floor is needed by F, and one break more is not", () => {
  const floor = nestedTest(fitted(powerLaw), fitted(powerFloorLaw));
  assert.deepEqual([floor.kind, floor.degreesOfFreedom], ["F", [1, 7]]);
  assert.ok(Math.abs(floor.statistic / 88.58034404207584 - 1) < 1e-6); // scipy's sums of squares
  assert.ok(Math.abs(floor.pValue / 3.1860388924854185e-5 - 1) < 1e-5); // scipy.stats.f.sf of it
  const broken = nestedTest(fitted(powerFloorLaw), fitted(brokenPowerLaw));
  assert.ok(Math.abs(broken.pValue / 0.06899209855514632 - 1) < 1e-4);
});

test("with known noise, a floor that is not there passes for one in 1 of 20 curves at most", () => {
  let rejected = 0;
  const studies = 200;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(11).split(study);
    const rows = [1, 2, 4, 8, 16, 32, 64, 128].map((dataSize) => {
      return { dataSize, error: stream.normal(dataSize ** -0.3, 0.01), deviation: 0.01 };
    });
    const known = { standardError: "deviation" };
    const outcome = nestedTest(fitted(powerLaw, rows, known), fitted(powerFloorLaw, rows, known));
    assert.equal(outcome.kind, "likelihood ratio");
    if (outcome.pValue < 0.05) rejected++;
  }
  // the floor's bound at 0 halves the level: 2.5 % expected, 3 standard deviations above it allowed
  assert.ok(rejected <= studies * 0.025 + 3 * Math.sqrt(studies * 0.025 * 0.975), `${rejected} of ${studies}`);
});

test("fits that cannot be compared are refused", () => {
  const power = fitted(powerLaw);
  assert.throws(() => compareFits([power]), /compareFits requires two fits or more/);
  assert.throws(() => compareFits([power, fitted(powerLaw, ROWS.slice(1))]), /fits of the same rows/);
  assert.throws(() => nestedTest(power, power), /nestedTest requires larger to have more parameters than smaller/);
  const result = compareFits([fitted(powerLaw, ROWS.slice(0, 5)), fitted(powerFloorLaw, ROWS.slice(0, 5))]);
  assert.ok(!result.ok && /AICc of "power \+ floor" needs 6 rows, 5 were given/.test(result.reason));
});
