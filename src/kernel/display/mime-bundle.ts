/** @file A value as the formats a frontend can show: MIME type -> text, base64 text or JSON. */
import { inspect } from "node:util";

/** MIME type -> what to show. */
export type Bundle = Record<string, unknown>;

/** A value with a method under this symbol says itself how it is shown; the method may return a promise. */
const DISPLAY = Symbol.for("Jupyter.display");

/**
 * The formats of a value: at once where they are known at once.
 *
 * @param value anything
 * @returns what the value's own display method gives, or its text as Node prints it
 * @throws TypeError when the display method gives something that is no MIME bundle of text and JSON
 */
export function mimeBundle(value: unknown): Bundle | Promise<Bundle> {
  if (!hasDisplay(value)) return { "text/plain": inspectText(value) };
  const shown = value[DISPLAY]();
  return shown instanceof Promise ? shown.then(requireBundle) : requireBundle(shown);
}

function requireBundle(shown: unknown): Bundle {
  if (typeof shown === "object" && shown !== null && !Array.isArray(shown)) {
    return Object.fromEntries(Object.entries(shown).map(([type, data]) => [type, requireJson(type, data)]));
  }
  throw new TypeError(`Symbol.for("Jupyter.display") requires an object of MIME types, got ${inspectText(shown)}`);
}

/** What JSON keeps of a format's data: only that can be sent. */
function requireJson(type: string, data: unknown): unknown {
  if (typeof data === "string") return data;
  let text: string | undefined;
  try {
    text = JSON.stringify(data);
  } catch (cause) {
    throw new TypeError(`Symbol.for("Jupyter.display") requires ${type} to be JSON: ${(cause as Error).message}`);
  }
  if (text !== undefined) return JSON.parse(text);
  throw new TypeError(`Symbol.for("Jupyter.display") requires ${type} to be JSON, got ${inspectText(data)}`);
}

function hasDisplay(value: unknown): value is { [DISPLAY](): unknown } {
  const holds = (typeof value === "object" && value !== null) || typeof value === "function";
  return holds && typeof (value as { [DISPLAY]?: unknown })[DISPLAY] === "function";
}

/** Text of a value, as Node's own prompt prints it. */
export function inspectText(value: unknown): string {
  return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
}
