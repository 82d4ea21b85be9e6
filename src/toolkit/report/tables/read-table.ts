/** @file Files and records as typed arquero tables: a schema is checked at the door, and a bad cell is named by its place. */
import type { ColumnTable } from "arquero";
import { parseJsonLines } from "../../core/json-lines.ts";
import { readText } from "../../core/text-file.ts";
import { parseCsv } from "./csv.ts";
import { hasDecimalCommas } from "./number-cell.ts";
import {
  type CellValue,
  checkCell,
  columnIndex,
  isNumeric,
  isOptional,
  parseCell,
  type Row,
  type Schema,
} from "./schema.ts";

/** An arquero table that remembers its schema. */
export type Table<S extends Schema> = ColumnTable & { readonly schema: S };

/**
 * Reads a file: JSON lines where its name ends in .jsonl, else CSV with a header line. Cells may be parted by commas, semicolons,
 * tabs or bars; where it is not commas, numbers may have a decimal comma. Lines of comment begin with #.
 *
 * @param path file, relative to the working directory (in a notebook: the notebook's folder)
 * @param schema column names and what they hold
 * @returns an arquero table with the columns of the schema, in its order
 * @throws Error in one line that names file, line and column, what was expected and what to do
 */
export async function readTable<const S extends Schema>(path: string, schema: S): Promise<Table<S>> {
  const text = await readText(path);
  return typed(path.endsWith(".jsonl") ? fromJsonLines(path, text, schema) : await fromCsv(path, text, schema), schema);
}

/**
 * Checks records against a schema.
 *
 * @param records plain objects; their other keys are left out
 * @param schema column names and what they hold
 * @param name of the records, for errors
 * @returns an arquero table with the columns of the schema, in its order
 * @throws Error in one line that names record and column
 */
export async function toTable<const S extends Schema>(
  records: readonly object[],
  schema: S,
  name = "toTable",
): Promise<Table<S>> {
  const placed = records.map((record, index) => ({ where: `${name}, record ${index + 1}`, record }));
  return typed(fromRecords(name, placed, schema), schema);
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

type Columns = Record<string, CellValue[]>;

async function typed<const S extends Schema>(columns: Columns, schema: S): Promise<Table<S>> {
  const { table } = await import("arquero"); // 0.2 s to load: the door of the package stays quick
  return Object.assign(table(columns), { schema });
}

async function fromCsv(path: string, text: string, schema: Schema): Promise<Columns> {
  const { records, delimiter } = await parseCsv(path, text, Object.keys(schema));
  const [header, ...body] = records;
  const names = header?.cells ?? [];
  const wanted = Object.entries(schema).map(([name, type]) => {
    return { name, type, index: columnIndex(`${path}, line ${header?.line ?? 1}: the header`, names, name) };
  });
  const numbers = wanted
    .filter(({ type }) => isNumeric(type))
    .map(({ index }) => body.map(({ cells }) => cells[index] ?? ""));
  const comma = delimiter !== "," && hasDecimalCommas(numbers.flat());
  return Object.fromEntries(
    wanted.map(({ name, type, index }) => [
      name,
      body.map(({ line, cells }) =>
        parseCell(`${path}, line ${line}, column "${name}"`, cells[index] ?? "", type, comma),
      ),
    ]),
  );
}

function fromJsonLines(path: string, text: string, schema: Schema): Columns {
  const lines = parseJsonLines(path, text);
  return fromRecords(
    path,
    lines.map(({ line, record }) => ({ where: `${path}, line ${line}`, record })),
    schema,
  );
}

function fromRecords(name: string, records: readonly { where: string; record: object }[], schema: Schema): Columns {
  if (records.length === 0) throw new Error(`${name}: there is no record; at least one is expected`);
  const columns: Columns = Object.fromEntries(Object.keys(schema).map((column) => [column, []]));
  for (const { where, record } of records) {
    for (const [column, type] of Object.entries(schema)) {
      const keys = Object.keys(record);
      if (!isOptional(type)) columnIndex(where, keys, column);
      const value: unknown = (record as Record<string, unknown>)[column];
      columns[column]?.push(checkCell(`${where}, column "${column}"`, value, type));
    }
  }
  return columns;
}
