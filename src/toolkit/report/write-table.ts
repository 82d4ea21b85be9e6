/** @file Tables written to files, as CSV or JSON lines, at one stroke and with all digits: readTable reads them back as they were. */
import type { ColumnTable } from "arquero";
import { wrong } from "../core/argument-checks.ts";
import { writeJsonLines } from "../core/json-lines.ts";
import { replaceText } from "../core/text-file.ts";
import { formatCsv } from "./csv.ts";
import type { CellValue } from "./schema.ts";

/**
 * Writes JSON lines where the file's name ends in .jsonl, else CSV with a header line. A file of that name is replaced.
 *
 * @param path file, relative to the working directory (in a notebook: the notebook's folder)
 * @param table an arquero table, or plain objects that all have the keys of the first
 * @throws RangeError or TypeError that names row and column of a value that would not read back; nothing is written then
 */
export async function writeTable(path: string, table: ColumnTable | readonly object[]): Promise<void> {
  const records = (isColumnTable(table) ? table.objects() : table) as readonly object[];
  if (!Array.isArray(records) || records.length === 0) {
    throw wrong("writeTable", "an arquero table or plain objects, at least one", records);
  }
  if (path.endsWith(".jsonl")) return writeJsonLines(path, records);
  const columns = Object.keys(records[0] as object);
  const cells = records.map((record: unknown, row) => columns.map((column) => cellOf(record, row, column)));
  const stranger = records.findIndex((record) => Object.keys(record).length !== columns.length);
  if (stranger >= 0)
    throw wrong(
      "writeTable",
      `the columns ${columns.join(", ")} in rows[${stranger}]`,
      Object.keys(records[stranger] as object).join(", "),
    );
  return replaceText(path, formatCsv(columns, cells));
}

function isColumnTable(table: unknown): table is ColumnTable {
  return typeof table === "object" && table !== null && "objects" in table && "columnNames" in table;
}

function cellOf(record: unknown, row: number, column: string): CellValue {
  const where = `rows[${row}].${column}`;
  const known = typeof record === "object" && record !== null && column in record;
  const value: unknown = known ? (record as Record<string, unknown>)[column] : undefined;
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "string" && value !== "") return value;
  const hint = value === "" ? "an empty text reads back as no value: write null" : undefined;
  throw wrong("writeTable", `${where} to be a text, a number, true, false or null`, value, hint);
}
