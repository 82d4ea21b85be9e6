/** @file A figure of laws reaches the size that it is to be read at, with the band that a prediction has there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { plotScalingLaws } from "../../../../src/toolkit/report/index.ts";
import {
  brokenPowerLawWith,
  fitLaw,
  fitScalingLaw,
  type LawFit,
  logLinearLaw,
  overTrainingLaw,
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

const RUNS = [20, 320].flatMap((ratio) =>
  [1e17, 1e18, 1e19, 1e20].map((compute, k) => {
    const power = 60 * ratio ** 0.13 + 480 * ratio ** -0.13;
    return { compute, ratio, loss: 1.8 + power * compute ** -0.13 + 0.002 * Math.sin(5 * k + ratio) };
  }),
);
const held = { compute: 1e21, ratio: 640, loss: 2.9, out: true };
const surface = fitLaw([...RUNS.map((run) => ({ ...run, out: false })), held], {
  ...{ law: overTrainingLaw, inputs: { tokensPerParameter: "ratio" }, y: "loss", holdOut: "out", name: "runs" },
});

/** Where a line of the figure is solid, and where dotted. */
function spans(name: string): Record<"solid" | "dot", [number, number] | undefined> {
  const { data } = plotScalingLaws(surface, { along: "compute", held: { ratio: Number(name) } });
  const span = (dash: string): [number, number] | undefined => {
    const xs = data.flatMap((trace) =>
      (trace.line as { dash?: string } | undefined)?.dash === dash ? (trace.x as number[]) : [],
    );
    return xs.length === 0 ? undefined : [Math.min(...xs), Math.max(...xs)];
  };
  return { solid: span("solid"), dot: span("dot") };
}

test("a line is solid where its points are, and where none are, between the measured values of every input", () => {
  assert.deepEqual(spans("20"), { solid: [1e17, 1e20], dot: undefined });
  const between = spans("80"); // no run has it
  assert.ok(
    between.solid?.[0] === 1e17 && (between.solid[1] as number) > 0.9e20 && (between.dot?.[1] as number) === 1e21,
  );
  const beyond = spans("640"); // one run, and that held out
  assert.deepEqual([beyond.solid, beyond.dot], [undefined, [1e17, 1e21]]);
});

test("compute is labelled by powers of ten, and a legend stays within its line", () => {
  const { layout } = plotScalingLaws(surface, { along: "compute" });
  assert.ok((layout.xaxis as { ticktext: string[] }).ticktext.includes("1e18"));
  const many = fitLaw(
    Array.from({ length: 16 }, (_, k) => ({
      dataSize: 100 * 2 ** k,
      error: (100 * 2 ** k) ** -0.3 + 0.1 + 1e-4 * Math.sin(7 * k),
    })),
    { law: brokenPowerLawWith(1), y: "error", name: "a curve of the longest of names that one would ever give to it" },
  );
  assert.ok(many.ok, many.ok ? "" : many.reason);
  const { data, description } = plotScalingLaws(many);
  const entry = data.find(({ showlegend }) => showlegend !== false)?.name as string;
  assert.ok(entry.length <= 124 && entry.endsWith("], …"), entry);
  assert.ok(description.includes("width1")); // the description has all
});
