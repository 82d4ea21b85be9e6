/** @file `display` as cells call it: what its functions are, and the single formats, which need no kernel. */
import type { Extent } from "./inspect-text.ts";
import { inspectText } from "./inspect-text.ts";
import { DISPLAY, mimePart } from "./mime-bundle.ts";
import type { ShowProgress } from "./progress.ts";

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
  /** Shows a value below the cell, as its last expression would be; `depth` and `length` say how much of it. */
  (value: unknown, options?: { id?: string } & Partial<Extent>): DisplayHandle;
  /** Shows all of a value, however much that is. */
  full(value: unknown): DisplayHandle;
  /** How deep values are shown, and how many items of each: to be changed for the cells that follow. */
  readonly options: { -readonly [Name in keyof Extent]: Extent[Name] };
  /** A bar that fills while a loop goes through what it is given: `for (const x of display.progress(xs))`. */
  readonly progress: ShowProgress;
  /** Removes what the cell has shown so far; with `wait`, when it shows something next: an animation without flicker. */
  clear(options?: { wait?: boolean }): void;
  /** Prints all frames of the error that was shown last, or of a given one: those of Node and of packages too. */
  traceback(thrown?: unknown): void;
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
 * The functions that show one format.
 *
 * @param show shows a value with a method under DISPLAY
 */
export function formats<Shown>(show: (value: unknown) => Shown): Formats<Shown> {
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
