/** @file Which results hang on an edited file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CellRun, staleCells } from "../../../src/kernel/cell/stale-cells.ts";

interface Sketch {
  readonly code?: string;
  readonly reads?: string;
  readonly declares?: string;
  readonly imports?: string;
}

/** Runs In[1], In[2], ... from names parted by spaces. */
function runsOf(...sketches: readonly Sketch[]): CellRun[] {
  const names = (text = "") => new Set(text.split(" ").filter((name) => name !== ""));
  return sketches.map(({ code, reads, declares = "", imports = "" }, index) => ({
    name: `In[${index + 1}]`,
    code: code ?? String(index),
    reads: names(reads),
    declares: names(`${declares} ${imports}`),
    imports: names(imports),
  }));
}

const CHANGED = new Set(["fit"]);

test("a cell that used the import is stale, and what uses its results", () => {
  const runs = runsOf({ imports: "fit" }, { reads: "fit", declares: "law" }, { reads: "law" }, { reads: "other" });
  assert.deepEqual(staleCells(runs, CHANGED), ["In[2]", "In[3]"]);
});

test("a cell that imports and uses at once is stale", () => {
  assert.deepEqual(staleCells(runsOf({ imports: "fit", reads: "fit" }), CHANGED), ["In[1]"]);
});

test("a cell before the import meant another variable of that name", () => {
  assert.deepEqual(staleCells(runsOf({ reads: "fit" }, { imports: "fit" }), CHANGED), []);
});

test("a name declared anew from nothing that changed is fresh", () => {
  const runs = runsOf({ imports: "fit" }, { reads: "fit", declares: "law" }, { declares: "law" }, { reads: "law" });
  assert.deepEqual(staleCells(runs, CHANGED), ["In[2]"]);
});

test("of a cell that ran twice the last run is named, and what used the first is stale too", () => {
  const again = { code: "a", reads: "fit", declares: "law" };
  assert.deepEqual(staleCells(runsOf({ imports: "fit" }, again, { reads: "law" }, again), CHANGED), ["In[3]", "In[4]"]);
});
