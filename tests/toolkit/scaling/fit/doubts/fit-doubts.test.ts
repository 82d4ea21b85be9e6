/** @file Each doubt is raised by the curve that deserves it, and by no clean one; the runs test is exact. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { formatNumber } from "../../../../../src/toolkit/core/number-format.ts";
import { createStream } from "../../../../../src/toolkit/core/random-stream.ts";
import {
  fitDoubts,
  fitScalingLaw,
  type LearningCurvePoint,
  residualRuns,
  runsTest,
} from "../../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, exactCurve, TRANSLATION } from "../../curves.ts";

const SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

function doubts(
  points: readonly LearningCurvePoint[],
  law: "power" | "power + floor",
  readAt: number[] = [],
): string[] {
  const fit = fitScalingLaw({ points, law, seed: 7, intervalMethods: ["wald", "profile"] });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fitDoubts(fit, readAt).map(({ kind, message }) => `${kind}: ${message}`);
}

test("the chance of few runs is exact", () => {
  // by hand: of the C(6, 3) = 20 orders of three and three, 2 have 2 runs and 4 have 3 runs
  const { pValue, ...counts } = runsTest([1, 1, 1, -1, -1, -1]);
  assert.deepEqual(counts, { runs: 2, positive: 3, negative: 3 });
  assert.ok(Math.abs(pValue - 0.1) < 1e-12);
  assert.ok(Math.abs(runsTest([1, 1, -1, -1, -1, 1]).pValue - 0.3) < 1e-12);
  assert.ok(Math.abs(runsTest([1, -1, 1, -1, 1, -1]).pValue - 1) < 1e-12);
  assert.equal(runsTest([2, 3, 0]).pValue, 1);
  assert.throws(() => runsTest([Number.NaN]), /runsTest requires residuals to be numbers/);
});

test("the runs test is exact for as many residuals as there are, in a time that grows with their number", () => {
  const pairs = Array.from({ length: 4899 }, () => [1, -1]).flat();
  const { runs, pValue } = runsTest([...pairs, ...new Array(5101).fill(1), ...new Array(5101).fill(-1)]);
  assert.equal(runs, 9800);
  assert.ok(Math.abs(pValue / 0.002286612865 - 1) < 1e-8, `${pValue}`); // the sum of Wald and Wolfowitz by scipy.special.gammaln
  const many = Array.from({ length: 200_000 }, (_, k) => (k % 3 === 0 ? 1 : -1));
  assert.equal(runsTest(many).runs, 133_333 + 1);
});

test("clean curves raise no doubt but that few runs cannot show their seeds, in 9 of 10 studies at least", () => {
  let clean = 0;
  for (let study = 0; study < 100; study++) {
    const stream = createStream(3).split(study);
    const points = ANSWERS.map((point) => {
      return { ...point, error: stream.binomial(1319, 2.4 * point.dataSize ** -0.35 + 0.12) / 1319 };
    });
    const seen = doubts(points, "power + floor");
    if (seen.every((text) => text.startsWith("no replication: "))) clean++;
  }
  assert.ok(clean >= 90, `${clean} of 100`);
});

test("a law without the floor that the curve has leaves long runs", () => {
  const [doubt = ""] = doubts(TRANSLATION, "power");
  assert.match(
    doubt,
    /^runs: \d+ residuals above and \d+ below the curve stand in \d runs \(p = .*\): .* try another law/,
  );
});

test("runs are doubted where the runs test's own chance is under 2 %, with that chance, though no more is drawn than settles it", () => {
  const seen = { doubted: 0, clean: 0 };
  for (let study = 0; study < 24; study++) {
    const stream = createStream(12).split(study);
    const noise = 0.002 * 1.5 ** (study % 12);
    const points = SIZES.map((dataSize) => ({ dataSize, error: (dataSize ** -0.5 + 0.1) * stream.normal(1, noise) }));
    const fit = fitScalingLaw({ points, law: study < 12 ? "power" : "power + floor", intervalMethods: ["wald"] });
    assert.ok(fit.ok, fit.ok ? "" : fit.reason);
    const { pValue } = residualRuns(fit);
    const doubt = fitDoubts(fit).find(({ kind }) => kind === "runs");
    assert.equal(doubt !== undefined, pValue < 0.02, `p = ${pValue}`);
    if (doubt !== undefined) assert.ok(doubt.message.includes(`(p = ${formatNumber(pValue, 2)})`), doubt.message);
    seen[doubt === undefined ? "clean" : "doubted"]++;
  }
  assert.ok(seen.doubted >= 5 && seen.clean >= 10, JSON.stringify(seen)); // both are tried
});

test("a rise that the noise does not explain, and the run that it comes from", () => {
  const points = exactCurve(0.5, 0.4, 0.1, SIZES).map((point, k) => {
    return { ...point, error: point.error * (k === 5 ? 1.3 : 1), standardError: 0.005 };
  });
  const seen = doubts(points, "power + floor");
  assert.ok(
    seen.some((text) => /^rising: from dataSize 16 to 32 the error rises by 0\.0\d+, .* look at those runs/.test(text)),
  );
  assert.ok(
    seen.some((text) => /^outlier: the error at dataSize 32 lies .* standard deviations off the curve/.test(text)),
  );
});

test("points too noisy to tell the exponent by", () => {
  const points = exactCurve(0.5, 0.4, 0.1, [1, 2, 3, 4]).map((point) => ({ ...point, standardError: 0.1 }));
  assert.ok(doubts(points, "power + floor").some((text) => text.startsWith("not identified: ")));
});

test("a size beyond the measured ones, with the factor", () => {
  const points = ANSWERS;
  const beyond = (readAt: number[]) =>
    doubts(points, "power + floor", readAt).filter((text) => text.startsWith("extrapolation: "));
  assert.deepEqual(beyond([250, 4_096_000]), []);
  const [far = "", near = ""] = beyond([40_960_000, 125]);
  assert.match(
    far,
    /^extrapolation: dataSize 40960000 lies a factor 10\.0 beyond the largest value fitted, 4096000; back-test/,
  );
  assert.match(near, /a factor 2\.00 beyond the smallest value fitted, 250/);
});
