/** @file A table of runs gives one fit a curve, and a bad cell is named by row and column. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fitScalingLaw, fitScalingLaws } from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, DOUBLINGS, exactCurve } from "../curves.ts";

interface Run {
  method: string;
  dataSize: number;
  testError: number;
  items: number;
  kept: boolean;
}

const runs: Run[] = [
  ...ANSWERS.map(({ dataSize, error }) => ({ method: "sft", dataSize, testError: error, items: 1319, kept: false })),
  ...exactCurve(2, 0.4, 0.1, DOUBLINGS).map(({ dataSize, error }) => ({
    method: "stepDpo",
    dataSize,
    testError: error,
    items: 1319,
    kept: dataSize === 64000,
  })),
];
const columns = { by: "method", x: "dataSize", y: "testError", items: "items" } as const;

test("each curve is fitted under its name, as it would be alone", () => {
  const laws = fitScalingLaws(runs, { ...columns, seed: 7, resamples: 50 });
  assert.deepEqual(Object.keys(laws), ["sft", "stepDpo"]);
  assert.deepEqual(laws.sft, fitScalingLaw({ name: "sft", points: ANSWERS, seed: 7, resamples: 50 }));
});

test("another curve in the table changes nothing", () => {
  const alone = fitScalingLaws(runs.slice(0, 8), { ...columns, seed: 7, resamples: 50 });
  const together = fitScalingLaws(runs.toReversed(), { ...columns, seed: 7, resamples: 50 });
  assert.deepEqual(together.sft, alone.sft);
});

test("held-out rows are kept out of the fit and in its measurements", () => {
  const laws = fitScalingLaws(runs, { ...columns, holdOut: "kept", seed: 7, resamples: 20 });
  assert.ok(laws.stepDpo?.ok && laws.sft?.ok);
  assert.equal(laws.stepDpo.measurements.length, 8);
  assert.equal(laws.stepDpo.residuals.length, 7);
  assert.equal(laws.sft.residuals.length, 8);
});

test("options reach the fits, and a curve that fails leaves the others", () => {
  const short = [...runs, { method: "short", dataSize: 1, testError: 0.5, items: 10, kept: false }];
  const laws = fitScalingLaws(short, { ...columns, law: "power", seed: 7, resamples: 20, level: 0.9 });
  assert.ok(laws.sft?.ok && laws.sft.law.name === "power" && laws.sft.level === 0.9);
  assert.ok(laws.short?.ok === false && laws.short.name === "short");
  assert.match(laws.short.reason, /1 different sizes; give more data sizes$/);
});

test("numbers name curves too, and names of object members are safe", () => {
  const byItems = fitScalingLaws(runs, { by: "items", x: "dataSize", y: "testError", seed: 7, resamples: 20 });
  assert.deepEqual(Object.keys(byItems), ["1319"]);
  const odd = runs.map((run) => ({ ...run, method: "__proto__" }));
  assert.deepEqual(Object.keys(fitScalingLaws(odd, { ...columns, seed: 7, resamples: 20 })), ["__proto__"]);
});

test("a bad cell is named by row and column", () => {
  const spoilt = (change: object) => runs.map((run, k) => (k === 3 ? { ...run, ...change } : run)) as Run[];
  const fit =
    (rows: readonly Run[], request: object = columns) =>
    () =>
      fitScalingLaws(rows, { ...columns, ...request, seed: 7 });
  assert.throws(fit(spoilt({ testError: null })), {
    name: "TypeError",
    message: "fitScalingLaws requires rows[3].testError to be a number, got null",
  });
  assert.throws(fit(spoilt({ testError: "0.3" })), /rows\[3\].testError to be a number, got "0.3"/);
  assert.throws(fit(spoilt({ dataSize: Number.NaN })), /rows\[3\].dataSize to be a number, got NaN/);
  assert.throws(fit(spoilt({ method: undefined })), /rows\[3\].method to be the name of a curve, got undefined/);
  assert.throws(fit(spoilt({ kept: "no" }), { holdOut: "kept" }), /rows\[3\].kept to be true or false, got "no"/);
  assert.throws(
    fit(spoilt({ dataSize: -1 })),
    /dataSize to be a number above 0, got -1 \(hint: in the rows of "sft"\)/,
  );
  assert.throws(
    fit(runs, { x: "size" }),
    /a column of rows\[0\]: method, dataSize, testError, items, kept, got "size"/,
  );
  assert.throws(
    () => fitScalingLaws({} as Run[], { ...columns, seed: 7 }),
    /rows to be an array of plain objects, got an object/,
  );
});
