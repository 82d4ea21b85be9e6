/** @file CSV as text: records with the line on which each stands, and rows written so that they read back as they were. */
import type { CellValue } from "./schema.ts";

/** The cells of a record and the line on which it begins, counted from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/**
 * The records of a text, the header first; every record is as long as the header.
 *
 * @param name of the text, for errors
 * @throws Error in one line that names the line
 * @source RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
 */
export async function parseCsv(name: string, text: string): Promise<CsvRecord[]> {
  if (text.trim() === "") {
    throw new Error(`${name}: the file is empty; a header line and at least one row are expected`);
  }
  const records = await parseRecords(name, text);
  const names = records[0]?.cells ?? [];
  const twice = names.find((column, index) => names.indexOf(column) !== index);
  if (twice !== undefined) throw new Error(`${name}, line 1: the column "${twice}" stands there twice; rename one`);
  if (records.length < 2) throw new Error(`${name}: there is a header but no row; at least one is expected`);
  for (const { line, cells } of records) {
    if (cells.length === names.length) continue;
    const hint =
      cells.length > names.length ? "a cell that holds a comma needs quotes" : "an empty cell still needs its comma";
    throw new Error(
      `${name}, line ${line}: ${cells.length} cells, expected ${names.length} as in the header (hint: ${hint})`,
    );
  }
  return records;
}

/**
 * A header line and a line a row, numbers with all their digits, null as an empty cell.
 *
 * @example formatCsv(["method", "error"], [["SFT, 2 epochs", 0.25], ["RFT", null]]) // => 'method,error\n"SFT, 2 epochs",0.25\nRFT,\n'
 */
export function formatCsv(columns: readonly string[], cells: readonly (readonly CellValue[])[]): string {
  return [columns, ...cells].map((row) => `${row.map(formatCell).join(",")}\n`).join("");
}

function formatCell(value: CellValue): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function parseRecords(name: string, text: string): Promise<CsvRecord[]> {
  const { parse } = await import("csv-parse/sync");
  const options = { bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true } as const;
  try {
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // csv-parse counts the lines up to a record's end; a cell may hold line breaks, so its first line is further up
    return records.map(({ record, info }) => ({ line: info.lines - lineBreaks(record), cells: record }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, " ") : String(error);
    throw new Error(`${name}: ${reason} (hint: a quote inside a quoted cell is written twice)`, { cause: error });
  }
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}
