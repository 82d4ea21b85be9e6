/** @file What cells find under the name `$$`: the results of that kernel, https://n-riesco.github.io/ijavascript/doc/custom.ipynb.html. */
import { traceback } from "../cell/index.ts";
import { DISPLAY, type DisplayHandle, formats, inspectText } from "../display/index.ts";
import { clearOutput, displayData, errorOutput, type JsonObject, type Output } from "../wire/index.ts";
import type { CellOutput } from "./cell-output.ts";
import { shown } from "./display-function.ts";

export interface Ijavascript {
  text(text: string): void;
  html(text: string): void;
  svg(text: string): void;
  /** Pictures are given as bytes or in base64. */
  png(picture: string | Uint8Array): void;
  jpeg(picture: string | Uint8Array): void;
  /** Several formats of one result. */
  mime(bundle: JsonObject): void;
  /** The cell has no end until its result was sent. */
  async(): void;
  sendResult(value: unknown): void;
  sendError(error: unknown): void;
  /** Ends the cell without a result. */
  done(): void;
  clear(options?: { wait?: boolean }): void;
  /** A result that can be replaced where it stands. */
  display(id?: string): DisplayHandle;
  /** Asks for a line of input. */
  input(options: { prompt?: string; password?: boolean }, answered: (error: unknown, text: string) => void): void;
}

interface Surroundings {
  /** The output of the cell that caused what is running now. */
  output(): CellOutput;
  newDisplay(id?: string): DisplayHandle;
  ask(prompt: string, isPassword: boolean): string;
}

/** The object `$$`. */
export function createIjavascript({ output, newDisplay, ask }: Surroundings): Ijavascript {
  const waiting = new WeakMap<CellOutput, (result: Output | undefined | Promise<Output | undefined>) => void>();

  /** Of a cell that waits for its result it is the result; of any other one more output. */
  function send(made: Output | undefined | Promise<Output | undefined>): void {
    const cell = output();
    const end = waiting.get(cell);
    waiting.delete(cell);
    if (end === undefined) cell.emit(made);
    else end(made);
  }

  const show = (value: unknown): void => send(shown(value, (data) => displayData(data)));
  const { text, html, svg, png, jpeg } = formats(show);
  return {
    ...{ text, html, svg, png, jpeg },
    mime: (bundle) => show({ [DISPLAY]: () => bundle }),
    async() {
      const cell = output();
      cell.sendsResult = true;
      if (!waiting.has(cell)) cell.emit(new Promise((resolve) => waiting.set(cell, resolve)));
    },
    sendResult: show,
    sendError: (error) => send(errorOutput(traceback(error, inspectText))),
    done: () => send(undefined),
    clear: ({ wait = false } = {}) => output().emit(clearOutput(wait)),
    display: newDisplay,
    input({ prompt = "", password = false }, answered) {
      let line: string;
      try {
        line = ask(prompt, password);
      } catch (error) {
        answered(error, "");
        return;
      }
      answered(null, line);
    },
  };
}
