/** @file Files and records as typed arquero tables: a schema is checked at the door, and a bad cell is named by its place. */
import { parseJsonLines } from "../../core/json-lines.ts";
import { readText } from "../../core/text-file.ts";
import { parseCsv } from "./csv.ts";
import type { DataTable, ReadableTable } from "./data-table.ts";
import { inferSchema, schemaText } from "./infer-schema.ts";
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
export type Table<S extends Schema> = DataTable<Row<S>> & { readonly schema: S };

/**
 * Reads a file, and guesses its columns: JSON lines where its name ends in .jsonl, else CSV with a header line. Cells may be parted by commas, semicolons,
 * tabs or bars; where it is not commas, numbers may have a decimal comma. Lines of comment begin with #.
 *
 * @param path file, relative to the working directory (in a notebook: the notebook's folder)
 * @returns an arquero table; what its columns were taken for is told on standard error
 * @throws Error in one line that names file and line, what was expected and what to do
 */
export async function readTable(path: string): Promise<Table<Schema>>;
/**
 * Reads a file as above, each cell checked.
 *
 * @param path file, relative to the working directory
 * @param schema column names and what they hold
 * @returns an arquero table with the columns of the schema, in its order
 * @throws Error in one line that names file, line and column, what was expected and what to do
 */
export async function readTable<const S extends Schema>(path: string, schema: S): Promise<Table<S>>;
export async function readTable(path: string, schema?: Schema): Promise<Table<Schema>> {
  const text = await readText(path);
  const read = path.endsWith(".jsonl") ? fromJsonLines(path, text, schema) : await fromCsv(path, text, schema);
  if (schema === undefined) {
    if (Object.keys(read.schema).length === 0) throw new Error(`${path}: no column holds anything that a cell may be`);
    console.warn(
      `readTable took ${path} for ${schemaText(read.schema)} (hint: give it as the second argument, to have it checked)`,
    );
  }
  return typed(read.columns, read.schema);
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
 * @param table a table from readTable, or what a verb made of one
 * @returns one object a row, in the table's order
 */
export function rows<R extends object>(table: DataTable<R>): R[] {
  return table.objects();
}

type Columns = Record<string, CellValue[]>;

async function typed<const S extends Schema>(columns: Columns, schema: S): Promise<Table<S>> {
  const { table } = await import("arquero"); // 0.2 s to load: the door of the package stays quick
  const made: ReadableTable = Object.assign(table(columns), { schema });
  return made as Table<S>; // arquero's own type knows no columns
}

/** Columns with the schema that they satisfy, the one that was given or one that was guessed. */
interface Read {
  readonly columns: Columns;
  readonly schema: Schema;
}

async function fromCsv(path: string, text: string, given: Schema | undefined): Promise<Read> {
  const { records, delimiter } = await parseCsv(path, text, Object.keys(given ?? {}));
  const [header, ...body] = records;
  const names = header?.cells ?? [];
  const column = (_: string, index: number) => body.map(({ cells }) => cells[index] ?? "");
  const mayHaveCommas = delimiter !== "," && hasDecimalCommas(names.flatMap(column));
  const schema = given ?? inferSchema(names, column, { decimalComma: mayHaveCommas });
  const wanted = Object.entries(schema).map(([name, type]) => {
    return { name, type, index: columnIndex(`${path}, line ${header?.line ?? 1}: the header`, names, name) };
  });
  const numbers = wanted
    .filter(({ type }) => isNumeric(type))
    .map(({ index }) => body.map(({ cells }) => cells[index] ?? ""));
  const comma = delimiter !== "," && hasDecimalCommas(numbers.flat());
  const columns = wanted.map(({ name, type, index }) => [
    name,
    body.map(({ line, cells }) =>
      parseCell(`${path}, line ${line}, column "${name}"`, cells[index] ?? "", type, comma),
    ),
  ]);
  return { columns: Object.fromEntries(columns), schema };
}

function fromJsonLines(path: string, text: string, given: Schema | undefined): Read {
  const lines = parseJsonLines(path, text);
  const names = [...new Set(lines.flatMap(({ record }) => Object.keys(record)))];
  const schema = given ?? inferSchema(names, (name) => lines.map(({ record }) => record[name]), undefined);
  const placed = lines.map(({ line, record }) => ({ where: `${path}, line ${line}`, record }));
  return { columns: fromRecords(path, placed, schema), schema };
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
