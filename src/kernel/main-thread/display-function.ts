/** @file `display` as cells call it: values and single formats, each shown once and replaced where it stands. */
import { traceback } from "../cell/index.ts";
import {
  type Bundle,
  DISPLAY,
  type Display,
  type DisplayHandle,
  type Extent,
  FULL,
  formats,
  inspectText,
  mimeBundle,
  progressOn,
  requireSize,
  USUAL,
} from "../display/index.ts";
import {
  clearOutput,
  displayData,
  type JsonObject,
  type Output,
  streamOutput,
  updateDisplayData,
} from "../wire/index.ts";
import type { CellOutput, Made } from "./cell-output.ts";

/**
 * The functions that display.
 *
 * @param output of the cell that caused what is running now
 * @param lastError what was thrown last, and was not caught
 * @returns `display`, and `newDisplay`: a handle that shows nothing until it is first used
 */
export function createDisplay(
  output: () => CellOutput,
  lastError: () => unknown,
): {
  display: Display;
  newDisplay: (id?: string) => DisplayHandle;
} {
  let displays = 0;

  function show(value: unknown, id = `${process.pid}-${++displays}`, extent: Extent = USUAL): DisplayHandle {
    const handle = handleOf(id, true);
    output().emit(shown(value, (data) => displayData(data, id), extent));
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

  const display: Display = Object.assign(
    (value: unknown, ...given: unknown[]): DisplayHandle => {
      const isOfForEach = given.length === 2 && typeof given[1] === "object"; // it gives a place and the whole too
      if (given.length === 0 || isOfForEach) return show(value);
      const { id, extent } = optionsOf(given[0]);
      return show(value, id, extent);
    },
    {
      ...formats((value) => show(value)),
      full: (value: unknown) => show(value, undefined, FULL),
      options: USUAL,
      progress: progressOn((value) => show(value)),
      clear: ({ wait = false } = {}) => output().emit(clearOutput(wait)),
      traceback: (...thrown: [unknown?]) => {
        const lines = traceback(thrown.length === 0 ? lastError() : thrown[0], inspectText, true).traceback;
        output().write("stderr", `${lines.join("\n")}\n`);
      },
      page: (value: unknown) => void output().pages.push(mimeBundle(value)),
    } satisfies Partial<Display>,
  );
  return {
    display,
    newDisplay: (id = `${process.pid}-${++displays}`) => handleOf(id, false),
  };
}

function optionsOf(given: unknown): { id: string | undefined; extent: Extent } {
  if (given === undefined) return { id: undefined, extent: USUAL };
  const isObject = typeof given === "object" && given !== null;
  const { id, ...extent } = (isObject ? given : {}) as { id?: string } & Record<string, unknown>;
  const strange = isObject ? Object.keys(extent).find((name) => !Object.hasOwn(USUAL, name)) : given;
  if (!isObject || strange !== undefined) {
    const names = ["id", ...Object.keys(USUAL)].join(", ");
    throw new TypeError(
      `display requires one value, and options of ${names}; got ${inspectText(strange)} for these (hint: call it for each value)`,
    );
  }
  for (const [name, value] of Object.entries(extent)) requireSize("display", name, value);
  return { id, extent: Object.keys(extent).length === 0 ? USUAL : { ...USUAL, ...extent } };
}

/**
 * An output that holds a value; a promise of one where the value takes a while to draw. A value that cannot be shown
 * fails no cell: the reason stands on its standard error.
 */
export function shown(value: unknown, wrap: (data: JsonObject) => Output, extent: Extent = USUAL): Made {
  const wrapped = (bundle: Bundle): Output | undefined =>
    Object.keys(bundle).length === 0 ? undefined : wrap(bundle as JsonObject);
  try {
    const bundle = mimeBundle(value, extent);
    return bundle instanceof Promise ? bundle.then(wrapped).catch(notShown) : wrapped(bundle);
  } catch (thrown) {
    return notShown(thrown);
  }
}

function notShown(thrown: unknown): Output {
  const lines = ["A value could not be shown:", ...traceback(thrown, inspectText).traceback];
  return streamOutput("stderr", `${lines.join("\n")}\n`);
}
