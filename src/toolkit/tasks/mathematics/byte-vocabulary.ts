/** @file Any text as token ids: its UTF-8 bytes, with NUL to fill up a batch and ETX to end a completion. */
import { wrong } from "../../core/argument-checks.ts";
import type { Vocabulary } from "../vocabulary.ts";

const encoder = new TextEncoder();

const BYTES = 256;
const END_OF_TEXT = 3; // ASCII's ETX

/**
 * The vocabulary of bytes, for text tasks until a model brings its own. decode(encode(text)) is text for all well-formed
 * text; ids that are no UTF-8 decode to U+FFFD.
 *
 * @example byteVocabulary.encode("é!") // => [195, 169, 33]
 */
export const byteVocabulary: Vocabulary = {
  size: BYTES,
  padId: 0,
  endId: END_OF_TEXT,
  encode: (text) => Array.from(encoder.encode(text)),
  decode: (ids) => {
    const stray = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < BYTES));
    if (stray !== undefined) throw wrong("decode", `ids to be integers in [0, ${BYTES - 1}]`, stray);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids));
  },
};
