/** @file JSON text to values, with the line and column of an error, and back as Jupyter writes it. */
import { type Outcome, success } from "./outcome.ts";

export type JsonObject = { [key: string]: unknown };

/**
 * Parses JSON text.
 *
 * @param text the whole text of a file
 * @returns the value; or why not, with line and column counted from 1
 * @example parseJson('{"a": [1,\n 2,]}') // => { ok: false, reason: 'line 2, column 4: "]" stands where a value should' }
 */
export function parseJson(text: string): Outcome<unknown> {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    return success(JSON.parse(json));
  } catch {
    return { ok: false, reason: firstMistake(json) }; // the parser's own message gives a position for some mistakes only
  }
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

/** Whether a value is a JSON object: neither null nor a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function indented(value: unknown, lineBreak: string): string {
  if (typeof value === "number") return pythonNumber(value);
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

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in text
const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/;
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/;
const TOKEN = new RegExp(String.raw`[ \t\r\n]*(?:([{}[\],:])|(${TEXT.source})|${WORD.source})`, "y");

/** What may come next: a value, an object's key, and so on. */
type Expected = "a value" | "a key" | "a key or }" | "a value or ]" | ":" | ", or }" | ", or ]" | "the end";

/** The place of the first mistake in text that JSON.parse refused. */
function firstMistake(text: string): string {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "a value";
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return mistakeAt(text, start, expected);
    const [whole, mark, literal] = match;
    const next = afterToken(expected, mark, literal !== undefined, open);
    if (next === undefined) return mistakeAt(text, TOKEN.lastIndex - whole.trimStart().length, expected);
    expected = next;
  }
}

function afterToken(
  expected: Expected,
  mark: string | undefined,
  isText: boolean,
  open: ("{" | "[")[],
): Expected | undefined {
  const closes = (mark === "}" && /}$/.test(expected)) || (mark === "]" && /]$/.test(expected));
  if (closes) {
    open.pop();
    return afterValue(open);
  }
  if (expected.startsWith("a key")) return isText ? ":" : undefined;
  if (expected === ":") return mark === ":" ? "a value" : undefined;
  if (expected.startsWith(",")) {
    if (mark !== ",") return undefined;
    return open.at(-1) === "{" ? "a key" : "a value";
  }
  if (expected === "the end") return undefined;
  if (mark === "{" || mark === "[") {
    open.push(mark);
    return mark === "{" ? "a key or }" : "a value or ]";
  }
  return mark === undefined ? afterValue(open) : undefined;
}

function afterValue(open: readonly ("{" | "[")[]): Expected {
  if (open.length === 0) return "the end";
  return open.at(-1) === "{" ? ", or }" : ", or ]";
}

function mistakeAt(text: string, from: number, expected: Expected): string {
  const at = from + (/^[ \t\r\n]*/.exec(text.slice(from))?.[0].length ?? 0);
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const place = `line ${line}, column ${at - before.lastIndexOf("\n")}`;
  if (at >= text.length) return `${place}: the text ends where ${expected} should stand`;
  const found = /^(?:[\w.+-]+|"[^"\n]{0,20}"?|.)/su.exec(text.slice(at, at + 40))?.[0] ?? "";
  return `${place}: ${JSON.stringify(found)} stands where ${expected} should`;
}
