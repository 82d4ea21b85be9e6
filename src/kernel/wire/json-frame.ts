/** @file One part of a message as JSON text in UTF-8: read with limits, written so that every reader can take it. */
import { isUtf8 } from "node:buffer";
import type { JsonObject } from "./message.ts";

/** Objects and lists may stand so deep inside each other; Python's own reader stops at about a thousand. */
const MAX_DEPTH = 512;

/**
 * A part as it came.
 *
 * @param frame bytes of a JSON object
 * @returns the object, or what is wrong with the bytes
 */
export function readJsonFrame(frame: Uint8Array): { readonly object: JsonObject } | { readonly wrong: string } {
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  if (!isUtf8(bytes)) return { wrong: "is not UTF-8" };
  if (isDeeper(bytes, MAX_DEPTH)) return { wrong: `is nested deeper than ${MAX_DEPTH} levels` };
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { object: value as JsonObject } : { wrong: "is not a JSON object" };
  } catch (error) {
    return { wrong: `is not JSON: ${(error as Error).message.replace(/\s+/g, " ").slice(0, 200)}` };
  }
}

/** A part as bytes. Half of a surrogate pair becomes U+FFFD: Python refuses to store or send it. */
export function writeJsonFrame(part: JsonObject): Buffer {
  const text = JSON.stringify(part);
  return Buffer.from(text.includes("\\ud") ? text.replace(LONE_SURROGATE, "$1\\ufffd") : text);
}

/** JSON.stringify escapes lone surrogates only; an even number of backslashes before it are backslashes themselves. */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][\da-f]{2}/g;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

function isDeeper(bytes: Buffer, limit: number): boolean {
  if (bytes.length <= limit) return false;
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfString(bytes, at + 1);
    else if (OPENING.has(byte) && ++depth > limit) return true;
    else if (CLOSING.has(byte)) depth--;
  }
  return false;
}

/** Of the closing quote; of the text when there is none. */
function endOfString(bytes: Buffer, start: number): number {
  for (let quote = bytes.indexOf(QUOTE, start); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    let backslashes = 0;
    while (quote - backslashes > start && bytes[quote - backslashes - 1] === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote;
  }
  return bytes.length;
}
