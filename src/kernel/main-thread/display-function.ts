/** @file `display` as cells call it: values and single formats, each shown once and replaced where it stands. */
import { traceback } from "../cell/index.ts";
import { type Bundle, DISPLAY, inspectText, mimeBundle, mimePart } from "../display/index.ts";
import {
  clearOutput,
  displayData,
  type JsonObject,
  type Output,
  streamOutput,
  updateDisplayData,
} from "../wire/index.ts";
import type { CellOutput, Made } from "./cell-output.ts";

/** Bytes of a picture, or the same in base64. */
type Picture = Uint8Array | string;

/** Shows something that is in one format already; the names are tslab's. */
export interface Formats<Shown> {
  html(text: string): Shown;
  markdown(text: string): Shown;
  latex(text: string): Shown;
  svg(text: string): Shown;
  javascript(text: string): Shown;
  /** Text as it is, without the quotes of a printed string. */
  text(text: string): Shown;
  png(picture: Picture): Shown;
  jpeg(picture: Picture): Shown;
  gif(picture: Picture): Shown;
  pdf(document: Picture): Shown;
  /** Any other MIME type: text, bytes, or a value that is sent as JSON. */
  raw(type: string, content: unknown): Shown;
}

/** What was displayed; its formats and `update` replace it where it stands. */
export interface DisplayHandle extends Formats<void> {
  readonly id: string;
  /** Shows another value in its place. */
  update(value: unknown): void;
}

export interface Display extends Formats<DisplayHandle> {
  /** Shows a value below the cell, as its last expression would be. */
  (value: unknown, options?: { id?: string }): DisplayHandle;
  /** Removes what the cell has shown so far; with `wait`, when it shows something next: an animation without flicker. */
  clear(options?: { wait?: boolean }): void;
  /** Shows a value in the frontend's pager, where it has one, when the cell has ended. */
  page(value: unknown): void;
}

const MIME_TYPES = {
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  javascript: "text/javascript",
  text: "text/plain",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
} as const satisfies Record<Exclude<keyof Formats<void>, "raw">, string>;

/**
 * The functions that display.
 *
 * @param output of the cell that caused what is running now
 * @returns `display`, and `newDisplay`: a handle that shows nothing until it is first used
 */
export function createDisplay(output: () => CellOutput): { display: Display; newDisplay: () => DisplayHandle } {
  let displays = 0;

  function show(value: unknown, id = `${process.pid}-${++displays}`): DisplayHandle {
    const handle = handleOf(id, true);
    output().emit(shown(value, (data) => displayData(data, id)));
    return handle;
  }

  function handleOf(id: string, isOnShow: boolean): DisplayHandle {
    let wrap = isOnShow ? updateDisplayData : displayData;
    const update = (next: unknown): void => {
      const first = wrap; // a drawing ends when the next one may have begun
      wrap = updateDisplayData;
      output().emit(shown(next, (data) => first(data, id)));
    };
    const handle = { id, update, ...formats(update) };
    // Its value is on show already: a cell that ends with `display(...)` has no other result.
    return Object.defineProperty(handle, DISPLAY, { value: () => ({}) });
  }

  const display = (value: unknown, options: { id?: string } = {}): DisplayHandle => show(value, options.id);
  const clear: Display["clear"] = ({ wait = false } = {}) => output().emit(clearOutput(wait));
  const page: Display["page"] = (value) => void output().pages.push(mimeBundle(value));
  return {
    display: Object.assign(display, formats(show), { clear, page }),
    newDisplay: () => handleOf(`${process.pid}-${++displays}`, false),
  };
}

function formats<Shown>(show: (value: unknown) => Shown): Formats<Shown> {
  const raw = (type: string, content: unknown): Shown => {
    if (typeof type !== "string" || !type.includes("/")) {
      throw new TypeError(`display.raw requires a MIME type, got ${inspectText(type)}`);
    }
    const part = mimePart(type, content);
    return show({ [DISPLAY]: () => ({ [type]: part }) });
  };
  const single = Object.entries(MIME_TYPES).map(([name, type]) => {
    const isText = /^text|svg/.test(type);
    const format = (content: unknown): Shown => {
      if (typeof content === "string" || (!isText && content instanceof Uint8Array)) return raw(type, content);
      throw new TypeError(
        `display.${name} requires ${isText ? "a string" : "bytes (a Uint8Array)"}, got ${inspectText(content)}`,
      );
    };
    return [name, format];
  });
  return { ...Object.fromEntries(single), raw } as Formats<Shown>;
}

/**
 * An output that holds a value; a promise of one where the value takes a while to draw. A value that cannot be shown
 * fails no cell: the reason stands on its standard error.
 */
export function shown(value: unknown, wrap: (data: JsonObject) => Output): Made {
  const wrapped = (bundle: Bundle): Output | undefined =>
    Object.keys(bundle).length === 0 ? undefined : wrap(bundle as JsonObject);
  try {
    const bundle = mimeBundle(value);
    return bundle instanceof Promise ? bundle.then(wrapped).catch(notShown) : wrapped(bundle);
  } catch (thrown) {
    return notShown(thrown);
  }
}

function notShown(thrown: unknown): Output {
  const lines = ["A value could not be shown:", ...traceback(thrown, inspectText).traceback];
  return streamOutput("stderr", `${lines.join("\n")}\n`);
}
