/** @file Each notebook of tests/notebooks, run from a clean state, gives the very outputs that stand in its file. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rerun } from "@eightfold/rerun";
import { startFrontend } from "./kernel/frontend.ts";

const folder = join(import.meta.dirname, "notebooks");

interface CodeCell {
  readonly cell_type: string;
  readonly source: readonly string[];
  /** What is typed, in order, where the cell asks. */
  readonly metadata: { readonly answers?: readonly string[] };
  readonly id: string;
  readonly execution_count: number | null;
  readonly outputs: readonly ({ readonly output_type: string } & Record<string, unknown>)[];
}

function codeCells(path: string): CodeCell[] {
  const { cells } = JSON.parse(readFileSync(path, "utf8")) as { cells: readonly CodeCell[] };
  return cells.filter(({ cell_type }) => cell_type === "code");
}

const asks = (name: string): boolean => codeCells(join(folder, name)).some(({ metadata }) => metadata.answers);
const notebooks = readdirSync(folder).filter((file) => file.endsWith(".ipynb"));

for (const name of notebooks.filter(asks)) {
  test(`${name}, whose questions are answered, gives the outputs that it holds`, { timeout: 30_000 }, async (t) => {
    const frontend = await startFrontend(t, folder);
    const answers: string[] = [];
    frontend.channels.onMessage((channel, { header }) => {
      const value = channel === "stdin" ? answers.shift() : undefined;
      if (value !== undefined) void frontend.channels.send("stdin", "input_reply", { value }, header);
    });
    for (const { id, source, metadata, outputs } of codeCells(join(folder, name))) {
      answers.push(...(metadata.answers ?? []));
      const exchange = await frontend.execute(source.join(""), { allow_stdin: true });
      assert.equal(exchange.reply.status, "ok", id);
      assert.deepEqual(
        shown(exchange.outputs),
        shown(outputs.map(({ output_type, ...content }) => [output_type, content])),
        id,
      );
      assert.deepEqual(answers, [], id);
    }
  });
}

/** Of streams and results: what stands there. */
function shown(outputs: readonly (readonly [string, Record<string, unknown>])[]): string[] {
  return outputs.map(([type, { text, data }]) => {
    const plain = text ?? (data as Record<string, unknown>)["text/plain"];
    return `${type}: ${[plain].flat().join("")}`;
  });
}

for (const name of notebooks.filter((one) => !asks(one))) {
  test(`${name} gives the outputs that it holds`, async (t) => {
    const cache = join(import.meta.dirname, "..", "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    const out = mkdtempSync(join(cache, "behaviour-"));
    t.after(() => rmSync(out, { recursive: true }));
    const run = await rerun({
      notebooks: [join(folder, name)],
      claims: undefined,
      claimsAsked: false,
      parameters: {},
      out,
      write: false,
      profile: "quick",
      kernel: undefined,
      cells: { first: 1, last: Number.POSITIVE_INFINITY },
      seeds: 0,
      sandbox: false,
      since: undefined,
      jobs: 1,
      printed: false,
      junit: false,
      timeoutMs: 60_000,
      totalTimeoutMs: 2_000_000,
      startTimeoutMs: 60_000,
      outputLimit: 2 ** 26,
      signal: new AbortController().signal,
      progress: { cellStarts() {}, cellEnds() {} },
      onChecks() {},
      onNote() {},
    });
    assert.deepEqual(run.ok && run.value.runs.map(({ failure }) => failure), [undefined]);
    const expected = codeCells(join(folder, name));
    for (const [index, cell] of codeCells(join(out, name)).entries()) {
      assert.deepEqual(cell.outputs, expected[index]?.outputs, `cell ${cell.id}`);
      assert.equal(cell.execution_count, expected[index]?.execution_count, `cell ${cell.id}`);
    }
  });
}
