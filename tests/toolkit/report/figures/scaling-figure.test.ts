/** @file A figure of laws reaches the size that it is to be read at, with the band that a prediction has there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plotScalingLaws } from "../../../../src/toolkit/report/index.ts";
import {
  fitLaw,
  fitScalingLaw,
  type LawFit,
  logLinearLaw,
  predictionBand,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS } from "../../scaling/curves.ts";

const TARGET = 1e8;

const FITS: Record<string, LawFit> = {
  "power + floor": fitScalingLaw({ points: ANSWERS, seed: 7, resamples: 100 }),
  "log-linear": fitLaw(ANSWERS, { law: logLinearLaw, y: "error", items: "items" }),
};

for (const [name, fit] of Object.entries(FITS)) {
  test(`${name}: curve and band are drawn to the target size, and the axis shows it`, () => {
    const { data, layout } = plotScalingLaws(fit, { title: "Ten times the data", extendTo: TARGET });
    const band = data.find(({ fill }) => fill === "toself") as { x: number[]; y: number[] };
    const [first, last] = [band.x.indexOf(250), band.x.indexOf(TARGET)];
    assert.ok(first === 0 && last > 0);
    const [{ value, low, high }] = predictionBand(fit, [TARGET]) as [{ value: number; low: number; high: number }];
    assert.equal(band.y[last], high);
    const dotted = data.find(({ line }) => (line as { dash?: string } | undefined)?.dash === "dot") as { y: number[] };
    assert.ok(Math.abs((dotted.y.at(-1) as number) - value) < 1e-12);
    const [, right] = (layout.xaxis as { range: [number, number] }).range;
    assert.ok(right > Math.log10(TARGET));
    const [bottom] = (layout.yaxis as { range: [number, number] }).range;
    assert.ok(low <= 0 || bottom < Math.log10(low));
  });
}

test("a target that is no size, and an option that there is not, are named", () => {
  const fit = fitScalingLaw({ points: ANSWERS, seed: 7, intervalMethods: ["wald"] });
  assert.throws(() => plotScalingLaws(fit, { title: "t", extendTo: -1 }), /plotScalingLaws requires extendTo to be/);
  assert.throws(() => plotScalingLaws(fit, { title: "t", extentTo: 9 } as never), /did you mean "extendTo"/);
});
