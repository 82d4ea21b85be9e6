/** @file A sweep on screen: what its table counts, how a terminal redraws it, what a log and a notebook get instead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Stage } from "../../../src/toolkit/experiment/stage.ts";
import type { StageState, StageStatus } from "../../../src/toolkit/experiment/sweep.ts";
import { notebookSweep, terminalSweep } from "../../../src/toolkit/experiment/sweep-display.ts";
import { sweepTable, type TableRun } from "../../../src/toolkit/experiment/sweep-table.ts";

function state(key: string, work: string, status: StageStatus, failures = 0, error = ""): StageState {
  const stage: Stage = { work, config: {}, needs: {} };
  return { planned: { key, stage, needs: new Map() }, status, seconds: 2, failures, ...(error && { error }) };
}

const RUNS: TableRun[] = [
  { row: "sft", column: "250", key: "a" },
  { row: "sft", column: "250", key: "b" },
  { row: "sft", column: "500", key: "c" },
  { row: "step-dpo-forked", column: "500", key: "d" },
  { row: "step-dpo-forked", column: "500", key: "e" },
];

const STATES = [
  state("base1", "base", "done"),
  state("base2", "base", "running"),
  state("a", "supervise", "reused"),
  state("b", "supervise", "running", 1, "Error: no memory\n    at somewhere"),
  state("c", "supervise", "done"),
  state("d", "prefer", "failed", 2, "Error: no step pairs"),
  state("e", "prefer", "blocked"),
];

const TABLE = [
  "                 250     500",
  "sft              1/2 1>  1/1",
  "step-dpo-forked          0/2 2!",
  "shared: base 1/2 1>",
  "supervise b: 1 try failed, tried again: Error: no memory",
  "prefer d: 2 tries failed, given up: Error: no step pairs",
  "3/7 stages, 1 reused, 2 running, 1 failed, 1 blocked, 2 s left",
];

test("the table counts runs done, running and failed by row and column, and tells of every failure", () => {
  assert.deepEqual(sweepTable(RUNS, STATES, 2), TABLE); // 2 stages of 2 s left for 2 workers: 2 s
});

test("a terminal's table is drawn over itself, no line wider than the terminal", () => {
  const written: string[] = [];
  const tell = terminalSweep({ write: (text) => written.push(text), isTTY: true, columns: 40 });
  tell(STATES, 2, RUNS);
  tell(STATES, 2, RUNS);
  const drawing = `${TABLE.map((line) => line.slice(0, 39)).join("\n")}\n`;
  assert.deepEqual(written, [drawing, `\x1b[7A\x1b[J${drawing}`]);
  const sizeless: string[] = [];
  terminalSweep({ write: (text) => sizeless.push(text), isTTY: true, columns: 0 })(STATES, 2, RUNS);
  assert.equal(sizeless[0], `${TABLE.join("\n")}\n`);
});

test("a log gets one line a change, and none where nothing changed", () => {
  const written: string[] = [];
  const tell = terminalSweep({ write: (text) => written.push(text) });
  tell(STATES, 2, RUNS);
  tell(STATES, 2, RUNS);
  tell(STATES.with(1, state("base2", "base", "done")), 2, RUNS);
  assert.deepEqual(written, [
    "3/7 stages, 1 reused, 2 running, 1 failed, 1 blocked, 2 s left\n",
    "4/7 stages, 1 reused, 1 running, 1 failed, 1 blocked, 1 s left\n",
  ]);
});

test("a notebook gets one display, updated", () => {
  const texts: string[] = [];
  const note = (value: unknown): void => {
    const bundle = (value as Record<symbol, () => { "text/plain": string }>)[Symbol.for("Jupyter.display")]?.();
    texts.push(bundle?.["text/plain"] ?? "no text");
  };
  let displays = 0;
  const tell = notebookSweep((value) => {
    displays++;
    note(value);
    return { update: note };
  });
  tell(STATES, 2, RUNS);
  tell(STATES.slice(0, 3), 2, RUNS.slice(0, 1));
  assert.equal(displays, 1);
  assert.equal(texts[0], TABLE.join("\n"));
  assert.match(texts[1] ?? "", /^ {5}250\nsft {2}1\/1\n/);
});
