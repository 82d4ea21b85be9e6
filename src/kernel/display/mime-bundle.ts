/** @file A value as the formats a frontend can show: MIME type -> text, base64 text or JSON. */
import { types } from "node:util";
import { method } from "./fields.ts";
import { type Extent, inspectText, USUAL } from "./inspect-text.ts";
import { pictureOf } from "./pictures.ts";
import { tableOf } from "./table.ts";
import { tableHtml, tableText } from "./table-text.ts";
import { tensorText } from "./tensor-text.ts";

/** MIME type -> what to show; without any type, nothing is shown. */
export type Bundle = Record<string, unknown>;

/** A value with a method under this symbol says itself how it is shown; the method may return a promise. */
export const DISPLAY = Symbol.for("Jupyter.display");

/**
 * The formats of a value: at once where they are known at once.
 *
 * @param value anything; a promise is waited for
 * @param extent how much is shown of what has no format of its own
 * @returns what the value's own display method gives, or a picture, or a table, or its text as Node prints it
 * @throws TypeError when the display method gives something that is no MIME bundle, and what the method throws
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#display-data
 */
export function mimeBundle(value: unknown, extent: Extent = USUAL): Bundle | Promise<Bundle> {
  if (types.isPromise(value)) return value.then((fulfilled) => mimeBundle(fulfilled, extent));
  const show = method(value, DISPLAY);
  if (show !== undefined) {
    const shown: unknown = show();
    return types.isPromise(shown) ? shown.then(requireBundle) : requireBundle(shown);
  }
  if (types.isProxy(value)) return { "text/plain": inspectText(value, extent) }; // whatever is asked of it runs its code
  const tensor = tensorText(value);
  if (tensor !== undefined) return { "text/plain": tensor };
  const picture = pictureOf(value);
  if (picture !== undefined) return requireBundle(picture);
  const table = tableOf(value, extent === USUAL ? undefined : extent.length);
  if (table !== undefined) return { "text/html": tableHtml(table), "text/plain": tableText(table) };
  return { "text/plain": inspectText(value, extent) };
}

/**
 * The part of a bundle under one type: bytes as base64, JSON as JSON.
 *
 * @param type MIME type
 * @param value text, bytes, or what survives JSON: only that can be sent
 * @throws TypeError when the value does not survive JSON
 * @example mimePart("image/png", new Uint8Array([1, 2, 3])) // => "AQID"
 */
export function mimePart(type: string, value: unknown): unknown {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
  }
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new TypeError(`a MIME bundle requires ${type} to be JSON: ${(cause as Error).message}`);
  }
  if (text !== undefined) return JSON.parse(text);
  throw new TypeError(`a MIME bundle requires ${type} to be text, bytes or JSON, got ${inspectText(value)}`);
}

function requireBundle(shown: unknown): Bundle {
  if (typeof shown !== "object" || shown === null || Array.isArray(shown)) {
    throw new TypeError(`Symbol.for("Jupyter.display") requires an object of MIME types, got ${inspectText(shown)}`);
  }
  return Object.fromEntries(Object.entries(shown).map(([type, part]) => [type, mimePart(type, part)]));
}
