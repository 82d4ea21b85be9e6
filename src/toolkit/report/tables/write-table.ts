/** @file Tables written to files, as CSV or JSON lines, at one stroke and with all digits: readTable reads them back as they were. */
import { wrong } from "../../core/argument-checks.ts";
import { writeJsonLines } from "../../core/json-lines.ts";
import { replaceFile } from "../../core/replace-file.ts";
import { formatCsv } from "./csv.ts";
import type { ReadableTable } from "./data-table.ts";
import { type TableCells, tableCells } from "./table-cells.ts";

/**
 * Writes JSON lines where the file's name ends in .jsonl, else CSV with a header line. A file of that name is replaced.
 *
 * @param path file, relative to the working directory (in a notebook: the notebook's folder)
 * @param table an arquero table, or plain objects that all have the keys of the first; of texts, numbers, booleans and null
 * @throws RangeError or TypeError that names row and column of a value that would not read back; nothing is written then
 */
export async function writeTable(path: string, table: ReadableTable | readonly object[]): Promise<void> {
  const { columns, cells } = tableCells("writeTable", table);
  if (path.endsWith(".jsonl")) return writeJsonLines(path, asRecords({ columns, cells }));
  for (const [row, values] of cells.entries()) {
    const empty = values.indexOf("");
    if (empty < 0) continue;
    const hint = "an empty text reads back as no value: write null";
    throw wrong("writeTable", `a text in rows[${row}].${columns[empty]}`, "", hint);
  }
  return replaceFile(path, formatCsv(columns, cells));
}

function asRecords({ columns, cells }: TableCells): object[] {
  return cells.map((values) => Object.fromEntries(columns.map((column, index) => [column, values[index]])));
}
