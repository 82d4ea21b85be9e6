/** @file The bootstrap of cases covers what it claims, and reproduces a published one; what cannot be drawn is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  chinchillaLaw,
  fitLaw,
  type LawFitOptions,
  logLinearLaw,
  withIntervals,
} from "../../../../src/toolkit/scaling/index.ts";
import { closed } from "../curves.ts";
import { readChinchillaRuns } from "../laws/chinchilla-runs.ts";
import { sharedData } from "../shared-data.ts";

const { folder, skip } = sharedData("chinchilla");

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

test("the published standard errors of the Chinchilla refit", { skip }, () => {
  const result = fitLaw(readChinchillaRuns(folder), {
    law: chinchillaLaw,
    y: "loss",
    loss: { kind: "huber", delta: 1e-3 },
    start: { logA: 6, logB: 7, logE: 0.5, alpha: 0.35, beta: 0.35 },
    seed: 42,
    resamples: 300,
    intervalMethods: ["bootstrap"],
  });
  assert.ok(result.ok, result.ok ? "" : result.reason);
  const { bootstrap } = result;
  assert.ok(bootstrap !== null && bootstrap.failed === 0 && bootstrap.kind === "cases");
  // Besiroglu et al. 2024, arXiv:2404.10102: 4,000 resamples with deviations in place of delta = 1e-3. A standard deviation
  // of 300 draws is known to 4 %; three of those, and as much again for the other objective
  const spread = {
    alpha: standardDeviation(bootstrap.draws.alpha),
    beta: standardDeviation(bootstrap.draws.beta),
  };
  assert.ok(Math.abs(spread.alpha / 0.0154 - 1) < 0.25, `${spread.alpha}`);
  assert.ok(Math.abs(spread.beta / 0.0206 - 1) < 0.25, `${spread.beta}`);
  const [low, high] = [0.317, 0.373]; // their 95 % interval of alpha
  const interval = closed(result.parameters.alpha.interval);
  assert.ok(Math.abs(interval.low - low) < 0.007 && Math.abs(interval.high - high) < 0.007);
});

test("noise that grows from row to row: 95 % intervals of a slope cover it", () => {
  const studies = 150;
  let covered = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(8).split(study);
    const rows = Array.from({ length: 40 }, (_, k) => {
      const logSize = k / 8;
      return { dataSize: Math.exp(logSize), error: stream.normal(2 - 0.3 * logSize, 0.02 + 0.04 * logSize) };
    });
    const fit = fitLaw(rows, { law: logLinearLaw, y: "error" });
    const result = withIntervals(fit, { intervalMethods: ["bootstrap"], draw: "cases", seed: study, resamples: 100 });
    assert.ok(result.ok);
    const { low, high } = closed(result.parameters.slope.interval);
    if (low <= 0.3 && 0.3 <= high) covered++;
  }
  // percentile intervals of 40 rows and 100 draws: about 92 %; three binomial standard errors under that
  assert.ok(covered >= studies * (0.92 - 3 * Math.sqrt((0.92 * 0.08) / studies)), `${covered} of ${studies}`);
});

test("other intervals of a fit are those of a fit that asked for them at once, and leave its values alone", () => {
  const rows = [2.1, 1.8, 1.7, 1.35, 1.2, 1.1].map((error, k) => ({ dataSize: 2 ** k, error }));
  const options = { law: logLinearLaw, y: "error" } as const;
  const asked = { intervalMethods: ["bootstrap", "profile"], seed: 3, resamples: 50 } as const;
  const [later, atOnce] = [withIntervals(fitLaw(rows, options), asked), fitLaw(rows, { ...options, ...asked })];
  assert.ok(later.ok && atOnce.ok);
  assert.deepEqual(later.bootstrap, atOnce.bootstrap);
  assert.deepEqual(later.parameters, atOnce.parameters);
  assert.equal(later.bootstrap?.kind, "residuals");
});

test("what cannot be fitted, or be drawn, is a reason or an error", () => {
  const rows = [1, 2].map((dataSize) => ({ dataSize, error: 1 / dataSize }));
  const fit = (options: Partial<LawFitOptions<"intercept" | "slope">>) =>
    fitLaw(rows, { law: logLinearLaw, y: "error", intervalMethods: ["bootstrap"], seed: 1, ...options });
  const result = fit({});
  assert.ok(!result.ok && /needs 3 rows or more/.test(result.reason));
  assert.throws(() => fit({ seed: -1 }), /fitLaw requires seed to be an integer/);
  assert.throws(() => fitLaw(rows, { law: logLinearLaw, y: "error", intervalMethods: ["bootstrap"] }), /requires seed/);
  assert.throws(() => fit({ resamples: 0 }), /resamples/);
  const huber = { loss: { kind: "huber", delta: 0.1 } } as const;
  assert.throws(() => fit({ ...huber, draw: "residuals" }), /draw "cases" under Huber's loss, got "residuals"/);
  assert.throws(() => fit({ ...huber, intervalMethods: ["profile"] }), /squares for a profile/);
});
