/** @file C as the rule on cycles sees it: a .c and the .h of its name are one unit, which needs what it includes and what it calls. */
import { posix } from "node:path";
import type { Import, Linked } from "./source.ts";

/** A function that other files may call, from its type to the brace that opens it. */
const DEFINITION = /^(?!static\b|typedef\b)\w[\w *]*?\b(\w+)\([^;{}]*\)\s*\{/gm;

const INCLUDE = /^#include "([^"]+)"/gm;

/**
 * The units of C files. A header alone shows no circle of calls: it may promise what any file defines.
 *
 * @param files texts by path from the repository's root
 * @returns units under the path of their .c, or of their .h where there is no .c; lines are those of the file that names
 */
export function cUnits(files: Readonly<Record<string, string>>): Linked[] {
  const texts = Object.entries(files).map(([path, text]) => ({ path, unit: unitOf(path, files), text: bare(text) }));
  const definedIn = new Map<string, string>();
  for (const { unit, text } of texts) {
    for (const [, name = ""] of text.matchAll(DEFINITION)) definedIn.set(name, unit);
  }
  const units = new Map<string, Import[]>();
  for (const { path, unit, text } of texts) {
    const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
    const included = [...text.matchAll(INCLUDE)].map(({ 1: name = "", index }) => {
      return { specifier: name, line: lineOf(index), target: unitOf(posix.join(posix.dirname(path), name), files) };
    });
    const called = [...text.matchAll(/\b\w+(?=\()/g)].map(({ 0: name, index }) => {
      return {
        specifier: name,
        line: lineOf(index),
        target: path.endsWith(".c") ? (definedIn.get(name) ?? null) : null,
      };
    });
    const others = [...included, ...called].filter(({ target }) => target !== null && target !== unit);
    units.set(unit, [...(units.get(unit) ?? []), ...others]);
  }
  return [...units].map(([path, imports]) => ({ path, imports }));
}

function unitOf(path: string, files: Readonly<Record<string, string>>): string {
  const source = path.replace(/\.h$/, ".c");
  return source in files ? source : path;
}

/** Without its comments, and with its lines. */
function bare(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, (comment) => comment.replace(/[^\n]/g, " "));
}
