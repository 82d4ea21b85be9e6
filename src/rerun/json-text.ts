/** @file JSON text to values, with the line and column of an error, and back as Jupyter writes it. */
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { failure, type Outcome, success } from "./outcome.ts";

export type JsonObject = { [key: string]: unknown };

/**
 * Parses JSON text.
 *
 * @param text the whole text of a file
 * @returns the value; or why not, with line and column counted from 1
 * @example parseJson('{"a": [1,\n 2,]}') // => { ok: false, reason: 'line 2, column 4: value expected, got "]"' }
 */
export function parseJson(text: string): Outcome<unknown> {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return success(JSON.parse(json));
  } catch (error) {
    // its own message gives a position for some mistakes only
    return failure(firstMistake(json) ?? (error as SyntaxError).message);
  }
}

const NUMBER = /^-?\d[\d.eE+-]*$/;
/** What begins a text that stands for a number's digits. */
const AS_WRITTEN = "\u0000number:";

/**
 * A JSON value whose numbers `jupyterJson` writes again as they were written: 1.0, 1e16, or more digits than a number holds. Such
 * a number is a text in it.
 *
 * @param text JSON that `parseJson` reads
 */
export function parseKeepingNumbers(text: string): unknown {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const kept = json.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (token) => {
    const isKept = token.startsWith('"') || pythonNumber(Number(token)) === token;
    return isKept ? token : JSON.stringify(AS_WRITTEN + token);
  });
  return JSON.parse(kept);
}

/**
 * JSON text as nbformat writes notebooks: keys sorted, indent 1, a newline at the end.
 *
 * @param value a JSON value; a property that is undefined is left out
 * @returns text that `parseJson` gives back as the same value
 * @source nbformat 5.11, v4/nbjson.py (json.dumps with indent=1, sort_keys, ensure_ascii=False)
 * @example jupyterJson({ b: [], a: [1e-7] }) // => '{\n "a": [\n  1e-07\n ],\n "b": []\n}\n'
 */
export function jupyterJson(value: unknown): string {
  return `${indented(value, "\n")}\n`;
}

/** A value that is nested deeper cannot be written again: it takes a call a level. */
export const MOST_LEVELS = 500;

/** Whether a JSON value is nested deeper than can be written. */
export function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= MOST_LEVELS; depth++) {
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** A JSON value where a text is expected: what is none, as JSON. An object need not have a way to be a text. */
export function textOf(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** About how many bytes of memory a JSON value takes: texts by their length, and 16 for each value. */
export function sizeOf(value: unknown): number {
  let size = 0;
  const left = [value];
  while (left.length > 0) {
    const item = left.pop();
    size += 16;
    if (typeof item === "string") size += item.length;
    else if (Array.isArray(item)) for (const one of item) left.push(one);
    else if (isObject(item)) for (const [key, one] of Object.entries(item)) left.push(key, one);
  }
  return size;
}

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function indented(value: unknown, lineBreak: string): string {
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "string" && value.startsWith(AS_WRITTEN) && NUMBER.test(value.slice(AS_WRITTEN.length))) {
    return value.slice(AS_WRITTEN.length);
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${lineBreak} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[${value.map((item) => inner + indented(item, inner)).join(",")}${lineBreak}]`;
  }
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (entries.length === 0) return "{}";
  entries.sort(([a], [b]) => byCodePoint(a, b));
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${indented(item, inner)}`);
  return `{${lines.join(",")}${lineBreak}}`;
}

/** Python writes 1e-05 where JavaScript writes 0.00001 or 1e-5. */
function pythonNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return JSON.stringify(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** UTF-8 bytes order as code points do, which is how Python sorts. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The first mistake in text that JSON.parse refused: its place, what is wrong in words, and what stands there. */
function firstMistake(text: string): string | undefined {
  const mistakes: ParseError[] = [];
  parse(text, mistakes, { disallowComments: true });
  const [first] = mistakes;
  if (first === undefined) return undefined;
  const { error, offset } = first;
  const before = text.slice(0, offset);
  const place = `line ${before.split("\n").length}, column ${offset - before.lastIndexOf("\n")}`;
  const wrong = printParseErrorCode(error)
    .replace(/\B[A-Z]/g, " $&")
    .toLowerCase(); // "CommaExpected"
  const found = /^(?:[\w.+-]+|"[^"\n]{0,20}"?|.)/su.exec(text.slice(offset, offset + 40))?.[0];
  return `${place}: ${wrong}, got ${found === undefined ? "the end" : JSON.stringify(found)}`;
}
