/** @file AICc prefers the floor where there is one, and the simpler law where there is none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compareLaws } from "../../../src/toolkit/scaling/index.ts";
import { ANSWERS, exactCurve, TRANSLATION } from "./curves.ts";

test("the translation curve has a floor, by AICc values of scipy's residuals", () => {
  const result = compareLaws(TRANSLATION, { seed: 7, intervalMethods: ["wald"] });
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
  for (let study = 0; study < 100; study++) {
    const stream = createStream(41).split(study);
    const points = exactCurve(
      3,
      0.3,
      0,
      ANSWERS.map((point) => point.dataSize),
    ).map((point) => ({
      ...point,
      error: stream.binomial(1319, point.error) / 1319,
      items: 1319,
    }));
    const result = compareLaws(points, { seed: study, intervalMethods: ["wald"] });
    assert.ok(result.ok, result.ok ? "" : result.reason);
    if (result.best === "power") simpler++;
  }
  assert.ok(simpler >= 85, `${simpler} of 100`);
});

test("too few points for the correction is a reason", () => {
  const result = compareLaws(TRANSLATION.slice(0, 5), { seed: 7, intervalMethods: ["wald"] });
  assert.ok(!result.ok);
  assert.match(result.reason, /AICc of "power \+ floor" needs 6 points, 5 were given; give more data sizes/);
});
