/** @file Executed notebooks are written byte for byte as nbformat writes them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parseNotebook } from "../../../src/rerun/notebook/notebook.ts";
import { notebookText } from "../../../src/rerun/notebook/notebook-text.ts";
import type { Output } from "../../../src/rerun/notebook/outputs.ts";
import { notebookJson, sampleNotebook } from "../samples.ts";

const fixtures = join(import.meta.dirname, "fixtures");

const OUTPUTS: Output[] = [
  { output_type: "stream", name: "stdout", text: "a\nb\n" },
  {
    output_type: "display_data",
    data: {
      "text/plain": "x\ny",
      "image/svg+xml": "<svg>\n</svg>",
      "application/json": { b: [1.5, true], a: "l1\nl2" },
      "image/png": "AA\nBB",
    },
    metadata: { z: 1 },
  },
  { output_type: "execute_result", data: { "text/plain": "2" }, metadata: {}, execution_count: 1 },
  { output_type: "error", ename: "E", evalue: "v", traceback: ["t1\nt2"] },
];

// written-by-nbformat.ipynb: nbformat 5.11.1, nbformat.writes(nbformat.reads(source, 4)) with OUTPUTS put in by
// nbformat.v4.new_output, execution_count 1 and metadata.language_info {"name": "typescript"}, and a newline
test("an executed notebook is written as nbformat writes it: sorted keys, split lines, Python's numbers", () => {
  const notebook = parseNotebook("source.ipynb", readFileSync(join(fixtures, "source.ipynb"), "utf8"));
  assert.ok(notebook.ok);
  const text = notebookText(notebook.value, new Map([["first", { outputs: OUTPUTS, executionCount: 1 }]]), {
    language_info: { name: "typescript" },
  });
  assert.equal(text, readFileSync(join(fixtures, "written-by-nbformat.ipynb"), "utf8"));
});

test("a cell that did not run loses the outputs of an earlier run, and nothing else", () => {
  const old = { output_type: "stream", name: "stdout", text: "old" };
  const notebook = sampleNotebook([{ source: "1", execution_count: 3, outputs: [old], metadata: { kept: true } }]);
  const [cell] = JSON.parse(notebookText(notebook, new Map(), {})).cells;
  assert.deepEqual(cell, {
    cell_type: "code",
    execution_count: null,
    id: "a",
    metadata: { kept: true },
    outputs: [],
    source: ["1"],
  });
});

test("before format 4.5 no ids are written", () => {
  const text = JSON.stringify(notebookJson([{ id: undefined, source: "1" }], { nbformat_minor: 4 }));
  const notebook = parseNotebook("a.ipynb", text);
  assert.ok(notebook.ok);
  assert.ok(!("id" in JSON.parse(notebookText(notebook.value, new Map(), {})).cells[0]));
});

test("ids in a file older than they are make it one of format 4.5, whatever is wrong with them", () => {
  const cells = ["a", "", "a"].map((id) => ({ cell_type: "code", id, metadata: {}, source: "1", outputs: [] }));
  const notebook = parseNotebook("a.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
  assert.ok(notebook.ok);
  const written = JSON.parse(notebookText(notebook.value, new Map(), {}));
  assert.equal(written.nbformat_minor, 5);
  assert.deepEqual(
    written.cells.map(({ id }: { id: string }) => id),
    ["a", "cell-2", "cell-3"],
  );
});

test("numbers that the run does not own are written as they were", () => {
  const numbers = ["1.0", "1e16", "12345678901234567890", "0.00001", "-0.0", "5"];
  const text = `{"cells": [], "metadata": {"n": [${numbers}], "\\"1.0": "1.0", "nul": "\\u0000number:1"}, "nbformat": 4, "nbformat_minor": 5}`;
  const notebook = parseNotebook("a.ipynb", text);
  assert.ok(notebook.ok);
  const written = notebookText(notebook.value, new Map(), {});
  for (const number of numbers) assert.ok(written.includes(`\n   ${number}`), number);
  assert.equal(JSON.parse(written).metadata['"1.0'], "1.0");
});
