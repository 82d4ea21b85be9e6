/** @file What a cell finds without importing it: display, prompts, require, cellSignal, and a standard output that is the cell's own. */
import type { CellOutput } from "./cell-output.ts";
import type { Comms } from "./comms.ts";
import { type Bundle, mimeBundle } from "./display/index.ts";
import type { Asked } from "./input.ts";
import { createPrompts } from "./prompts.ts";
import { clearOutput, displayData, type JsonObject, type Output, updateDisplayData } from "./wire/index.ts";

/** A displayed value that can be replaced where it stands. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in its place. */
  update(value: unknown): void;
}

export interface Display {
  (value: unknown, options?: { id?: string }): DisplayHandle;
  /** Removes what the cell has shown so far; with `wait`, when it shows something next: an animation without flicker. */
  clear(options?: { wait?: boolean }): void;
}

declare global {
  /** Shows a value below the cell, as its last expression would be; the handle replaces it where it stands. */
  var display: Display;
  /** Aborted when the cell that caused what is running now is interrupted. */
  var cellSignal: AbortSignal;
  /** Two-way channels to widgets and pages of the frontend. */
  var comms: Comms;
  /** Asks for a line of text and waits for it; `defaultValue` stands for an empty one. */
  function prompt(message?: string, defaultValue?: string): string;
  /** Asks a question and waits; true when the answer is y or yes. */
  function confirm(message?: string): boolean;
  /** Asks for a line that is not shown while it is typed, and waits for it. */
  function password(message?: string): string;
}

interface Surroundings {
  readonly require: NodeJS.Require;
  /** The output of the cell that caused what is running now. */
  output(): CellOutput;
  readonly comms: Comms;
  /** Waits for a line of input. */
  ask(asked: Asked): string;
}

const handles = new WeakSet<object>();

/** A handle's value is on show already: a cell that ends with `display(...)` has no other result. */
export function isDisplayHandle(value: unknown): boolean {
  return typeof value === "object" && value !== null && handles.has(value);
}

/** Defines the globals and turns the process's standard streams into cell output. */
export function installGlobals({ require, output, comms, ask }: Surroundings): void {
  captureStream(process.stdout, (text) => output().write("stdout", text));
  captureStream(process.stderr, (text) => output().write("stderr", text));
  let displays = 0;

  const show = (value: unknown, { id = `${process.pid}-${++displays}` }: { id?: string } = {}): DisplayHandle => {
    output().emit(shown(value, (data) => displayData(data, id)));
    const handle: DisplayHandle = {
      id,
      update(next) {
        output().emit(shown(next, (data) => updateDisplayData(data, id)));
      },
    };
    handles.add(handle);
    return handle;
  };
  const display: Display = Object.assign(show, {
    clear: ({ wait = false } = {}) => output().emit(clearOutput(wait)),
  });

  for (const [name, value] of Object.entries({ display, comms, require, ...createPrompts(ask) })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(globalThis, "cellSignal", { get: () => output().abort.signal, configurable: true });
}

/** An output that holds a value; a promise of one where the value takes a while to draw. */
export function shown(value: unknown, wrap: (data: JsonObject) => Output): Output | Promise<Output> {
  const bundle = mimeBundle(value);
  const wrapped = (data: Bundle): Output => wrap(data as JsonObject);
  return bundle instanceof Promise ? bundle.then(wrapped) : wrapped(bundle);
}

function captureStream(stream: NodeJS.WriteStream, write: (text: string) => void): void {
  const decoder = new TextDecoder();
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]): boolean => {
    write(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const written = rest.at(-1);
    if (typeof written === "function") queueMicrotask(() => written());
    return true;
  };
}
