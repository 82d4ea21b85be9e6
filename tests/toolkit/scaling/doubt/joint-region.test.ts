/** @file The joint region of a straight line is its exact ellipse; of a curve it holds the truth as often as it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../../src/toolkit/core/random-stream.ts";
import { plotJointRegions } from "../../../../src/toolkit/report/index.ts";
import { fitLaw, fitScalingLaw, jointRegion, logLinearLaw, powerLaw } from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../curves.ts";

const ERRORS = [2.1, 1.7, 1.9, 1.2, 1.35, 0.7, 0.9, 0.6];

for (const [noise, columns, threshold] of [
  ["known", { standardError: "deviation" }, 5.991464547107979], // SciPy: chi2.ppf(0.95, 2)
  ["estimated", {}, 2 * 5.143252849784718], // SciPy: 2 f.ppf(0.95, 2, 6)
] as const) {
  test(`of a straight line with ${noise} noise every point of the edge lies on the ellipse of the covariance`, () => {
    const rows = ERRORS.map((error, k) => ({ dataSize: k + 1, error, deviation: 0.2 }));
    const fit = fitLaw(rows, { law: logLinearLaw, y: "error", ...columns });
    assert.ok(fit.ok);
    const region = jointRegion(fit, { parameters: ["intercept", "slope"], points: 16 });
    assert.ok(region.ok);
    assert.ok(Math.abs(region.threshold - threshold) < 1e-9);
    const [[aa, ab], [, bb]] = fit.covariance as [[number, number], [number, number]];
    for (const [intercept, slope] of region.edge) {
      const [a, b] = [intercept - region.values[0], slope - region.values[1]];
      const distance = (a * a * bb - 2 * a * b * ab + b * b * aa) / (aa * bb - ab * ab);
      assert.ok(Math.abs(distance / threshold - 1) < 1e-5); // the edge is found to a millionth
    }
    assert.equal(region.cutOff, false);
  });
}

test("the region of amplitude and exponent holds the truth in 95 % of studies, within 3 standard errors", () => {
  const studies = 300;
  const truth = [1.6, 0.2] as const;
  let holds = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(17).split(study);
    const rows = [250, 500, 1000, 2000, 4000, 8000].map((dataSize) => {
      return { dataSize, error: truth[0] * dataSize ** -truth[1] + stream.normal(0, 0.01), deviation: 0.01 };
    });
    const fit = fitLaw(rows, { law: powerLaw, y: "error", standardError: "deviation" });
    assert.ok(fit.ok);
    const region = jointRegion(fit, { parameters: ["amplitude", "exponent"], points: 24 });
    assert.ok(region.ok);
    if (inside(region.edge, truth)) holds++;
  }
  const error = Math.sqrt(0.95 * 0.05 * studies);
  assert.ok(Math.abs(holds - 0.95 * studies) <= 3 * error, `${holds} of ${studies}`);
});

test("three free parameters: the region reaches as far as the bound allows, and is drawn", () => {
  const fit = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods: ["wald"] });
  const region = jointRegion(fit, { parameters: ["exponent", "irreducibleError"] });
  assert.ok(region.ok);
  assert.ok(region.edge.every(([exponent, floor]) => exponent > 0 && floor >= 0));
  const { data } = plotJointRegions(region, { title: "A steep curve has a high floor" });
  assert.equal((data[0] as { x: number[] }).x.length, 49);
  assert.throws(() => jointRegion(fit, { parameters: ["exponent", "exponent"] }), /two different ones/);
  assert.throws(
    () => jointRegion(fit, { parameters: ["exponent", "floor"] as never }),
    /parameters to be "amplitude" or/,
  );
  assert.throws(() => plotJointRegions([], { title: "t" }), /at least one region, got none/);
});

/** Ray casting. */
function inside(edge: readonly (readonly [number, number])[], [x, y]: readonly [number, number]): boolean {
  let odd = false;
  for (const [k, [ax, ay]] of edge.entries()) {
    const [bx, by] = edge[(k + 1) % edge.length] as [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
