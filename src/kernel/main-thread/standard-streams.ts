/** @file The process's standard output and standard error, turned into output of the cell that prints. */

import { WriteStream } from "node:tty";
import { createTerminalText } from "./terminal-text.ts";

/** Shows text, or bytes of UTF-8, as output of the cell that caused what is running now. */
export type Print = (name: "stdout" | "stderr", chunk: string | Uint8Array) => void;

/** Its own references: a cell may overwrite or delete `process`. */
const { env, nextTick } = process;

/** Sends what is printed somewhere else, with `console`, with `process.stdout` or through a pipe. */
export function captureStandardStreams(print: Print): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    makeTerminal(stream);
    const asShown = createTerminalText();
    stream.on("error", () => {}); // `console` adds and removes one with each print where there is none
    stream.write = (chunk: Uint8Array | string, encoding?: unknown, written?: unknown): boolean => {
      const text = inUtf8(chunk, encoding);
      print(name, typeof text === "string" ? asShown(text) : text);
      const told = written ?? encoding;
      if (typeof told === "function") soon(told as Written);
      return true;
    };
  }
  printAlone();
}

/**
 * The methods of a console of our own in place of Node's, which first tell an inspector what is printed: while one is connected,
 * as for the guard of the heap, that takes as long as all else.
 */
function printAlone(): void {
  const { stdout, stderr } = process;
  const alone = new console.Console({ stdout, stderr });
  const colorMode = Object.getOwnPropertySymbols(alone).find(({ description }) => description === "kColorMode");
  if (colorMode !== undefined) {
    // "auto" reads the environment with each print, a fifth of what a print takes; the stream has read it already
    Object.defineProperty(alone, colorMode, { get: () => stdout.getColorDepth() > 2 });
  }
  for (const [name, method] of Object.entries(alone)) {
    if (typeof method === "function" && Object.hasOwn(console, name)) Reflect.set(console, name, method);
  }
}

/** The terminal that every kernel is: no run differs from another by where it was started. */
const COLUMNS = 100;
const ROWS = 30;

/** A progress bar is drawn where there is a terminal. It has no colours, unless FORCE_COLOR says so. */
function makeTerminal(stream: NodeJS.WriteStream): void {
  const { prototype } = WriteStream;
  const depth = (wanted: object): number =>
    "FORCE_COLOR" in wanted ? prototype.getColorDepth.call(stream, wanted) : 1;
  let usual: number | undefined; // of what runs now: `console` asks with each print, and the environment is slow to tell
  const usualDepth = (): number => {
    if (usual === undefined) {
      usual = depth(env);
      nextTick(() => {
        usual = undefined;
      });
    }
    return usual;
  };
  const members = {
    isTTY: true,
    columns: COLUMNS,
    rows: ROWS,
    getWindowSize: () => [COLUMNS, ROWS],
    getColorDepth: (wanted?: object) => (wanted === undefined ? usualDepth() : depth(wanted)),
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

type Written = (error: null) => void;

/** Callbacks of this tick, and how often each is due: `console` gives the same one with each of a million prints. */
let due: { readonly written: Written; times: number }[] = [];

/** Calls back when what runs now has ended, as a stream does. */
function soon(written: Written): void {
  const last = due[due.length - 1];
  if (last?.written === written) last.times++;
  else {
    if (last === undefined) nextTick(callBack);
    due[due.length] = { written, times: 1 };
  }
}

function callBack(): void {
  const calls = due;
  due = [];
  for (let at = 0; at < calls.length; at++) {
    const { written, times } = calls[at] as (typeof calls)[number];
    for (let time = 0; time < times; time++) written(null);
  }
}

function inUtf8(chunk: Uint8Array | string, encoding: unknown): string | Uint8Array {
  if (typeof chunk === "string") {
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    return isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding);
  }
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`write requires a string or bytes, got ${typeof chunk}`);
}
