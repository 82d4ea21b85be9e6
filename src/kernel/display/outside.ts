/** @file `display` for a file that may also run outside of a notebook: there it prints what a notebook would show. */
import { type Display, type DisplayHandle, formats } from "./formats.ts";
import { FULL, inspectText, USUAL } from "./inspect-text.ts";
import { type Bundle, mimeBundle } from "./mime-bundle.ts";
import { progressOn } from "./progress.ts";

/** The kernel's own in a notebook. */
export const display: Display =
  (globalThis as { display?: Display }).display ?? createPrinted((line) => console.log(line));

/**
 * A display that prints.
 *
 * @param print gets each value as text: what has no text is told by its type
 */
export function createPrinted(print: (line: string) => void): Display {
  let displays = 0;

  function show(value: unknown, extent = USUAL, id = String(++displays)): DisplayHandle {
    const bundle = mimeBundle(value, extent);
    if (bundle instanceof Promise) void bundle.then(printBundle);
    else printBundle(bundle);
    const update = (next: unknown): void => void show(next, USUAL, id);
    return { id, update, ...formats(update) };
  }

  function printBundle(bundle: Bundle): void {
    const text = bundle["text/plain"] ?? bundle["text/markdown"] ?? bundle["text/latex"];
    if (typeof text === "string") print(text);
    else for (const [type, part] of Object.entries(bundle)) print(`<${type}, ${String(part).length} characters>`);
  }

  return Object.assign(
    (value: unknown, { id, ...extent }: Parameters<Display>[1] = {}) => show(value, { ...USUAL, ...extent }, id),
    {
      ...formats((value) => show(value)),
      full: (value: unknown) => show(value, FULL),
      options: USUAL,
      progress: progressOn(lastLine(print)),
      clear() {}, // what is printed is printed
      traceback: (thrown?: unknown) => print(inspectText(thrown)), // no cell has failed here
      page: (value: unknown) => void show(value),
    },
  );
}

/** Only the end of a loop is printed: each line would stay. */
function lastLine(print: (line: string) => void): Parameters<typeof progressOn>[0] {
  const update = (value: unknown): void => {
    const line = String((mimeBundle(value) as Bundle)["text/plain"]);
    if (!line.includes(" left")) print(line);
  };
  return () => ({ update });
}
