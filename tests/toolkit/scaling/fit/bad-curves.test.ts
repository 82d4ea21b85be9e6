/** @file Curves that cannot be fitted: wrong arguments throw, problems of the data are values with advice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FitOptions, fitScalingLaw, type LearningCurvePoint } from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, closed, DOUBLINGS, exactCurve, TRANSLATION } from "../curves.ts";

function reasonOf(points: readonly LearningCurvePoint[], options: Partial<FitOptions> = {}): string {
  const fit = fitScalingLaw({ points, seed: 7, resamples: 50, ...options });
  assert.equal(fit.ok, false);
  return fit.ok ? "" : fit.reason;
}

for (const [what, change, message] of [
  ["zero size", { dataSize: 0 }, "fitScalingLaw requires points[0].dataSize to be a number above 0, got 0"],
  ["negative size", { dataSize: -5 }, "fitScalingLaw requires points[0].dataSize to be a number above 0, got -5"],
  [
    "size that is no number",
    { dataSize: Number.NaN },
    "fitScalingLaw requires points[0].dataSize to be a number above 0, got NaN",
  ],
  [
    "zero error",
    { error: 0 },
    "fitScalingLaw requires points[0].error to be a number above 0, got 0 (hint: 0 is allowed of a share of test items: give items)",
  ],
  ["endless error", { error: Infinity }, "fitScalingLaw requires points[0].error to be a number above 0, got Infinity"],
] as const) {
  test(`a ${what} is refused by name`, () => {
    const points = [
      { dataSize: 1, error: 1, ...change },
      { dataSize: 2, error: 0.5 },
      { dataSize: 3, error: 0.4 },
    ];
    assert.throws(() => fitScalingLaw({ points, seed: 7 }), { name: "RangeError", message });
  });
}

test("a share above 1, a missing count of items, and a missing standard error are refused", () => {
  const over = ANSWERS.map((point, k) => (k === 2 ? { ...point, error: 1.2 } : point));
  assert.throws(
    () => fitScalingLaw({ points: over, seed: 7 }),
    /points\[2\].error \(a share of test items\) to be a number in \[0, 1\], got 1.2/,
  );
  assert.throws(
    () => fitScalingLaw({ points: TRANSLATION, errorModel: { kind: "binomial" }, seed: 7 }),
    /points\[0\].items/,
  );
  assert.throws(
    () => fitScalingLaw({ points: TRANSLATION, errorModel: { kind: "standardErrors" }, seed: 7 }),
    /points\[0\].standardError/,
  );
});

test("options out of range are refused", () => {
  const fit = (options: object) => () => fitScalingLaw({ points: ANSWERS, seed: 7, ...options });
  assert.throws(fit({ level: 95 }), /level to be a number strictly between 0 and 1, got 95/);
  assert.throws(fit({ seed: -1 }), /seed/);
  assert.throws(fit({ resamples: 0 }), /resamples/);
  assert.throws(fit({ law: "cubic" }), /law to be "power" or "power \+ floor", got "cubic"/);
  assert.throws(fit({ intervalMethods: [] }), /intervalMethods/);
  assert.throws(fit({ errorModel: { kind: "poisson" } }), /errorModel.kind/);
  assert.throws(() => fitScalingLaw({ points: undefined as unknown as [], seed: 7 }), /points to be an array/);
});

test("too few points, or too few different sizes, say which law would do", () => {
  assert.match(reasonOf([]), /has 3 parameters, but the points have 0 different sizes/);
  assert.match(reasonOf(TRANSLATION.slice(0, 2)), /2 different sizes; give more data sizes or fit the law "power"/);
  const twoSizes = [1, 1, 2, 2].map((dataSize, k) => ({ dataSize, error: 1 / dataSize + 0.01 * k }));
  assert.match(reasonOf(twoSizes), /2 different sizes/);
  assert.match(reasonOf(TRANSLATION.slice(0, 3)), /leaves nothing to tell the noise by/);
  assert.match(reasonOf(TRANSLATION.slice(0, 2), { law: "power" }), /leaves nothing to tell the noise by/);
});

test("constant and rising errors have no law", () => {
  assert.match(reasonOf(DOUBLINGS.map((dataSize) => ({ dataSize, error: 0.3 }))), /all errors are 0.3/);
  assert.match(reasonOf(DOUBLINGS.map((dataSize) => ({ dataSize, error: 0, items: 100 }))), /all errors are 0,/);
  assert.match(
    reasonOf(DOUBLINGS.map((dataSize, k) => ({ dataSize, error: 0.1 + 0.05 * k }))),
    /does not fall with dataSize/,
  );
});

test("a curve that is flat after its first size has no exponent", () => {
  const points = DOUBLINGS.map((dataSize, k) => ({ dataSize, error: [0.5, 0.299][k] ?? 0.3 }));
  assert.match(reasonOf(points), /all of the fall is before the second size/);
});

test("a curve whose bootstrap mostly fails keeps its estimate, and says so in place of the interval", () => {
  const points = [0.33, 0.31, 0.32, 0.3].map((error, k) => ({ dataSize: 2 ** k, error, items: 60 }));
  const fit = fitScalingLaw({ points, seed: 7, resamples: 200, intervalMethods: ["bootstrap"] });
  assert.ok(fit.ok);
  const { interval } = fit.parameters.amplitude;
  assert.match(
    "reason" in interval ? interval.reason : "",
    /^no interval for the amplitude: \d+ of 200 bootstrap fits converged; give more data sizes or fit the law "power"$/,
  );
});

test("a profile that the data leave open is a failure of that interval alone", () => {
  const points = [0.5, 0.32, 0.31, 0.3].map((error, k) => ({ dataSize: 2 ** k, error, items: 200 }));
  const fit = fitScalingLaw({ points, seed: 7, intervalMethods: ["wald", "profile"] });
  assert.ok(fit.ok);
  const profile = fit.intervals.exponent.profile;
  assert.ok(profile !== undefined && "reason" in profile);
  assert.match(profile.reason, /no interval for the exponent: the data set no upper limit to it/);
  assert.equal(closed(fit.parameters.exponent.interval).method, "wald");
});

test("shares of exactly 0 and 1 get finite weights", () => {
  const shares = [1, 0.8, 0.45, 0.3, 0.1, 0.05, 0.01, 0];
  const fit = fitScalingLaw({
    points: shares.map((error, k) => ({ dataSize: 2 ** k, error, items: 100 })),
    seed: 7,
    resamples: 100,
  });
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  assertFinite(fit);
});

test("huge and tiny units either fit or say why not", () => {
  const sizes = [1, 2, 4, 8, 16, 32];
  for (const [bySize, byError] of [
    [1e300, 1],
    [1e-300, 1],
    [1, 1e120],
    [1, 1e-120],
    [1e250, 1e-100],
  ] as const) {
    const points = exactCurve(0.5, 0.4, 0.1, sizes).map((point, k) => ({
      dataSize: point.dataSize * bySize,
      error: point.error * byError * (1 + 0.01 * (-1) ** k),
    }));
    const fit = fitScalingLaw({ points, seed: 7, resamples: 50 });
    if (fit.ok) assertFinite(fit);
    else assert.match(fit.reason, /unit/);
  }
  const tooLarge = sizes.map((dataSize) => ({ dataSize, error: 1e300 / dataSize }));
  assert.match(reasonOf(tooLarge), /have no squares in float64; give them in another unit/);
  const tooSmall = sizes.map((dataSize) => ({ dataSize, error: 1e-300 / dataSize }));
  assert.match(reasonOf(tooSmall), /have no squares in float64; give them in another unit/);
  const steep = sizes.map((dataSize) => ({ dataSize: dataSize * 1e300, error: dataSize ** -2 + 0.001 * dataSize }));
  assert.match(reasonOf(steep), /the amplitude at dataSize = 1 leaves the range of float64/);
});

/** No number in a result may be NaN or infinite: results are saved as JSON, the law by its name. */
function assertFinite(value: unknown, path = "fit"): void {
  if (typeof value === "number") assert.ok(Number.isFinite(value), `${path} is ${value}`);
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) if (key !== "law") assertFinite(inner, `${path}.${key}`);
  }
}
