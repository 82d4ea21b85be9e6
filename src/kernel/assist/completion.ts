/** @file What could be typed at a place in a cell: names that TypeScript knows, or those of the live values. */
import type { DoorExport } from "./door-exports.ts";
import { typedName } from "./live-path.ts";
import type { Member } from "./live-values.ts";
import { toOffset } from "./positions.ts";
import type { OfferedItem } from "./type-service.ts";

/** What replaces the text from start to end, best first. */
export interface Completion {
  /** UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly matches: readonly Match[];
}

export interface Match {
  readonly text: string;
  /** As frontends mark it: function, class, variable, property, ... */
  readonly type: string;
}

/** Names of https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#completionItemKind, as JupyterLab colours them. */
const KINDS: Readonly<Record<number, string>> = {
  2: "method",
  3: "function",
  4: "class",
  5: "property",
  6: "variable",
  7: "class",
  8: "interface",
  9: "module",
  10: "property",
  12: "value",
  13: "enum",
  17: "path",
  19: "path",
  20: "enum",
  21: "value",
  25: "type",
};

const KEYWORD = 14;
const SNIPPET = 15;

/**
 * TypeScript's offers, without keywords, those that start with what is typed, in its order: near names before far ones.
 *
 * @param offset the cursor, in UTF-16 units
 */
export function typedCompletion(code: string, offset: number, items: readonly OfferedItem[]): Completion {
  const offered = items.filter(({ kind }) => kind !== KEYWORD && kind !== SNIPPET);
  const start = startOf(code, offset, offered);
  const prefix = code.slice(start, offset);
  const fitting = offered
    .filter((item) => item.textEdit === undefined || toOffset(code, item.textEdit.range.start) === start)
    .map((item) => ({ item, text: item.textEdit?.newText ?? item.insertText ?? item.label }))
    .filter(({ item, text }) => startsWith(text, prefix) || startsWith(item.filterText ?? text, prefix))
    .sort((a, b) => compare(a.item.sortText ?? "", b.item.sortText ?? "") || byName(a.text, b.text, prefix));
  const matches = fitting.map(({ item, text }) => ({
    text,
    type: KINDS[item.kind ?? 0] ?? "variable",
  }));
  return { start, end: offset, matches };
}

/** Where the replaced text starts: an edit says it (a string with spaces, a path); else it is the name before the cursor. */
function startOf(code: string, offset: number, items: readonly OfferedItem[]): number {
  const { start, prefix } = typedName(code, offset);
  if (items.some(({ textEdit }) => textEdit === undefined)) {
    const isPath = items.some(({ kind }) => KINDS[kind ?? 0] === "path");
    return isPath ? Math.max(...["/", '"', "'", "`"].map((mark) => code.lastIndexOf(mark, offset - 1))) + 1 : start;
  }
  const starts = items.map(({ textEdit }) => (textEdit ? toOffset(code, textEdit.range.start) : start));
  return starts.length === 0 ? offset - prefix.length : Math.min(...starts);
}

/** Names of live values that start with what is typed. */
export function liveCompletion(code: string, offset: number, members: readonly Member[]): Completion {
  const { start, prefix } = typedName(code, offset);
  const matches = members
    .filter(({ name }) => startsWith(name, prefix))
    .sort((a, b) => byName(a.name, b.name, prefix))
    .map(({ name, type }) => ({ text: name, type }));
  return { start, end: offset, matches };
}

/**
 * Exports of doors that start with what is typed. A reply can replace one stretch of text only, so it is the whole text
 * before the cursor, with the import before it.
 *
 * @returns undefined after a dot, inside of an import, for too short a prefix, or when nothing fits
 */
export function importCompletion(code: string, offset: number, exports: readonly DoorExport[]): Completion | undefined {
  const { start, prefix, before } = typedName(code, offset);
  const line = code.slice(code.lastIndexOf("\n", start - 1) + 1, start);
  if (
    prefix.length < 2 ||
    before?.length !== 0 ||
    /^\s*import\b|^[^"'`]*(?:(["'`])[^"'`]*\1[^"'`]*)*["'`][^"'`]*$|\/\//.test(line)
  ) {
    return undefined;
  }
  const matches = exports
    .filter(({ name }) => startsWith(name, prefix))
    .sort((a, b) => byName(a.name, b.name, prefix))
    .map(({ name, door }) => ({
      text: `import { ${name} } from "${door}";\n${code.slice(0, start)}${name}`,
      type: "module",
    }));
  return matches.length === 0 ? undefined : { start: 0, end: offset, matches };
}

function startsWith(text: string, prefix: string): boolean {
  return text.toLowerCase().startsWith(prefix.toLowerCase());
}

/** The same case first, private-looking names last, then by the alphabet. */
function byName(a: string, b: string, prefix: string): number {
  const rank = (text: string): number => (text.startsWith(prefix) ? 0 : 2) + (/^_/.test(text) && prefix === "" ? 1 : 0);
  return rank(a) - rank(b) || compare(a.toLowerCase(), b.toLowerCase()) || compare(a, b);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
