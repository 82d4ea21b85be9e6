/** @file What people write first, before they have read anything: it works, or says in one sentence what to write. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import * as toolkit from "../../src/toolkit/index.ts";

const { backTest, compareRuns, dataMultiplier, fitLaw, fitScalingLaw, fitScalingLaws, holm, plotLines } = toolkit;
const { figureToSvg, plotMeasured, plotResiduals, plotScalingLaws, powerLaw, readTable, table, toPlainText } = toolkit;

const curve = join(import.meta.dirname, "../../kernel-config/new/data/curve.csv");
const points = [1000, 2000, 4000, 8000, 16000].map((dataSize) => {
  return { dataSize, error: 0.05 + 2 * dataSize ** -0.5, items: 2000 };
});
const runs = points.map(({ dataSize, error }) => ({ method: "sft", dataSize, error }));
const fit = fitScalingLaw({ points });

test("a fit without a seed takes 0, and says so where it is shown", () => {
  assert.ok(fit.ok);
  assert.equal(fit.seed, 0);
  const shown = fit[Symbol.for("Jupyter.display") as keyof typeof fit] as unknown as () => Record<string, string>;
  assert.match(String(shown.call(fit)["text/plain"]), / of 1000 refits from seed 0/);
  assert.deepEqual(fit, fitScalingLaw({ points, seed: 0 }));
});

test("figures without options say what their axes are", () => {
  const titleOf = (figure: { layout: object }) => JSON.stringify(figure.layout).match(/"text":"<b>([^"]*)<\/b>"/)?.[1];
  assert.equal(titleOf(plotScalingLaws(fit)), "test error against training data");
  assert.equal(titleOf(plotResiduals(fit)), "residuals against training data");
  assert.equal(titleOf(plotLines([{ name: "a", x: [1, 2], y: [3, 4] }])), "y against x");
  assert.equal(titleOf(plotMeasured([{ name: "a", x: [1], y: [{ value: 3, low: 2, high: 4 }] }])), "y against x");
});

test("a table that was read is shown, and no schema is asked for", async (t) => {
  const told = t.mock.method(console, "warn", () => {});
  assert.match(toPlainText(table(await readTable(curve))), /^images +error +items/);
  assert.match(String(told.mock.calls[0]?.arguments[0]), /images: "number", error: "number"/);
});

/** Calls as the untyped hand writes them, and the sentence that each ends in. */
const CALLS: readonly [string, () => unknown, RegExp][] = [
  ["fitScalingLaw(points, options)", () => fitScalingLaw(points as never), /one argument.*fitScalingLaws\(rows, /],
  [
    "fitScalingLaws without by",
    () => fitScalingLaws(points, { x: "dataSize", y: "error" } as never),
    /requires by to name a column, which curve a row belongs to, got undefined/,
  ],
  [
    "fitScalingLaws(table)",
    async () => fitScalingLaws((await readTable(curve, { images: "number" })) as never, {} as never),
    /rows to be an array of plain objects.*hint: rows\(table\)/,
  ],
  ["fitLaw without y", () => fitLaw(runs, { law: powerLaw } as never), /fitLaw requires y to name the column/],
  ["dataMultiplier(a, b)", () => dataMultiplier(fit, fit, undefined as never), /an object of atError, level, seed/],
  ["backTest(rows)", () => backTest(runs as never), /backTest requires fit/],
  ["compareRuns(runs)", () => compareRuns(runs as never, undefined as never), /an object of by, at, got undefined/],
  ["compareRuns(table)", () => compareRuns({ objects: () => [] } as never, {} as never), /hint: rows\(table\)/],
  ["holm(one)", () => holm({ value: 1 } as never), /an array of means over seeds, got an object/],
  ["plotLines(line)", () => plotLines({ x: [1], y: [1] } as never), /lines to be an array of \{ name, x, y \}/],
  ["plotScalingLaws(rows)", () => plotScalingLaws(runs as never), /requires fits as fitLaw or fitScalingLaw gives/],
  ["figureToSvg(fit)", () => figureToSvg(fit as never), /requires a figure, as the plot functions give it/],
];

for (const [name, call, sentence] of CALLS) {
  test(`${name} says what to write`, async () => {
    await assert.rejects(async () => call(), sentence);
  });
}
