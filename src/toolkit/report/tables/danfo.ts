/** @file To and from the data frames of danfo.js, for notebooks that are written with it; the caller hands the library over. */
import { wrong } from "../../core/argument-checks.ts";
import type { ReadableTable } from "./data-table.ts";
import { type Table, toTable } from "./read-table.ts";
import type { CellValue, Schema } from "./schema.ts";
import { tableCells } from "./table-cells.ts";

/** A data frame, as far as it is read here. */
export interface DanfoFrame {
  readonly columns: readonly string[];
  /** row by row */
  readonly values: unknown;
}

/** danfo.js, as far as it is used here: `import * as dfd from "danfojs-node"`, or "danfojs". */
export interface DanfoLibrary<Frame extends DanfoFrame> {
  readonly DataFrame: new (columns: Record<string, CellValue[]>) => Frame;
}

/**
 * A danfo data frame of a table. It holds the numbers with all their digits; danfo's own arithmetic then works on 32-bit
 * floats, and its means count null as 0, so reckon before the table is handed over.
 *
 * @param danfo the library
 * @param table an arquero table, or plain objects that all have the keys of the first
 * @throws RangeError or TypeError that names row and column of a value that is no text, number, boolean or null
 * @source https://danfo.jsdata.org/api-reference/dataframe (version 1.2)
 */
export function toDanfo<Frame extends DanfoFrame>(
  danfo: DanfoLibrary<Frame>,
  table: ReadableTable | readonly object[],
): Frame {
  if (typeof danfo?.DataFrame !== "function") {
    throw wrong("toDanfo", "danfo to be the library", danfo, 'import * as dfd from "danfojs-node"');
  }
  const { columns, cells } = tableCells("toDanfo", table);
  return new danfo.DataFrame(
    Object.fromEntries(columns.map((column, index) => [column, cells.map((row) => row[index] ?? null)])),
  );
}

/**
 * The rows of a danfo data frame, checked against a schema. danfo marks a missing cell by NaN, undefined or null: all are
 * taken as an empty cell.
 *
 * @param frame a danfo DataFrame
 * @param schema column names and what they hold
 * @returns an arquero table with the columns of the schema, in its order
 * @throws TypeError for what is no data frame; Error in one line that names record and column
 */
export async function fromDanfo<const S extends Schema>(frame: DanfoFrame, schema: S): Promise<Table<S>> {
  const { columns, values } = frame ?? {};
  if (!Array.isArray(columns) || !Array.isArray(values)) throw wrong("fromDanfo", "frame to be a DataFrame", frame);
  const records = values.map((row: unknown) => {
    const cells = Array.isArray(row) ? row : [row]; // a frame of one column gives its values bare
    return Object.fromEntries(columns.map((column, index) => [column, missingAsNull(cells[index])]));
  });
  return toTable(records, schema, "fromDanfo");
}

function missingAsNull(value: unknown): unknown {
  return value === undefined || Number.isNaN(value) ? null : value;
}
