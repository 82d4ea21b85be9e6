/** @file Runs in cells: what is compared, in rows of a table and lines of a figure, and what is said where nothing was run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareRuns, meanOfRuns, plotMeasured, table, toPlainText } from "../../../../src/toolkit/report/index.ts";
import { seededMultiplier } from "../../../../src/toolkit/scaling/index.ts";

type Method = "sft" | "rft" | "step-dpo-full";
const run = (method: Method, size: number, seed: number, error: number) => ({ method, size, seed, error, steps: 3 });
const runs = [
  ...[run("sft", 40, 8, 0.1), run("sft", 40, 7, 0.2), run("sft", 10, 7, 0.8), run("sft", 10, 8, 0.4)],
  ...[run("rft", 10, 7, 0.4), run("rft", 10, 8, 0.2)],
  ...[run("step-dpo-full", 40, 7, 0.1), run("step-dpo-full", 40, 8, 0.1)],
];
const study = compareRuns(runs, { by: "method", at: "size" });

test("seeds come once and in rising order, the runs of a cell one a seed", () => {
  assert.deepEqual(study.seeds, [7, 8]);
  assert.deepEqual(study.runs("rft", 10), [runs[4], runs[5]]);
});

test("a cell of means, differences and multipliers is that of its runs", () => {
  assert.deepEqual(study.means("error").cell("rft", 10), meanOfRuns(study.runs("rft", 10), "error"));
  const difference = study.differences("sft", "error").cell("rft", 10); // 0.4 - 0.8 and 0.2 - 0.4
  assert.ok(Math.abs(difference.value + 0.3) < 1e-12);
  const scored = ({ seed, size, error }: (typeof runs)[number]) => ({ seed, dataSize: size, error });
  assert.deepEqual(
    study.multipliers("sft", "error").cell("rft", 10),
    seededMultiplier(study.runs("rft", 10).map(scored), runs.slice(0, 4).map(scored)),
  );
});

test("exponents of two sizes are records of their own, to be averaged or compared", () => {
  const mean = meanOfRuns(study.exponents("sft", [10, 40], "error"), "exponent"); // 0.8 to 0.2, 0.4 to 0.1
  assert.ok(Math.abs(mean.value - 1) < 1e-12);
});

test("several quantities of a cell stand under their headings", () => {
  const quantities = { error: "error", "twice the steps": ({ steps }: { steps: number }) => 2 * steps } as const;
  const means = study.meansOf("sft", 10, quantities);
  assert.deepEqual(Object.keys(means), ["error", "twice the steps"]);
  assert.equal(means["twice the steps"]?.value, 6);
  assert.ok(Math.abs((study.differencesOf("rft", "sft", 10, quantities).error?.value as number) + 0.3) < 1e-12);
});

test("the roles change places: a difference between two sizes of one method", () => {
  const bySize = compareRuns(runs, { by: "size", at: "method" });
  const { value } = bySize.differences(10, "error").cell(40, "sft"); // 0.2 - 0.8 and 0.1 - 0.4
  assert.ok(Math.abs(value + 0.45) < 1e-12);
});

test("a table has a row for each group, headings with their unit, and says where nothing was run", () => {
  const rows = study.means("error").rows(["sft", "rft"], { at: [40, 10], unit: "problems" });
  assert.deepEqual(Object.keys(rows[0] ?? {}), ["method", "40 problems", "10 problems"]);
  assert.match(toPlainText(table(rows)), /^rft +not run +0\.3 \[/m);
  assert.deepEqual(Object.keys(study.means("error").row("rft")), ["10", "40"]);
});

test("lines go over the places where a group was run, in rising order, or over those that are named", () => {
  const [sft, full] = study.means("error").lines(["sft", "step-dpo-full"]);
  assert.deepEqual([sft?.x, full?.x], [[10, 40], [40]]);
  const differences = study.differences("sft", "error");
  const [named] = differences.lines(["rft"], { at: [10, 40], name: (method) => `${method} less sft`, dash: "dot" });
  assert.deepEqual([named?.name, named?.method, named?.dash, named?.x], ["rft less sft", "rft", "dot", [10, 40]]);
  assert.deepEqual(named?.y[1], { reason: "not run" });
  const axes = { title: "Cells", xTitle: "problems", yTitle: "error" };
  assert.match(
    plotMeasured(differences.lines(["rft"], { name: "RFT" }), axes).description,
    /RFT: -0\.3 \[.*\] at 10\./,
  );
});

test("a group in words, one cell after another", () => {
  const text = study.multipliers("sft", "error").text("step-dpo-full", [40]);
  assert.equal(text, "at least 1.00 (limit 1.00)"); // seed 7's sft is still worse at its largest size
});

test("a cell that was not run says where the group was, and an empty study is refused", () => {
  const wanted = /requires a size at which method rft was run \(10\), got 40/;
  assert.throws(() => study.runs("rft", 40), wanted);
  assert.throws(() => study.means("error").cell("rft", 40), wanted);
  assert.throws(() => study.differences("rft", "error").cell("sft", 40), /method sft was run \(10\), got 40/);
  assert.throws(() => study.means("error").text("rft", [10, 40]), wanted);
  assert.throws(() => compareRuns([] as typeof runs, { by: "method", at: "size" }), /at least one run, got 0/);
});

test("a size that is no number has no multiplier", () => {
  const byMethod = compareRuns(runs, { by: "size", at: "method" });
  assert.throws(() => byMethod.multipliers(10, "error").cell(40, "sft"), /the quantity to be a finite number/);
});
