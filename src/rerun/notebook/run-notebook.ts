/** @file Runs the cells of one notebook in order, in a fresh kernel, from a clean state. */
import { dirname } from "node:path";
import { type Measurement, readMeasurements } from "../claims/measurement.ts";
import type { JsonObject } from "../json-text.ts";
import { type CellEnd, executeCell } from "../kernels/execute-cell.ts";
import { describeDeath, type Kernel, startKernel } from "../kernels/kernel-process.ts";
import type { Cell, Notebook } from "./notebook.ts";
import type { CellResult } from "./notebook-text.ts";
import { CellOutputs, type Displays, type ErrorOutput, errorOutput } from "./outputs.ts";

export interface RunOptions {
  /** Time limit of each cell, milliseconds. */
  readonly timeoutMs: number;
  /** Resolves when the user wants no more. */
  readonly stopped: Promise<void>;
  /** Cell id -> expressions to measure after the cell, by name. */
  readonly expressions: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly progress: RunProgress;
}

export interface RunProgress {
  /** @param of how many cells will run */
  cellStarts(notebook: Notebook, cell: Cell, of: number): void;
  cellEnds(notebook: Notebook, cell: Cell, of: number, seconds: number, failed: boolean): void;
}

export interface NotebookRun {
  readonly notebook: Notebook;
  readonly seconds: number;
  /** Cell id -> what the run left in it, for the cells that were started. */
  readonly cells: ReadonlyMap<string, CellRun>;
  /** Why it did not run to its end. */
  readonly failure: RunFailure | undefined;
  /** The kernel's description of its language. */
  readonly languageInfo: unknown;
}

interface CellRun extends CellResult {
  readonly seconds: number;
  /** Name of an expression -> what came of it; empty when the cell failed. */
  readonly measurements: ReadonlyMap<string, Measurement>;
}

interface RunFailure {
  /** The cell that did not come to its end; undefined when the kernel did not start. */
  readonly cell: Cell | undefined;
  /** One line. */
  readonly reason: string;
  /** The kernel's last words, when it died. */
  readonly lastLines: readonly string[];
}

/**
 * Runs a notebook.
 *
 * @param notebook as read; it is not changed
 * @param options time limit, expressions to measure, who is told of progress
 * @returns the outputs of every cell that was started, and why the run ended early when it did
 */
export async function runNotebook(notebook: Notebook, options: RunOptions): Promise<NotebookRun> {
  const start = performance.now();
  const cells = new Map<string, CellRun>();
  const kernel = await startKernel(dirname(notebook.path), options.stopped);
  const failure = kernel.ok
    ? await runCells(notebook, kernel.value, cells, options)
    : { cell: undefined, reason: kernel.reason, lastLines: [] };
  if (kernel.ok) await kernel.value.stop();
  const seconds = (performance.now() - start) / 1000;
  const languageInfo = kernel.ok ? kernel.value.info.language_info : undefined;
  return { notebook, seconds, cells, failure: failure ?? lateFailure(notebook, cells), languageInfo };
}

/** The cells that a run executes, in order. */
export function runnableCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.number !== undefined);
}

async function runCells(
  notebook: Notebook,
  kernel: Kernel,
  cells: Map<string, CellRun>,
  { timeoutMs, stopped, expressions, progress }: RunOptions,
): Promise<RunFailure | undefined> {
  const displays: Displays = new Map();
  const runnable = runnableCells(notebook);
  for (const cell of runnable) {
    progress.cellStarts(notebook, cell, runnable.length);
    const start = performance.now();
    const collected = new CellOutputs(displays);
    const mayFail = cell.tags.includes("raises-exception");
    const end = await executeCell(kernel, {
      source: cell.source,
      expressions: expressions.get(cell.id) ?? {},
      mayFail,
      timeoutMs,
      stopped,
      onIopub: (message) => collected.receive(message),
    });
    const seconds = (performance.now() - start) / 1000;
    const reply = end.kind === "replied" ? end.reply : {};
    const failure = misfortune(end, cell, mayFail, timeoutMs);
    cells.set(cell.id, {
      // a late message of the cell, from a timer it left behind, still finds its way into these
      outputs: collected.outputs,
      executionCount: collected.executionCount ?? executionCount(reply),
      seconds,
      measurements: readMeasurements(reply),
    });
    if (reply.status === "error" && !collected.outputs.some((output) => output.output_type === "error")) {
      collected.outputs.push(errorOutput(reply));
    }
    progress.cellEnds(notebook, cell, runnable.length, seconds, failure !== undefined);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function executionCount(reply: JsonObject): number | null {
  return typeof reply.execution_count === "number" ? reply.execution_count : null;
}

function misfortune(end: CellEnd, cell: Cell, mayFail: boolean, timeoutMs: number): RunFailure | undefined {
  const lastLines = end.kind === "died" ? end.death.lastLines : [];
  switch (end.kind) {
    case "replied":
      if (end.reply.status === "ok" || (end.reply.status === "error" && mayFail)) return undefined;
      if (end.reply.status === "error") return { cell, reason: errorText(errorOutput(end.reply)), lastLines };
      return { cell, reason: `the kernel did not run it (status ${end.reply.status})`, lastLines };
    case "died":
      return { cell, reason: `the kernel died (${describeDeath(end.death)})`, lastLines };
    case "timed out": {
      const how = end.killed ? "did not stop when interrupted: its kernel was killed" : "was interrupted";
      const reason = `it ran longer than ${timeoutMs / 1000} s and ${how} (hint: --timeout SECONDS)`;
      return { cell, reason, lastLines };
    }
    case "stopped":
      return { cell, reason: "stopped by the user", lastLines };
  }
}

/** An error that a cell left behind, in a timer or a promise, and that came when the cell had already ended well. */
function lateFailure(notebook: Notebook, cells: ReadonlyMap<string, CellRun>): RunFailure | undefined {
  for (const cell of runnableCells(notebook)) {
    if (cell.tags.includes("raises-exception")) continue;
    const error = cells.get(cell.id)?.outputs.find((output) => output.output_type === "error");
    if (error !== undefined) return { cell, reason: `${errorText(error)}, after the cell had ended`, lastLines: [] };
  }
  return undefined;
}

function errorText({ ename, evalue }: ErrorOutput): string {
  const [firstLine = ""] = evalue.split("\n", 1);
  return firstLine === "" ? ename : `${ename}: ${firstLine}`;
}
