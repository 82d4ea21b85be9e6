/** @file Reading notebooks: what is kept, and one line for each way a file can be damaged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseNotebook, readNotebook } from "../../../src/rerun/notebook/notebook.ts";
import { notebookJson, sampleNotebook, temporaryFolder, writeJson } from "../samples.ts";

const DAMAGED: [what: string, text: string, reason: string][] = [
  [
    "a comma too many",
    '{\n "cells": [],\n}',
    'a.ipynb, line 3, column 1: property name expected, got "}" (hint: restore the file, or mend it at that place)',
  ],
  ["a list", "[]", "a.ipynb: a notebook is a JSON object, got a list"],
  ["another JSON file", '{"name": "x"}', 'a.ipynb: this is no notebook: "nbformat" is missing'],
  [
    "format 3",
    JSON.stringify(notebookJson([], { nbformat: 3 })),
    "a.ipynb: nbformat is 3, only 4 is read (hint: open and save it with a current Jupyter)",
  ],
  [
    "a format to come",
    JSON.stringify(notebookJson([], { nbformat_minor: 6 })),
    "a.ipynb: nbformat_minor is 6, an integer from 0 to 5 is read (hint: save it as format 4.5)",
  ],
  [
    "no cells",
    JSON.stringify(notebookJson([], { cells: undefined })),
    'a.ipynb: "cells" is missing (hint: restore the file)',
  ],
  [
    "cells that are no list",
    JSON.stringify(notebookJson([], { cells: {} })),
    'a.ipynb: "cells" is a list, got an object (hint: restore the file)',
  ],
  [
    "a cell without source",
    JSON.stringify(notebookJson(["1", { source: undefined }])),
    'a.ipynb, cells[1]: the cell has no "source" (hint: give it one, or remove the cell)',
  ],
  [
    "a source that is a number",
    JSON.stringify(notebookJson([{ source: 3 }])),
    'a.ipynb, cells[0]: "source" is text or a list of lines, got a number',
  ],
  [
    "a cell of an unknown type",
    JSON.stringify(notebookJson([{ cell_type: "heading", source: "" }])),
    'a.ipynb, cells[0]: "cell_type" is code, markdown or raw, got "heading"',
  ],
  [
    "two cells of one id",
    JSON.stringify(notebookJson(["1", { id: "a", source: "2" }])),
    'a.ipynb, cells[1]: the id "a" is taken by an earlier cell',
  ],
];

for (const [what, text, reason] of DAMAGED) {
  test(`${what}: one line names the file, the place, and what to do`, () => {
    assert.deepEqual(parseNotebook("a.ipynb", text), { ok: false, reason });
  });
}

test("a file that is not there, or is a directory, is named", (t) => {
  const folder = temporaryFolder(t);
  const missing = readNotebook(`${folder}/none.ipynb`);
  assert.ok(!missing.ok && missing.reason.startsWith(`${folder}/none.ipynb: there is no such file`));
  const directory = readNotebook(folder);
  assert.ok(!directory.ok && directory.reason.startsWith(`${folder}: this is a directory`));
});

test("a source is one text however it is stored, and only cells that run are numbered", (t) => {
  const path = writeJson(
    temporaryFolder(t),
    "a.ipynb",
    notebookJson([
      { cell_type: "markdown", source: ["# one\n", "two"] },
      "1 + 1",
      " \n",
      { source: "skipped", metadata: { tags: ["skip-execution"] } },
      { source: ["2 +\n", " 2"] },
      { cell_type: "raw", source: "raw" },
    ]),
  );
  const notebook = readNotebook(path);
  assert.ok(notebook.ok);
  const cells = notebook.value.cells.map(({ id, source, number }) => [id, source, number]);
  assert.deepEqual(cells, [
    ["a", "# one\ntwo", undefined],
    ["b", "1 + 1", 1],
    ["c", " \n", undefined],
    ["d", "skipped", undefined],
    ["e", "2 +\n 2", 2],
    ["f", "raw", undefined],
  ]);
});

test("cells without ids are given ids that are the same from run to run and taken by no other cell", () => {
  const { cells } = sampleNotebook([
    { source: "1", id: undefined },
    { source: "2", id: "cell-1" },
    { source: "3", id: undefined },
  ]);
  assert.deepEqual(
    cells.map(({ id }) => id),
    ["cell-1-", "cell-1", "cell-3"],
  );
});

for (const [what, metadata, name] of [
  ["its kernel", { kernelspec: { name: "ir" } }, "ir"],
  ["Jupyter's Python when it names the language alone", { language_info: { name: "python" } }, "python3"],
  ["none when it says nothing", {}, undefined],
] as const) {
  test(`a notebook names ${what}`, () => {
    const notebook = parseNotebook("a.ipynb", JSON.stringify(notebookJson([], { metadata })));
    assert.equal(notebook.ok && notebook.value.kernelName, name);
  });
}

test("a pointer, marks of a merge and NaN say what to do", () => {
  const hint = (text: string) => {
    const read = parseNotebook("a.ipynb", text);
    return read.ok ? "" : (/\(hint: (.*)\)$/.exec(read.reason)?.[1] ?? "");
  };
  assert.match(hint("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), /git lfs pull$/);
  assert.match(hint('{\n<<<<<<< HEAD\n "a": 1\n=======\n>>>>>>> b\n}'), /^the file has marks of a merge/);
  assert.match(hint('{"a": NaN}'), /^JSON has no NaN/);
  assert.match(hint('{"a": "NaN",}'), /^restore the file/);
});

test("ten thousand cells without ids are read in a moment", () => {
  const cells = Array.from({ length: 10_000 }, () => ({ cell_type: "code", metadata: {}, source: "1", outputs: [] }));
  const start = performance.now();
  const read = parseNotebook("a.ipynb", JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 4 }));
  assert.ok(read.ok && new Set(read.value.cells.map(({ id }) => id)).size === 10_000);
  assert.ok(performance.now() - start < 5_000); // a set of all ids a cell took 11 s
});
