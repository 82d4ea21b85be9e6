/** @file The case bootstrap covers what it claims, and reproduces a published one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { bootstrapLaw, chinchillaLaw, logLinearLaw } from "../../../src/toolkit/scaling/index.ts";
import { readChinchillaRuns } from "./laws/chinchilla-runs.ts";
import { sharedData } from "./shared-data.ts";

const { folder, skip } = sharedData("chinchilla");

test("the published standard errors of the Chinchilla refit", { skip }, () => {
  const result = bootstrapLaw(readChinchillaRuns(folder), {
    law: chinchillaLaw,
    y: "loss",
    loss: { kind: "huber", delta: 1e-3 },
    start: { logA: 6, logB: 7, logE: 0.5, alpha: 0.35, beta: 0.35 },
    seed: 42,
    resamples: 300,
  });
  assert.ok(result.ok, result.ok ? "" : result.reason);
  assert.equal(result.failed, 0);
  // Besiroglu et al. 2024, arXiv:2404.10102: 4,000 resamples with deviations in place of delta = 1e-3. A standard deviation
  // of 300 draws is known to 4 %; three of those, and as much again for the other objective
  const { alpha, beta } = result.parameters;
  assert.ok(Math.abs(alpha.standardError / 0.0154 - 1) < 0.25, `${alpha.standardError}`);
  assert.ok(Math.abs(beta.standardError / 0.0206 - 1) < 0.25, `${beta.standardError}`);
  const [low, high] = [0.317, 0.373]; // their 95 % interval of alpha
  assert.ok(Math.abs(alpha.interval.low - low) < 0.007 && Math.abs(alpha.interval.high - high) < 0.007);
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
    const result = bootstrapLaw(rows, { law: logLinearLaw, y: "error", seed: study, resamples: 100 });
    assert.ok(result.ok);
    const { low, high } = result.parameters.slope.interval;
    if (low <= 0.3 && 0.3 <= high) covered++;
  }
  // percentile intervals of 40 rows and 100 draws: about 92 %; three binomial standard errors under that
  assert.ok(covered >= studies * (0.92 - 3 * Math.sqrt((0.92 * 0.08) / studies)), `${covered} of ${studies}`);
});

test("what cannot be fitted, or be drawn, is a reason or an error", () => {
  const rows = [1, 2].map((dataSize) => ({ dataSize, error: 1 / dataSize }));
  const result = bootstrapLaw(rows, { law: logLinearLaw, y: "error", seed: 1 });
  assert.ok(!result.ok && /needs 3 rows or more/.test(result.reason));
  assert.throws(() => bootstrapLaw(rows, { law: logLinearLaw, y: "error", seed: -1 }), /bootstrapLaw requires seed/);
});
