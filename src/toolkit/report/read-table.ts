/** @file CSV files as typed arquero tables: a schema is checked at the door, and a bad cell is named by file, line and column. */
import { readFile } from "node:fs/promises";
import type { ColumnTable } from "arquero";

/** What a column holds. A proportion is a number in [0, 1], a boolean is written true, false, yes or no. */
export type ColumnType = "string" | "number" | "proportion" | "boolean";

/**
 * The columns that a file must have, by name; columns of the file that it does not name are left out of the table.
 * A cell of an optional column may be empty, and is then null.
 */
export type Schema = Readonly<Record<string, ColumnType | { readonly optional: ColumnType }>>;

/** One row of a table read with a schema. */
export type Row<S extends Schema> = {
  -readonly [Column in keyof S]: S[Column] extends { readonly optional: infer Type }
    ? Cell<Type> | null
    : Cell<S[Column]>;
};

/** An arquero table that remembers its schema. */
export type Table<S extends Schema> = ColumnTable & { readonly schema: S };

type Cell<Type> = Type extends "string" ? string : Type extends "boolean" ? boolean : number;

/**
 * Reads a CSV file with a header line.
 *
 * @param path file, relative to the working directory (in a notebook: the notebook's folder)
 * @param schema column names and what they hold
 * @returns an arquero table with the columns of the schema, in its order
 * @throws Error in one line that names file, line and column, what was expected and what to do
 * @source RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
 */
export async function readTable<const S extends Schema>(path: string, schema: S): Promise<Table<S>> {
  const columns = await parseTable(path, await readText(path), schema);
  const { table } = await import("arquero"); // 0.2 s to load: the door of the package stays quick
  return Object.assign(table(columns), { schema });
}

/**
 * The rows of a table as plain objects.
 *
 * @param table a table from readTable
 * @returns one object a row, in the table's order
 */
export function rows<S extends Schema>(table: Table<S>): Row<S>[] {
  return table.objects() as Row<S>[];
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const what = error.code === "ENOENT" ? "no such file" : error.message;
    throw new Error(`${path}: ${what} (hint: the path is relative to ${process.cwd()})`, { cause: error });
  });
  if (text.trim() === "")
    throw new Error(`${path}: the file is empty; a header line and at least one row are expected`);
  return text;
}

async function parseTable(path: string, text: string, schema: Schema): Promise<Record<string, unknown[]>> {
  const [header, ...body] = await parseRecords(path, text);
  const names = header?.cells ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${path}, line 1: the column "${twice}" stands there twice; rename one`);
  const wanted = Object.entries(schema).map(([name, type]) => ({ name, type, index: columnIndex(path, names, name) }));
  if (body.length === 0) throw new Error(`${path}: there is a header but no row; at least one is expected`);
  for (const { line, cells } of body) {
    if (cells.length !== names.length) {
      const hint =
        cells.length > names.length ? "a cell that holds a comma needs quotes" : "an empty cell still needs its comma";
      throw new Error(
        `${path}, line ${line}: ${cells.length} cells, expected ${names.length} as in the header (hint: ${hint})`,
      );
    }
  }
  return Object.fromEntries(
    wanted.map(({ name, type, index }) => [
      name,
      body.map(({ line, cells }) => parseCell(`${path}, line ${line}, column "${name}"`, cells[index] ?? "", type)),
    ]),
  );
}

async function parseRecords(path: string, text: string): Promise<{ line: number; cells: string[] }[]> {
  const { parse } = await import("csv-parse/sync");
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  try {
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // csv-parse counts the lines up to a record's end; a cell may hold line breaks, so its first line is further up
    return records.map(({ record, info }) => ({ line: info.lines - lineBreaks(record), cells: record }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
    throw new Error(`${path}: ${reason} (hint: a quote inside a quoted cell is written twice)`, { cause: error });
  }
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function columnIndex(path: string, names: readonly string[], wanted: string): number {
  const index = names.indexOf(wanted);
  if (index >= 0) return index;
  const nearest = [...names].sort((a, b) => editDistance(a, wanted) - editDistance(b, wanted))[0] ?? "";
  const near = editDistance(nearest, wanted) <= Math.max(2, wanted.length / 3);
  const hint = near ? `did you mean "${nearest}"?` : `its columns are ${names.join(", ")}`;
  throw new Error(`${path}, line 1: the header has no column "${wanted}" (hint: ${hint})`);
}

function parseCell(where: string, text: string, type: Schema[string]): string | number | boolean | null {
  const kind = typeof type === "string" ? type : type.optional;
  if (text === "") {
    if (typeof type !== "string") return null;
    throw new Error(
      `${where}: expected a ${kind}, got an empty cell (hint: fill it, or declare the column {optional: "${kind}"})`,
    );
  }
  if (kind === "string") return text;
  if (kind === "boolean") {
    const value = booleans.get(text.toLowerCase());
    if (value === undefined) throw new Error(`${where}: expected true, false, yes or no, got "${text}"`);
    return value;
  }
  const value = Number(text);
  const decimalComma = /^-?\d+,\d+$/.test(text) ? " (hint: the decimal sign is a point)" : "";
  if (!Number.isFinite(value)) throw new Error(`${where}: expected a ${kind}, got "${text}"${decimalComma}`);
  if (kind === "proportion" && !(value >= 0 && value <= 1)) {
    const percent = value > 1 && value <= 100 ? " (hint: divide percentages by 100)" : "";
    throw new Error(`${where}: expected a proportion in [0, 1], got ${text}${percent}`);
  }
  return value;
}

const booleans = new Map([
  ["true", true],
  ["yes", true],
  ["false", false],
  ["no", false],
]);

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [rowIndex, letter] of [...a].entries()) {
    const row = [rowIndex + 1];
    for (const [column, other] of [...b].entries()) {
      const replace = (previous[column] ?? 0) + (letter.toLowerCase() === other.toLowerCase() ? 0 : 1);
      row.push(Math.min(replace, (previous[column + 1] ?? 0) + 1, (row[column] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
