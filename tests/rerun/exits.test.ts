/** @file A cell that ends its kernel's process: never green while a cell is unrun or a number unchecked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import { startCommand } from "./command-runs.ts";
import { notebookJson, sampleClaim, temporaryFolder, writeJson } from "./samples.ts";

const NO_PYTHON = findKernelSpec("python3") === undefined && "no Python kernel is installed";
const PYTHON = { metadata: { kernelspec: { name: "python3" } } };
const run = (folder: string, ...words: string[]) => startCommand(folder, words).ended;

const EXITS: [what: string, cells: string[]][] = [
  ["at once", ["process.exit(0)", "1"]],
  ["with the code set", ["process.exitCode = 0; process.exit()", "1"]],
  ["from a microtask", ["queueMicrotask(() => process.exit(0)); 1", "1"]],
  ["while the cell waits", ["setTimeout(() => process.exit(0), 20); await new Promise(() => {})", "1"]],
  ["from a timer, in a later cell", ["setTimeout(() => process.exit(0), 50); 1", "await new Promise(() => {})"]],
  ["in the last cell", ["1", "process.exit(0)"]],
  ["by a signal", ["process.kill(process.pid, 'SIGKILL')", "1"]],
  ["in a function that is called later", ["const leave = () => process.exit(0)", "leave()", "1"]],
];

for (const [what, cells] of EXITS) {
  test(`a TypeScript cell that ends the process ${what} is exit 2, with a line about the kernel's death`, async (t) => {
    const folder = temporaryFolder(t);
    writeJson(folder, "a.ipynb", notebookJson(cells));
    const { code, stderr } = await run(folder, "a.ipynb");
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^a\.ipynb, cell \d \(.\) failed: the kernel died \((?:exit code 0|signal SIGKILL)\)$/m);
  });
}

test("a tag that lets a cell fail does not let it end the kernel", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(
    folder,
    "a.ipynb",
    notebookJson([{ source: "process.exit(0)", metadata: { tags: ["raises-exception"] } }, "1"]),
  );
  assert.equal((await run(folder, "a.ipynb")).code, 2);
});

test("an expression that ends the process leaves every claim of its cell without a number", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["const x = 1"]));
  const claims = ["x", "process.exit(0)"].map((expression, index) => {
    return { ...sampleClaim({ id: `c${index}`, expression, expected: 1 }), notebook: "a.ipynb", cell: "a" };
  });
  writeJson(folder, "claims.json", { version: 1, claims });
  const { code, stdout } = await run(folder, "a.ipynb", "--claims", "claims.json");
  assert.equal(code, 2);
  assert.match(stdout, /^2 claims: 2 not run$/m);
});

test("a figure and a claim below an early end are not run: exit 2", { skip: NO_PYTHON }, async (t) => {
  const folder = temporaryFolder(t);
  const outputs = [{ output_type: "display_data", metadata: {}, data: { "image/png": "iVBORw0KGgo=" } }];
  writeJson(folder, "a.ipynb", notebookJson(["import sys; sys.exit(0)", { source: "1", outputs }], PYTHON));
  const { code, stdout } = await run(folder, "a.ipynb");
  assert.equal(code, 2);
  assert.match(stdout, /^a\.ipynb, cell 2: figure 1 was not made: its cell was not run$/m);
});

test("an interrupt reaches what a cell waits for, as Ctrl-C at a terminal does", { skip: NO_PYTHON }, async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["import os; os.system('sleep 100')"], PYTHON));
  const sandboxed = process.platform === "linux" ? [["--sandbox"]] : [];
  for (const words of [[], ...sandboxed]) {
    const { code, stderr } = await run(folder, "a.ipynb", "--timeout", "2", ...words);
    assert.equal(code, 2);
    assert.match(stderr, /it ran longer than 2 s and was interrupted \(hint: --timeout SECONDS\)/);
  }
});

test("a cell that was to raise and does not is named", async (t) => {
  const folder = temporaryFolder(t);
  const tagged = (source: string) => ({ source, metadata: { tags: ["raises-exception"] } });
  writeJson(folder, "a.ipynb", notebookJson([tagged("1"), tagged("throw new Error('x')")]));
  const { code, stderr } = await run(folder, "a.ipynb");
  assert.equal(code, 0);
  assert.match(stderr, /^a\.ipynb, cell 1 is tagged raises-exception and raised nothing$/m);
  assert.doesNotMatch(stderr, /cell 2 is tagged/);
});
