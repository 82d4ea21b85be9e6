/** @file The process's standard output and standard error, turned into output of the cell that prints. */

import { WriteStream } from "node:tty";
import { createTerminalText } from "./terminal-text.ts";

/** Shows text, or bytes of UTF-8, as output of the cell that caused what is running now. */
export type Print = (name: "stdout" | "stderr", chunk: string | Uint8Array) => void;

/** Sends what is printed somewhere else, with `console`, with `process.stdout` or through a pipe. */
export function captureStandardStreams(print: Print): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    makeTerminal(stream);
    const asShown = createTerminalText();
    stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
      const text = inUtf8(chunk, rest[0]);
      print(name, typeof text === "string" ? asShown(text) : text);
      const written = rest.at(-1);
      if (typeof written === "function") soon(written as (error: null) => void);
      return true;
    };
  }
}

/** The terminal that every kernel is: no run differs from another by where it was started. */
const COLUMNS = 100;
const ROWS = 30;

/** A progress bar is drawn where there is a terminal. It has no colours, unless FORCE_COLOR says so. */
function makeTerminal(stream: NodeJS.WriteStream): void {
  const { prototype } = WriteStream;
  const members = {
    isTTY: true,
    columns: COLUMNS,
    rows: ROWS,
    getWindowSize: () => [COLUMNS, ROWS],
    getColorDepth: (wanted: object = env) =>
      "FORCE_COLOR" in wanted ? prototype.getColorDepth.call(stream, wanted) : 1,
    hasColors: prototype.hasColors,
    clearLine: prototype.clearLine,
    clearScreenDown: prototype.clearScreenDown,
    cursorTo: prototype.cursorTo,
    moveCursor: prototype.moveCursor,
  };
  for (const [name, value] of Object.entries(members)) {
    Object.defineProperty(stream, name, { value, writable: true, configurable: true });
  }
}

/** Its own reference: a cell may overwrite or delete `process`. */
const { env, nextTick } = process;

/** Callbacks of this tick, and how often each is due: `console` gives the same one with each of a million prints. */
const due = new Map<(error: null) => void, number>();
Object.assign(due, { get: due.get, set: due.set, clear: due.clear }); // its own: a cell may overwrite the prototype's

/** Calls back when what runs now has ended, as a stream does. */
function soon(written: (error: null) => void): void {
  if (due.size === 0) nextTick(callBack);
  due.set(written, (due.get(written) ?? 0) + 1);
}

function callBack(): void {
  const calls = [...due];
  due.clear();
  for (const [written, times] of calls) for (let time = 0; time < times; time++) written(null);
}

function inUtf8(chunk: Uint8Array | string, encoding: unknown): string | Uint8Array {
  if (typeof chunk === "string") {
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    return isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding);
  }
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`write requires a string or bytes, got ${typeof chunk}`);
}
