/** @file The schema of a table: what each column holds, checked cell by cell, from text or from values. */
import { distance } from "fastest-levenshtein";
import { parseNumber } from "./number-cell.ts";

/** What a column holds. A proportion is a number in [0, 1], a boolean is written true, false, yes or no. */
export type ColumnType = "string" | "number" | "proportion" | "boolean";

/**
 * The columns that a table must have, by name; columns that it does not name are left out.
 * A cell of an optional column may be empty (in JSON lines: null, or not there), and is then null.
 */
export type Schema = Readonly<Record<string, ColumnType | { readonly optional: ColumnType }>>;

/** One row of a table read with a schema. */
export type Row<S extends Schema> = {
  -readonly [Column in keyof S]: CellOf<S[Column]>;
};

type CellOf<Type> = Type extends { readonly optional: infer Kind } ? Cell<Kind> | null : Cell<Type>;

/** What a cell may be. */
export type CellValue = string | number | boolean | null;

type Cell<Type> = Type extends "string" ? string : Type extends "boolean" ? boolean : number;

/**
 * A cell of a CSV file.
 *
 * @param where file, line and column, for errors
 * @param decimalComma are numbers written with a comma as their decimal sign
 * @throws Error in one line that says what was expected
 */
export function parseCell(where: string, text: string, type: Schema[string], decimalComma = false): CellValue {
  const kind = kindOf(type);
  if (text === "") {
    if (typeof type !== "string") return null;
    throw new Error(
      `${where}: expected a ${kind}, got an empty cell (hint: fill it, or declare the column {optional: "${kind}"})`,
    );
  }
  if (kind === "string") return text;
  if (kind === "boolean") {
    const value = booleans.get(text.toLowerCase());
    if (value === undefined) throw new Error(`${where}: expected true, false, yes or no, got ${quoted(text)}`);
    return value;
  }
  const value = parseNumber(`${where}: expected a ${kind}`, text, decimalComma);
  requireProportion(where, kind, value);
  return value;
}

/** A cell that is a value already; nothing is turned into another type, "7" is no number. */
export function checkCell(where: string, value: unknown, type: Schema[string]): CellValue {
  const kind = kindOf(type);
  if (value === null || value === undefined) {
    if (typeof type !== "string") return null;
    throw new Error(`${where}: expected a ${kind}, got ${value} (hint: declare the column {optional: "${kind}"})`);
  }
  const fits = kind === "string" || kind === "boolean" ? typeof value === kind : Number.isFinite(value);
  if (!fits) throw new Error(`${where}: expected a ${kind}, got ${JSON.stringify(value) ?? typeof value}`);
  requireProportion(where, kind, value as number);
  return value as CellValue;
}

/** The column of that name among `names`. @throws Error that guesses what was meant */
export function columnIndex(where: string, names: readonly string[], wanted: string): number {
  const index = names.indexOf(wanted);
  if (index >= 0) return index;
  const far = (name: string) => distance(name.toLowerCase(), wanted.toLowerCase());
  const nearest = [...names].sort((a, b) => far(a) - far(b))[0] ?? "";
  const near = far(nearest) <= Math.max(2, wanted.length / 3);
  const hint = near ? `did you mean ${quoted(nearest)}?` : `its columns are ${listOf(names)}`;
  throw new Error(`${where} has no column ${quoted(wanted)} (hint: ${hint})`);
}

/** A stranger's text in one line. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => (/^[^\p{C}]{1,80}$/u.test(name) ? name : quoted(name)));
  return names.length > 30 ? `${shown.join(", ")} and ${names.length - 30} more` : shown.join(", ");
}

/** Does the column hold numbers? */
export function isNumeric(type: Schema[string]): boolean {
  const kind = kindOf(type);
  return kind === "number" || kind === "proportion";
}

/** Is the column one that may be left empty? */
export function isOptional(type: Schema[string]): boolean {
  return typeof type !== "string";
}

function kindOf(type: Schema[string]): ColumnType {
  return typeof type === "string" ? type : type.optional;
}

function requireProportion(where: string, kind: ColumnType, value: number): void {
  if (kind !== "proportion" || (value >= 0 && value <= 1)) return;
  const percent = value > 1 && value <= 100 ? " (hint: divide percentages by 100)" : "";
  throw new Error(`${where}: expected a proportion in [0, 1], got ${value}${percent}`);
}

const booleans = new Map([
  ["true", true],
  ["yes", true],
  ["false", false],
  ["no", false],
]);
