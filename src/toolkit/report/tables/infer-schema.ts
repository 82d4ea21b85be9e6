/** @file What the columns of a table seem to hold, for who reads one without a schema. */
import { parseNumber } from "./number-cell.ts";
import { type ColumnType, quoted, type Schema } from "./schema.ts";

const EMPTY = new Set<unknown>(["", null, undefined]);
type TextsMean = { readonly decimalComma: boolean } | undefined;

const PADDED = /^0\d+$/; // an identifier, as 007: its zeros would be lost in a number
const BOOLEAN = /^(?:true|false|yes|no)$/i;

/**
 * A schema that every row satisfies: numbers where all cells are numbers, booleans, else texts, digits after a leading 0 among them;
 * optional where a cell is empty.
 * A column that holds nothing, or values that no cell holds (lists, objects), is left out.
 *
 * @param names of the columns
 * @param cells of a column, texts of a CSV file or values of JSON
 * @param textsMean whether a text may be a number or a boolean, and may have a decimal comma; in JSON it is a text
 */
export function inferSchema(
  names: readonly string[],
  cells: (name: string, index: number) => readonly unknown[],
  textsMean: TextsMean,
): Schema {
  const entries = names.flatMap((name, index) => {
    const all = cells(name, index);
    const kind = kindOf(
      all.filter((cell) => !EMPTY.has(cell)),
      textsMean,
    );
    if (kind === undefined) return [];
    return [[name, all.some((cell) => EMPTY.has(cell)) ? { optional: kind } : kind] as const];
  });
  return Object.fromEntries(entries);
}

/** The schema as it is written in a cell. */
export function schemaText(schema: Schema): string {
  const columns = Object.entries(schema).map(([name, type]) => {
    const key = /^[A-Za-z_]\w*$/.test(name) ? name : quoted(name);
    return `${key}: ${typeof type === "string" ? `"${type}"` : `{ optional: "${type.optional}" }`}`;
  });
  return `{ ${columns.join(", ")} }`;
}

function kindOf(filled: readonly unknown[], textsMean: TextsMean): ColumnType | undefined {
  if (filled.length === 0) return undefined;
  if (filled.every((cell) => isNumber(cell, textsMean))) return "number";
  const isBoolean = (cell: unknown) =>
    typeof cell === "boolean" || (textsMean !== undefined && typeof cell === "string" && BOOLEAN.test(cell));
  if (filled.every(isBoolean)) return "boolean";
  return filled.every((cell) => typeof cell === "string") ? "string" : undefined;
}

function isNumber(cell: unknown, textsMean: TextsMean): boolean {
  if (typeof cell !== "string") return Number.isFinite(cell);
  if (textsMean === undefined || PADDED.test(cell)) return false;
  try {
    parseNumber("", cell, textsMean.decimalComma);
    return true;
  } catch {
    return false; // a text, then
  }
}
