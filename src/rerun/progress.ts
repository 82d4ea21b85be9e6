/** @file One line a cell on standard error: `[3/12] 04-scaling.ipynb fit-translation 0.42 s`. */
import type { RunProgress } from "./notebook/run-notebook.ts";
import { safeLine } from "./terminal-text.ts";

/**
 * Progress for a person or a log.
 *
 * @param stream where to; on a terminal the running cell is shown too, and its line is written over when it ends
 */
export function progressLines(stream: NodeJS.WriteStream): RunProgress {
  return {
    cellStarts({ name }, cell, of) {
      if (stream.isTTY) stream.write(`[${cell.number}/${of}] ${safeLine(name)} ${cell.id} …`);
    },
    cellEnds({ name }, cell, of, seconds, failed) {
      if (stream.isTTY) {
        stream.cursorTo(0);
        stream.clearLine(1);
      }
      stream.write(
        `[${cell.number}/${of}] ${safeLine(name)} ${cell.id} ${seconds.toFixed(2)} s${failed ? " failed" : ""}\n`,
      );
    },
  };
}
