/** @file Runs the cells of one notebook in order, in a fresh kernel, from a clean state. */
import { dirname } from "node:path";
import type { Json } from "@eightfold/kernel/wire";
import { type Measurement, readMeasurement, readMeasurements } from "../claims/measurement.ts";
import { isObject, type JsonObject, textOf } from "../json-text.ts";
import { type CellEnd, executeCell } from "../kernels/execute-cell.ts";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";
import { describeDeath, type Kernel, startKernel, tooMuch } from "../kernels/kernel-process.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { type Cell, MAY_FAIL, type Notebook } from "./notebook.ts";
import type { CellResult } from "./notebook-text.ts";
import { CellOutputs, type ErrorOutput, errorOutput, Kept } from "./outputs.ts";
import { SEED_EXPRESSION, type SeedChoice, seedVariables, withSeed } from "./seed.ts";
import { Widgets } from "./widgets.ts";

export interface RunOptions {
  readonly launch: KernelLaunch;
  /** What the kernel is shut into; undefined to run it as it is. */
  readonly sandbox: Sandbox | undefined;
  /** Variables of the kernel's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The seed that the notebook is asked to take; undefined for its own. */
  readonly seed: SeedChoice;
  /** Number of the last cell to run; Infinity for all. */
  readonly lastCell: number;
  /** Time limit of each cell, milliseconds. */
  readonly timeoutMs: number;
  /** Of all cells together, milliseconds. */
  readonly totalTimeoutMs: number;
  /** Of the kernel's first answer, milliseconds. */
  readonly startTimeoutMs: number;
  /** Bytes of output that are kept: more, and a notebook that prints without end would fill our memory instead of its own. */
  readonly outputLimit: number;
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
  /** The kernel's name. */
  readonly kernel: string;
  readonly sandboxed: boolean;
  readonly seconds: number;
  /** Cell id -> what the run left in it, for the cells that were started. */
  readonly cells: ReadonlyMap<string, CellRun>;
  /** Why it did not run to its end. */
  readonly failure: RunFailure | undefined;
  /** The cell that ended it early on purpose, as sys.exit(0) does. */
  readonly endedBy?: Cell | undefined;
  /** The kernel's description of its language. */
  readonly languageInfo: unknown;
  /** What its widgets show at the end, as the metadata of a notebook has it; undefined when it made none. */
  readonly widgets?: JsonObject | undefined;
}

interface CellRun extends CellResult {
  readonly seconds: number;
  /** Value of the variable `seed` after the cell, when there is one and it is a whole number. */
  readonly seed: number | undefined;
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
 * @param options kernel, time limit, expressions to measure, who is told of progress
 * @returns the outputs of every cell that was started, and why the run ended early when it did
 */
export async function runNotebook(notebook: Notebook, options: RunOptions): Promise<NotebookRun> {
  const start = performance.now();
  const { launch, sandbox, stopped } = options;
  const cells = new Map<string, CellRun>();
  const env = { ...options.env, ...seedVariables(options.seed) };
  const kernel = await startKernel({
    ...{ launch, sandbox, env, stopped },
    cwd: dirname(notebook.path),
    startLimitMs: options.startTimeoutMs,
    messageLimit: options.outputLimit,
  });
  const end = kernel.ok
    ? await runCells(notebook, kernel.value, cells, options)
    : { failure: { cell: undefined, reason: kernel.reason, lastLines: [] }, widgets: undefined };
  if (kernel.ok) await kernel.value.stop();
  const failure = end.failure ?? (end.endedBy === undefined ? lateFailure(notebook, cells) : undefined);
  return {
    notebook,
    kernel: launch.name,
    sandboxed: sandbox !== undefined,
    seconds: (performance.now() - start) / 1000,
    cells,
    failure: failure === undefined || sandbox === undefined ? failure : explained(failure),
    endedBy: end.endedBy,
    languageInfo: kernel.ok ? kernel.value.info.language_info : undefined,
    widgets: end.widgets?.metadata(),
  };
}

/** The cells that a run executes, in order. */
export function runnableCells(notebook: Notebook): Cell[] {
  return notebook.cells.filter((cell) => cell.number !== undefined);
}

async function runCells(
  notebook: Notebook,
  kernel: Kernel,
  cells: Map<string, CellRun>,
  { timeoutMs, totalTimeoutMs, outputLimit, stopped, expressions, progress, seed, lastCell }: RunOptions,
): Promise<RunEnd> {
  const kept = new Kept();
  const widgets = new Widgets(kept);
  const deadline = performance.now() + totalTimeoutMs;
  const runnable = runnableCells(notebook).filter(({ number = 0 }) => number <= lastCell);
  for (const cell of runnable) {
    progress.cellStarts(notebook, cell, runnable.length);
    const start = performance.now();
    const collected = new CellOutputs(kept);
    const mayFail = cell.tags.includes(MAY_FAIL);
    const end = await executeCell(kernel, {
      source: withSeed(cell, seed),
      expressions: { ...expressions.get(cell.id), [SEED_EXPRESSION]: "seed" },
      mayFail,
      timeoutMs: Math.min(timeoutMs, deadline - start),
      stopped,
      onIopub: (message) => {
        if (kept.bytes <= outputLimit && !widgets.receive(message)) collected.receive(message);
        if (kept.bytes > outputLimit) kernel.kill(tooMuch(outputLimit));
      },
    });
    const seconds = (performance.now() - start) / 1000;
    const reply = end.kind === "replied" ? end.reply : {};
    const failure = leaves(reply)
      ? undefined
      : misfortune(end, cell, mayFail, start + timeoutMs <= deadline ? timeoutMs : { totalTimeoutMs });
    cells.set(cell.id, {
      // a late message of the cell, from a timer it left behind, still finds its way into these
      outputs: collected.outputs,
      executionCount: collected.executionCount ?? executionCount(reply),
      seconds,
      seed: seedIn(reply),
      measurements: readMeasurements(reply),
    });
    if (reply.status === "error" && !collected.outputs.some((output) => output.output_type === "error")) {
      collected.outputs.push(errorOutput(reply));
    }
    progress.cellEnds(notebook, cell, runnable.length, seconds, failure !== undefined);
    if (leaves(reply)) return { endedBy: cell, widgets };
    if (failure !== undefined) return { failure, widgets };
    for (const { commId, outputs } of widgets.takeUntold()) {
      const data = { method: "update", state: { outputs: outputs as unknown as Json }, buffer_paths: [] };
      await kernel.requests.send("shell", "comm_msg", { comm_id: commId, data });
    }
  }
  return { widgets };
}

interface RunEnd {
  readonly widgets: Widgets | undefined;
  readonly failure?: RunFailure;
  readonly endedBy?: Cell;
}

/** Whether a cell of Python asked to leave, all being well: sys.exit(0), or IPython's exit(). */
function leaves({ status, ename, evalue, payload }: JsonObject): boolean {
  if (status === "error") return ename === "SystemExit" && ["", "0", "None"].includes(textOf(evalue));
  return Array.isArray(payload) && payload.some((one) => isObject(one) && one.source === "ask_exit");
}

function seedIn({ user_expressions: results }: JsonObject): number | undefined {
  const found = isObject(results) ? readMeasurement(results[SEED_EXPRESSION]) : undefined;
  return found?.ok && Number.isInteger(found.value) ? Number(found.value) : undefined;
}

function explained(failure: RunFailure): RunFailure {
  const rules = "in the sandbox: no network, nothing of the home folder, writes to $TMPDIR alone";
  return { ...failure, reason: `${failure.reason} (${rules})` };
}

function executionCount(reply: JsonObject): number | null {
  return typeof reply.execution_count === "number" ? reply.execution_count : null;
}

function misfortune(
  end: CellEnd,
  cell: Cell,
  mayFail: boolean,
  limit: number | { totalTimeoutMs: number },
): RunFailure | undefined {
  const lastLines = end.kind === "died" ? end.death.lastLines : [];
  switch (end.kind) {
    case "replied":
      if (end.reply.status === "ok" || (end.reply.status === "error" && mayFail)) return undefined;
      if (end.reply.status === "error") return { cell, reason: errorText(errorOutput(end.reply)), lastLines };
      return { cell, reason: `the kernel did not run it (status ${textOf(end.reply.status)})`, lastLines };
    case "died":
      return { cell, reason: `the kernel died (${describeDeath(end.death)})`, lastLines };
    case "timed out": {
      const how = end.killed ? "did not stop when interrupted: its kernel was killed" : "was interrupted";
      const reason =
        typeof limit === "number"
          ? `it ran longer than ${limit / 1000} s and ${how} (hint: --timeout SECONDS)`
          : `the notebook ran longer than ${limit.totalTimeoutMs / 1000} s and ${how} (hint: --total-timeout SECONDS)`;
      return { cell, reason, lastLines };
    }
    case "stopped":
      return { cell, reason: "stopped by the user", lastLines };
  }
}

/** An error that a cell left behind, in a timer or a promise, and that came when the cell had already ended well. */
function lateFailure(notebook: Notebook, cells: ReadonlyMap<string, CellRun>): RunFailure | undefined {
  for (const cell of runnableCells(notebook)) {
    if (cell.tags.includes(MAY_FAIL)) continue;
    const error = cells.get(cell.id)?.outputs.find((output) => output.output_type === "error");
    if (error !== undefined) return { cell, reason: `${errorText(error)}, after the cell had ended`, lastLines: [] };
  }
  return undefined;
}

function errorText({ ename, evalue }: ErrorOutput): string {
  const [firstLine = ""] = evalue.split("\n", 1);
  return firstLine === "" ? ename : `${ename}: ${firstLine}`;
}
