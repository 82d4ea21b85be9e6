/** @file The output of one cell, in the order in which it was made, even where a figure takes a while to draw. */
import { withIntrinsics } from "../cell/index.ts";
import type { Bundle } from "../display/index.ts";
import { type Output, streamOutput } from "../wire/output.ts";
import { createOutputLimit } from "./output-limit.ts";
import type { OutputPort } from "./output-port.ts";

type StreamName = "stdout" | "stderr";

/** An output, a promise of one, or undefined for a value that shows nothing. */
export type Made = Output | undefined | Promise<Output | undefined>;

export interface CellOutput {
  readonly cell: string;
  /** What the frontend shows beside the notebook when the cell has ended. */
  readonly pages: (Bundle | Promise<Bundle>)[];
  /** Aborted when the cell is interrupted. */
  readonly abort: AbortController;
  /** The cell sends its result by itself: the value of its last expression is none. */
  sendsResult: boolean;
  /** Text of the cell; empty for what answers a message of a comm. */
  source: string;
  /** Prints text, or bytes of UTF-8; what goes beyond the cell's limit is dropped. */
  write(name: StreamName, chunk: string | Uint8Array): void;
  /** Sends an output, or one that is still being made: what comes after it waits. */
  emit(output: Made): void;
  /** Resolves when every output so far has been sent; undefined when that is so. */
  drained(): Promise<void> | undefined;
  /** The cell has ended: says how much of its text was dropped, if any was. */
  end(): void;
}

/** An output that waits for the one before it: text of one stream, or anything else. */
type Held =
  | { readonly name: StreamName; text: string }
  | { readonly name?: never; readonly output: Output | undefined }
  | { readonly name?: never; made: boolean; output: Output | undefined };

/**
 * An empty output.
 *
 * @param cell id of the request that runs the cell
 */
export function createCellOutput(cell: string, port: OutputPort): CellOutput {
  const limit = createOutputLimit();
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const held: Held[] = []; // the first one is still being made
  let waiting: (() => void)[] = [];
  let ended = false;
  let toldLate = false;

  function print(name: StreamName, text: string): void {
    if (held.length === 0) {
      port.sendText(cell, name, text);
      return;
    }
    const last = held.at(-1);
    if (last?.name === name) last.text += text;
    else held.push({ name, text });
  }

  function sayWhatWasDropped(): void {
    const notice = limit.notice();
    if (notice !== undefined) print("stderr", notice);
  }

  function hold(promise: Promise<Output | undefined>): void {
    const slot: Held = { made: false, output: undefined };
    held.push(slot);
    void promise
      .catch((error: unknown) => streamOutput("stderr", `an output could not be shown: ${String(error)}\n`))
      .then((output) => {
        Object.assign(slot, { made: true, output });
        release();
      });
  }

  function release(): void {
    const next = held.findIndex((entry) => "made" in entry && !entry.made);
    for (const entry of held.splice(0, next < 0 ? held.length : next)) {
      if (entry.name !== undefined) port.sendText(cell, entry.name, entry.text);
      else if (entry.output !== undefined) port.send(cell, entry.output);
    }
    if (held.length > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  return {
    cell,
    pages: [],
    abort: new AbortController(),
    sendsResult: false,
    source: "",
    write(name, chunk) {
      const admitted = limit.admit(chunk);
      if (admitted !== undefined) {
        print(name, typeof admitted === "string" ? admitted : decoders[name].decode(admitted, { stream: true }));
      }
      if (ended && !toldLate && admitted !== chunk) {
        toldLate = true; // nobody knows when late output ends: it is said once
        sayWhatWasDropped();
      }
    },
    emit(output) {
      if (output instanceof Promise) hold(output);
      else if (held.length > 0) held.push({ output });
      else if (output !== undefined) port.send(cell, output);
    },
    drained: () =>
      held.length === 0 ? undefined : withIntrinsics(() => new Promise((resolve) => waiting.push(resolve))),
    end() {
      ended = true;
      sayWhatWasDropped();
    },
  };
}
