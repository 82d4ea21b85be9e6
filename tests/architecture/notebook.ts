/** @file The rules of a notebook: package doors only, imports first, short cells. */
import { parseSync } from "oxc-parser";
import type { Violation } from "./rules.ts";
import type { Doors } from "./source.ts";

interface Cell {
  cell_type: string;
  source: string | string[];
}

const LONGEST_CELL = 15;

/** The places of a notebook that break a rule; `line` counts cells from 1, as nbformat orders them. */
export function notebookViolations(file: string, text: string, doors: Doors): Violation[] {
  const { cells } = JSON.parse(text) as { cells: Cell[] };
  const firstCode = cells.findIndex(({ cell_type }) => cell_type === "code");
  return cells.flatMap((cell, index) => {
    if (cell.cell_type !== "code") return [];
    const source = typeof cell.source === "string" ? cell.source : cell.source.join("");
    const broken = [...tooLong(source), ...notDoors(importsOf(source), doors)];
    if (index !== firstCode && hasStaticImport(source)) broken.push("imports stand in the first code cell");
    return broken.map((rule) => ({ file, line: index + 1, rule: `cell ${index + 1}: ${rule}` }));
  });
}

function tooLong(source: string): string[] {
  const lines = source.trimEnd().split("\n").length;
  return lines > LONGEST_CELL ? [`${lines} lines, at most ${LONGEST_CELL}`] : [];
}

function notDoors(specifiers: readonly string[], doors: Doors): string[] {
  return specifiers.flatMap((specifier) => {
    if (/^(\.|\/|file:)/.test(specifier)) return [`a notebook imports package doors, not the path ${specifier}`];
    if (specifier.startsWith("@eightfold/") && !doors.has(specifier)) return [`${specifier} is no door of its package`];
    return [];
  });
}

function importsOf(source: string): string[] {
  const { module } = parseSync("cell.ts", source);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => source.slice(start + 1, end - 1));
  return [...module.staticImports.map(({ moduleRequest }) => moduleRequest.value), ...dynamic];
}

function hasStaticImport(source: string): boolean {
  return parseSync("cell.ts", source).module.staticImports.length > 0;
}
