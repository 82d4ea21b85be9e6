/** @file Predictions and data sizes are read off the fitted curve, and say when they leave the data. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  coverageLaw,
  equivalentDataSize,
  fitLaw,
  fitScalingLaw,
  predict,
  predictionBand,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, exactCurve, TRANSLATION } from "../curves.ts";

const exact = fitScalingLaw({ points: exactCurve(0.8, 0.5, 0.1, [1, 4, 16, 64, 256]), seed: 7, resamples: 20 });
const answers = fitScalingLaw({ points: ANSWERS, seed: 7 });
assert.ok(exact.ok && answers.ok);

test("the curve is the law at the fitted parameters", () => {
  assert.ok(Math.abs(predict(exact, 4).value - (0.8 / 2 + 0.1)) < 1e-9); // by hand: 4^-0.5 = 1/2
  assert.ok(Math.abs(predict(exact, 1e4).value - (0.8 / 100 + 0.1)) < 1e-9);
  // scipy 1.17.1: a * 512**-b + c at curve_fit's optimum, see fit-scaling-law.test.ts
  const translation = fitScalingLaw({ points: TRANSLATION, seed: 7, intervalMethods: ["wald"] });
  assert.ok(Math.abs(predict(translation, 512).value - 0.3186255245342991) < 1e-9);
});

test("extreme sizes give numbers", () => {
  assert.ok(Math.abs(predict(exact, 1e300).value - 0.1) < 1e-9);
  assert.ok(predict(exact, 1e-300).value > 1e140);
});

test("the data size for an error inverts the curve and flags extrapolation", () => {
  const inside = equivalentDataSize(exact, 0.3);
  assert.ok(inside.ok && Math.abs(inside.dataSize - 16) < 1e-6 && !inside.extrapolated); // by hand: 0.8 / 0.2 = 4 = 16^0.5
  const outside = equivalentDataSize(exact, 0.108);
  assert.ok(outside.ok && Math.abs(outside.dataSize / 1e4 - 1) < 1e-5 && outside.extrapolated);
  const never = equivalentDataSize(exact, 0.05);
  assert.ok(!never.ok);
  assert.match(never.reason, /no dataSize takes "learning curve" to error 0.05: its irreducibleError is 0.1000$/);
});

test("a rising power law has no data size for an error", () => {
  const rising = fitScalingLaw({
    points: exactCurve(0.1, -0.2, 0, [1, 2, 4, 8]),
    law: "power",
    seed: 7,
    resamples: 20,
  });
  assert.ok(rising.ok && rising.parameters.exponent.value < 0);
  const size = equivalentDataSize(rising, 0.2);
  assert.ok(!size.ok);
  assert.match(size.reason, /does not fall/);
});

test("the band of the curve holds its value, and the band of a new score is wider", () => {
  const sizes = [300, 1e4, 1e6, 1e8];
  const curve = predictionBand(answers, sizes);
  const scores = predictionBand(answers, sizes, { measurement: { items: 1319 } });
  for (const [k, row] of curve.entries()) {
    const score = scores[k];
    assert.equal(row.dataSize, sizes[k]);
    assert.equal(row.value, predict(answers, sizes[k] as number).value);
    assert.ok(score !== undefined && row.low < row.value && row.value < row.high);
    assert.ok(score.high - score.low > row.high - row.low);
  }
  assert.deepEqual(predictionBand(answers, sizes, { measurement: { items: 1319 } }), scores);
});

test("of shares no prediction, and no end of its interval, is under 0 or over 1, however far the law is read", () => {
  for (const intervalMethods of [["wald"], ["bootstrap"]] as const) {
    const fit = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods, resamples: 100 });
    for (const size of [1e-9, 0.01, 1, 1e30]) {
      for (const options of [{}, { measurement: { items: 1319 } }]) {
        const { low, value, high } = predict(fit, size, options);
        assert.ok(low >= 0 && low <= value && value <= high && high <= 1, `${size}: ${low}, ${value}, ${high}`);
      }
    }
  }
});

test("a law that lies between two numbers is predicted between them, and so are the ends: of coverage 0 and 1", () => {
  const noise = [0.01, 0.03, -0.02, 0.01, 0.01];
  const rows = noise.map((off, i) => ({ k: 4 ** i, solved: Math.exp(-3 * (4 ** i) ** -0.9) + off }));
  const fit = fitLaw(rows, { law: coverageLaw, x: "k", y: "solved" });
  const ends = predictionBand(fit, [0.01, 1, 1e4, 1e6]).flatMap(({ low, high }) => [low, high]);
  assert.ok(Math.min(...ends) >= 0 && Math.max(...ends) === 1, `${ends}`);
});

test("a narrower level gives a narrower band", () => {
  const width = (level: number) =>
    predictionBand(answers, [1e6], { level }).map(({ low, high }) => high - low)[0] as number;
  assert.ok(width(0.5) < width(0.8) && width(0.8) < width(0.95));
});

test("a failed fit, a fit without draws, and a size of 0 are refused", () => {
  const failed = fitScalingLaw({ points: [], seed: 7 });
  assert.throws(
    () => predict(failed, 1),
    /predict requires fit to be a fit that is ok, got "a failed one" \(hint: "power \+ floor" has 3/,
  );
  assert.throws(() => predict(exact, 0), /predict requires dataSize to be a number above 0, got 0/);
  assert.throws(
    () => predictionBand(exact, [1, -1]),
    /predictionBand requires at\[1\]\.dataSize to be a number above 0, got -1/,
  );
  assert.throws(
    () => predictionBand(answers, [1], { measurement: {} }),
    /measurement\.items to be an integer in \[1, /,
  );
  const bare = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods: ["wald"] });
  assert.throws(
    () => predictionBand(bare, [1], { method: "bootstrap" }),
    /a fit with bootstrap draws, got an object \(hint: put "bootstrap"/,
  );
});
