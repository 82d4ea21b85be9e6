/** @file Each notebook of tests/notebooks, run from a clean state, gives the very outputs that stand in its file. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rerun } from "@eightfold/rerun";

const folder = join(import.meta.dirname, "notebooks");

interface CodeCell {
  readonly cell_type: string;
  readonly id: string;
  readonly execution_count: number | null;
  readonly outputs: unknown;
}

function codeCells(path: string): CodeCell[] {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: readonly CodeCell[] };
  return cells.filter(({ cell_type }) => cell_type === "code");
}

for (const name of readdirSync(folder).filter((file) => file.endsWith(".ipynb"))) {
  test(`${name} gives the outputs that it holds`, async (t) => {
    const cache = join(import.meta.dirname, "..", "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    const out = mkdtempSync(join(cache, "behaviour-"));
    t.after(() => rmSync(out, { recursive: true }));
    const run = await rerun({
      notebooks: [join(folder, name)],
      claims: undefined,
      out,
      write: false,
      profile: "quick",
      kernel: undefined,
      cells: { first: 1, last: Number.POSITIVE_INFINITY },
      seeds: 0,
      sandbox: false,
      since: undefined,
      jobs: 1,
      junit: false,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      progress: { cellStarts() {}, cellEnds() {} },
      onChecks() {},
    });
    assert.deepEqual(run.ok && run.value.runs.map(({ failure }) => failure), [undefined]);
    const expected = codeCells(join(folder, name));
    for (const [index, cell] of codeCells(join(out, name)).entries()) {
      assert.deepEqual(cell.outputs, expected[index]?.outputs, `cell ${cell.id}`);
      assert.equal(cell.execution_count, expected[index]?.execution_count, `cell ${cell.id}`);
    }
  });
}
