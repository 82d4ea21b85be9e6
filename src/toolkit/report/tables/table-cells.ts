/** @file The cells of an arquero table or of plain objects, row by row, each of a kind that files and other libraries can hold. */
import { wrong } from "../../core/argument-checks.ts";
import { isTable, type ReadableTable } from "./data-table.ts";
import type { CellValue } from "./schema.ts";

/** Names and rows of a table. */
export interface TableCells {
  columns: string[];
  /** (rows, columns) */
  cells: CellValue[][];
}

/**
 * @param caller the public function, for its errors
 * @param table an arquero table, or plain objects that all have the keys of the first
 * @throws RangeError or TypeError that names row and column of a value that is no text, number, boolean or null
 */
export function tableCells(caller: string, table: ReadableTable | readonly object[]): TableCells {
  const records = (isTable(table) ? table.objects() : table) as readonly object[];
  if (!Array.isArray(records) || records.length === 0) {
    throw wrong(caller, "an arquero table or plain objects, at least one", records);
  }
  const columns = Object.keys(records[0] as object);
  const cells = records.map((record: unknown, row) => columns.map((column) => cellOf(caller, record, row, column)));
  const stranger = records.findIndex((record) => Object.keys(record).length !== columns.length);
  if (stranger < 0) return { columns, cells };
  const found = Object.keys(records[stranger] as object).join(", ");
  throw wrong(caller, `the columns ${columns.join(", ")} in rows[${stranger}]`, found);
}

function cellOf(caller: string, record: unknown, row: number, column: string): CellValue {
  const known = typeof record === "object" && record !== null && column in record;
  const value: unknown = known ? (record as Record<string, unknown>)[column] : undefined;
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(caller, `rows[${row}].${column} to be a text, a number, true, false or null`, value);
}
