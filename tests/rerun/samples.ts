/** @file Notebooks, claims and messages made for the tests of the re-run command. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import type { Claim } from "../../src/rerun/claims/claims.ts";
import { type Notebook, parseNotebook } from "../../src/rerun/notebook/notebook.ts";
import type { Output } from "../../src/rerun/notebook/outputs.ts";
import type { NotebookRun } from "../../src/rerun/notebook/run-notebook.ts";

/** A code cell by its source alone, or a cell in full. */
export type SampleCell = string | Record<string, unknown>;

/** A notebook's JSON: cells are called a, b, c ... */
export function notebookJson(
  cells: readonly SampleCell[],
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    cells: cells.map((cell, index) => ({
      cell_type: "code",
      id: String.fromCharCode(97 + index),
      metadata: {},
      execution_count: null,
      outputs: [],
      ...(typeof cell === "string" ? { source: cell } : cell),
    })),
    metadata: { kernelspec: { name: "eightfold", display_name: "Eightfold", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
    ...more,
  };
}

/** The same as it is read. */
export function sampleNotebook(cells: readonly SampleCell[], more: Record<string, unknown> = {}): Notebook {
  const notebook = parseNotebook("notebooks/04-scaling.ipynb", JSON.stringify(notebookJson(cells, more)));
  if (!notebook.ok) throw new Error(notebook.reason);
  return notebook.value;
}

/** A run whose first code cells left the outputs given; a cell beyond them did not run. */
export function sampleRun(notebook: Notebook, outputs: readonly (readonly Output[])[]): NotebookRun {
  const code = notebook.cells.filter(({ number }) => number !== undefined);
  const results = outputs.map((own, index) => {
    const result = { outputs: own, executionCount: index + 1, seconds: 0.5, seed: 7, measurements: new Map() };
    return [code[index]?.id ?? "", result] as const;
  });
  return {
    notebook,
    kernel: "eightfold",
    sandboxed: false,
    seconds: 1.23456,
    cells: new Map(results),
    failure: undefined,
    languageInfo: { name: "typescript" },
  };
}

/** A folder that goes when the test ends. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-rerun-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a value as a JSON file; returns its path. */
export function writeJson(folder: string, name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

/** A claim about cell a, which says that the exponent is 0.38, to 0.005. */
export function sampleClaim(changes: Partial<Record<keyof Claim, unknown>> = {}): Claim {
  return {
    id: "exponent",
    statement: "The error falls as data to the power -0.38",
    notebook: "04-scaling.ipynb",
    cell: "a",
    expression: "law.exponent",
    expected: 0.38,
    tolerance: { absolute: 0.005 },
    source: "by hand",
    ...changes,
  } as Claim;
}

/** A message as a kernel would send it. */
export function message(type: string, content: JsonObject, parentId = "request"): Message {
  const header = {
    msg_id: type,
    msg_type: type,
    session: "s",
    username: "u",
    date: "2024-01-01T00:00:00Z",
    version: "5.5",
  };
  return { header, parent_header: { ...header, msg_id: parentId }, metadata: {}, content, buffers: [] };
}
