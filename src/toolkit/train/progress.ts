/** @file How far a training run is, as one line that is replaced: in a terminal, or in a notebook's display. */
import { secondsNow } from "../core/clock.ts";
import { formatDuration } from "../core/duration.ts";
import { formatNumber } from "../core/number-format.ts";
import type { EvaluationRecord, TrainingObserver, UpdateRecord } from "./observer.ts";

/** What a run has told so far; a live curve is drawn of it. */
export interface TrainingHistory {
  readonly updates: readonly UpdateRecord[];
  readonly evaluations: readonly EvaluationRecord[];
}

/**
 * A line such as "update 40/400, epoch 1.2, loss 0.532, 21.3k tokens/s, 1 min 10 s left".
 */
function progressLine({ updates, evaluations }: TrainingHistory): string {
  const last = updates.at(-1);
  if (last === undefined) return "no update yet";
  const validated = evaluations.findLast(({ kind }) => kind === "validation")?.values.loss;
  return [
    `update ${last.update}/${last.updates}`,
    `epoch ${last.epoch.toFixed(1)}`,
    `loss ${formatNumber(last.loss)}`,
    ...(validated === undefined ? [] : [`validation loss ${formatNumber(validated)}`]),
    `${formatNumber(last.tokensPerSecond / 1000)}k tokens/s`,
    `${formatDuration(last.secondsLeft)} left`,
  ].join(", ");
}

export interface ProgressOptions {
  /** Seconds between two lines; default 1. */
  readonly everySeconds?: number;
}

/**
 * Progress on stderr: one line that is overwritten where that is a terminal, else a line every ten seconds.
 *
 * @param output where it is written
 */
export function terminalProgress(
  output: { write(text: string): unknown; isTTY?: boolean } = process.stderr,
  { everySeconds = output.isTTY === true ? 1 : 10 }: ProgressOptions = {},
): TrainingObserver {
  const isTerminal = output.isTTY === true;
  return told(everySeconds, (history, isLast) => {
    const line = progressLine(history);
    output.write(isTerminal ? `\r\x1b[2K${line}${isLast ? "\n" : ""}` : `${line}\n`);
  });
}

/** A notebook's display function: shows a value and can replace it. */
export type ShowValue = (value: unknown) => { update(value: unknown): void };

/**
 * Progress in a notebook: one display, updated.
 *
 * @param show the kernel's `display`
 * @param options draw: what to show instead of the line, such as a figure of the loss so far; everySeconds: 1 by default
 */
export function notebookProgress(
  show: ShowValue,
  { everySeconds = 1, draw = asText }: ProgressOptions & { draw?: (history: TrainingHistory) => unknown } = {},
): TrainingObserver {
  let shown: { update(value: unknown): void } | undefined;
  return told(everySeconds, (history) => {
    const value = draw(history);
    if (shown === undefined) shown = show(value);
    else shown.update(value);
  });
}

/** Plain text, not the quotes of a string. */
function asText(history: TrainingHistory): unknown {
  return { [Symbol.for("Jupyter.display")]: () => ({ "text/plain": progressLine(history) }) };
}

/** Calls `tell` at the first update, then at most every so many seconds, and at the end. */
function told(everySeconds: number, tell: (history: TrainingHistory, isLast: boolean) => void): TrainingObserver {
  const updates: UpdateRecord[] = [];
  const evaluations: EvaluationRecord[] = [];
  let last = -Infinity;
  return {
    updated: (record) => {
      updates.push(record);
      if (secondsNow() - last < everySeconds) return;
      last = secondsNow();
      tell({ updates, evaluations }, false);
    },
    evaluated: (record) => {
      evaluations.push(record);
    },
    ended: () => {
      if (updates.length > 0) tell({ updates, evaluations }, true);
    },
  };
}
