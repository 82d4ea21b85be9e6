/** @file The back-test warns of the published miss, and is quiet where the law holds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import {
  backTest,
  fitLaw,
  fitScalingLaw,
  type LearningCurvePoint,
  logLinearLaw,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, exactCurve, TRANSLATION } from "../curves.ts";

function tested(points: readonly LearningCurvePoint[], seed = 7, resamples = 50, tolerance = 0.05) {
  return backTest(fitScalingLaw({ points, seed, resamples, intervalMethods: ["wald"] }), { tolerance });
}

test("the translation curve's hold-out is under-predicted, which must warn", () => {
  // scipy.optimize.curve_fit without the hold-out: exponent .4513, floor .2907, .3186 at 512 million against .3402 seen
  const result = backTest(fitScalingLaw({ points: TRANSLATION, errorModel: { kind: "equal" }, seed: 7 }));
  assert.ok(result.ok);
  const [row] = result.rows;
  assert.ok(row !== undefined && result.rows.length === 1);
  assert.ok(Math.abs(result.fit.parameters.exponent.value - 0.4513) < 2e-4);
  assert.equal(result.fit.parameters.irreducibleError.value.toFixed(4), "0.2907");
  assert.equal(row.value.toFixed(4), "0.3186");
  assert.equal(row.observed, 0.3402);
  assert.match(
    result.warning ?? "",
    /^at dataSize 512 the error was 0.3402, predicted 0.3186 \[.*\]: .*; do not extrapolate this law$/,
  );
});

test("the warning of the translation curve does not hang on the seed", () => {
  for (let seed = 0; seed < 20; seed++) {
    const result = tested(TRANSLATION, seed, 200);
    assert.ok(result.ok && result.warning !== null);
  }
});

test("without a mark the points of the largest size are held out", () => {
  const unmarked = TRANSLATION.map(({ dataSize, error }) => ({ dataSize, error }));
  assert.deepEqual(tested(unmarked), tested(TRANSLATION));
  const twice = [...ANSWERS, ...ANSWERS.slice(-1)];
  const result = tested(twice);
  assert.ok(result.ok && result.rows.length === 2 && result.fit.residuals.length === 7);
});

test("a curve that goes on as fitted gives no warning", () => {
  const result = tested(exactCurve(0.8, 0.5, 0.1, [1, 2, 4, 8, 16, 32, 64]), 7, 50, 0.001);
  assert.ok(result.ok);
  assert.equal(result.warning, null);
});

test("a true law's new score falls outside its 95 % band in 5 % of studies", () => {
  const studies = 400;
  let inside = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(31).split(study);
    const points = exactCurve(
      2.4,
      0.35,
      0.12,
      ANSWERS.map((point) => point.dataSize),
    ).map((point) => ({
      ...point,
      error: stream.binomial(1319, point.error) / 1319,
      items: 1319,
    }));
    const result = tested(points, study, 250, 0.9);
    assert.ok(result.ok, result.ok ? "" : result.reason);
    assert.equal(
      result.warning === null,
      result.rows.every((row) => row.inside),
    );
    if (result.warning === null) inside++;
  }
  assert.ok(Math.abs(inside / studies - 0.95) <= 3 * Math.sqrt((0.95 * 0.05) / studies), `${inside / studies}`);
});

test("too few points without the hold-out is a reason", () => {
  const result = tested(TRANSLATION.slice(0, 4));
  assert.ok(!result.ok);
  assert.match(result.reason, /^without the held-out points: .*leaves nothing to tell the noise by/);
  assert.ok(!tested([]).ok);
  assert.throws(() => tested(TRANSLATION, 7, 50, 5), /tolerance/);
});

test("any law with one input is tested the same way, in the columns that the user named", () => {
  const rows = [1, 2, 4, 8, 16, 32].map((tokens, k) => ({
    tokens,
    loss: 3 - 0.2 * Math.log(tokens) + (k === 5 ? 0.5 : 0),
  }));
  const fit = fitLaw(rows, { law: logLinearLaw, x: "tokens", y: "loss", seed: 7, resamples: 50 });
  const result = backTest(fit);
  assert.ok(result.ok);
  assert.deepEqual(result.rows[0]?.inputs, { tokens: 32 });
  assert.match(result.warning ?? "", /^at tokens 32 the loss was 2\.807, predicted 2\.307 /);
  assert.throws(() => backTest(fitLaw(rows, { law: logLinearLaw, x: "tokens", y: "loss" })), /backTest requires seed/);
});
