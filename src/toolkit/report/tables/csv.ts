/** @file CSV as text: records with the line on which each stands, and rows written so that they read back as they were. */
import { type CellValue, quoted } from "./schema.ts";

/** The cells of a record and the line on which it begins, counted from 1. */
export interface CsvRecord {
  line: number;
  cells: string[];
}

/** The records of a file, the header first, and what stood between its cells. */
export interface CsvText {
  records: CsvRecord[];
  delimiter: Delimiter;
}

export type Delimiter = "," | ";" | "\t" | "|";

const DELIMITERS: readonly Delimiter[] = [",", ";", "\t", "|"];

/**
 * The records of a text; every record is as long as the header. Cells are parted by commas, semicolons, tabs or bars, whichever
 * gives the header most of the names that are wanted. Lines above the header that begin with # are left out, and so are later
 * ones that are no record.
 *
 * @param name of the text, for errors
 * @param wanted names of columns
 * @throws Error in one line that names the line
 * @source RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
 */
export async function parseCsv(name: string, text: string, wanted: readonly string[]): Promise<CsvText> {
  if (text.includes("\0")) {
    throw new Error(`${name}: there are NUL characters in it, as UTF-16 has (hint: save it as UTF-8)`);
  }
  const told = TOLD_DELIMITER.exec(text)?.[1] as Delimiter | undefined;
  const body = withoutComments(text.replace(TOLD_DELIMITER, ""));
  if (body.trim() === "") {
    throw new Error(`${name}: the file is empty; a header line and at least one row are expected`);
  }
  const delimiter = told ?? delimiterOf(body, wanted);
  const [header, ...rest] = await parseRecords(name, body, delimiter);
  const names = header?.cells ?? [];
  const records = rest.filter(({ cells }) => cells.length === names.length || cells[0]?.startsWith("#") !== true);
  const twice = names.find((column, index) => names.indexOf(column) !== index);
  if (twice !== undefined) {
    throw new Error(`${name}, line ${header?.line}: the column ${quoted(twice)} stands there twice; rename one`);
  }
  if (header === undefined || records.length === 0) {
    throw new Error(`${name}: there is a header but no row; at least one is expected`);
  }
  requireNoSpaces(name, records, names);
  const [sign, signs] = SIGNS[delimiter];
  for (const { line, cells } of records) {
    if (cells.length === names.length) continue;
    const decimal = delimiter === "," && cells.length > names.length && cells.some((cell) => /^\d+$/.test(cell));
    const hint =
      cells.length > names.length
        ? `a cell that holds a ${sign} needs quotes${decimal ? "; numbers with a decimal comma, semicolons between them" : ""}`
        : `an empty cell still needs its ${sign}`;
    const parted = delimiter === "," ? "" : `, parted by ${signs}`;
    throw new Error(
      `${name}, line ${line}: ${cells.length} cells, expected ${names.length} as in the header${parted} (hint: ${hint})`,
    );
  }
  return { records: [header, ...records], delimiter };
}

const TOLD_DELIMITER = /^\uFEFF?sep=([,;\t|])[^\S\r\n]*(?=\r|\n)/i; // a spreadsheet's first line; its end stays, so that lines keep their numbers

/** Throws where every record is one cell of as many words as the header, two of them numbers throughout: columns that spaces part. */
function requireNoSpaces(name: string, records: readonly CsvRecord[], names: readonly string[]): void {
  if (names.length !== 1) return;
  const header = (names[0] as string).split(/\s+/);
  const words = records.map(({ cells }) => (cells.length === 1 ? (cells[0] as string).split(/\s+/) : []));
  if (!words.every(({ length }) => length === header.length)) return;
  const numbers = header.filter((_, place) => words.every((row) => Number.isFinite(Number(row[place]))));
  if (numbers.length < 2) return;
  const asked = "commas, semicolons, tabs or bars are expected between cells";
  throw new Error(`${name}: ${asked}, got spaces in ${quoted(names[0] as string)} (hint: put commas in their place)`);
}

const SIGNS: Record<Delimiter, [one: string, many: string]> = {
  ",": ["comma", "commas"],
  ";": ["semicolon", "semicolons"],
  "\t": ["tab", "tabs"],
  "|": ["bar", "bars"],
};

/** Comment lines above the header become empty ones, so that lines keep their numbers. */
function withoutComments(text: string): string {
  return text.replace(/^\uFEFF?(?:[^\S\r\n]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))+/, (top) => top.replace(/#[^\r\n]*/g, ""));
}

function delimiterOf(text: string, wanted: readonly string[]): Delimiter {
  const header = /[^\r\n]*\S[^\r\n]*/.exec(text)?.[0].replace(/^\uFEFF/, "") ?? "";
  const namesBy = (delimiter: Delimiter) =>
    header.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  const worth = (delimiter: Delimiter) => {
    const names = namesBy(delimiter);
    return wanted.filter((name) => names.includes(name)).length + Math.min(names.length, 999) / 1000;
  };
  return DELIMITERS.reduce((best, other) => (worth(other) > worth(best) ? other : best));
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

async function parseRecords(name: string, text: string, delimiter: Delimiter): Promise<CsvRecord[]> {
  const { parse } = await import("csv-parse/sync");
  const options = {
    ...{ bom: true, info: true, relax_column_count: true, skip_empty_lines: true, trim: true },
    delimiter,
  } as const;
  try {
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // csv-parse counts the lines up to a record's end; a cell may hold line breaks, so its first line is further up
    return records.map(({ record, info }) => ({ line: info.lines - lineBreaks(record), cells: record }));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/[\s\p{C}]+/gu, " ").slice(0, 500) : String(error);
    throw new Error(`${name}: ${reason} (hint: a quote inside a quoted cell is written twice)`, { cause: error });
  }
}

function lineBreaks(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}
