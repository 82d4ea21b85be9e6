/** @file A sweep's table where people look: redrawn in place in a terminal, one line a change in a log, one display in a notebook. */
import { progressLine, sweepProgress } from "./progress.ts";
import type { StageState } from "./sweep.ts";
import { sweepTable, type TableRun } from "./sweep-table.ts";

/** Told at each change of a sweep; see RunOptions. */
export type TellSweep = (states: readonly StageState[], workers: number, runs: readonly TableRun[]) => void;

/** Where text is written to: process.stderr, or one like it. */
export interface TextOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** width of a terminal */
  readonly columns?: number;
}

/**
 * The table, drawn over itself at each change where the output is a terminal; else a line a change.
 *
 * @param output process.stderr by default
 */
export function terminalSweep(output: TextOutput = process.stderr): TellSweep {
  return output.isTTY === true ? drawInPlace(output) : lineByLine(output);
}

/** @source ECMA-48, 8.3.22 (cursor up) and 8.3.39 (erase in page) */
function drawInPlace(output: TextOutput): TellSweep {
  let drawn = 0;
  return (states, workers, runs) => {
    const width = output.columns || 80; // a terminal that does not tell its size says 0
    // a line that wraps would take two rows, and the next drawing begin too low
    const lines = sweepTable(runs, states, workers).map((line) => line.slice(0, width - 1));
    const back = drawn === 0 ? "" : `\x1b[${drawn}A\x1b[J`;
    output.write(`${back}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
}

function lineByLine(output: TextOutput): TellSweep {
  let last = "";
  return (states, workers) => {
    const line = progressLine(sweepProgress(states, workers));
    if (line !== last) output.write(`${line}\n`);
    last = line;
  };
}

/**
 * The table as one display of a notebook, updated.
 *
 * @param show the kernel's `display`
 */
export function notebookSweep(show: (value: unknown) => { update(value: unknown): void }): TellSweep {
  let shown: { update(value: unknown): void } | undefined;
  return (states, workers, runs) => {
    const text = sweepTable(runs, states, workers).join("\n");
    const value = { [Symbol.for("Jupyter.display")]: () => ({ "text/plain": text }) }; // text, not the quotes of a string
    if (shown === undefined) shown = show(value);
    else shown.update(value);
  };
}
