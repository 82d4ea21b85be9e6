/** @file A table as plain text and as HTML that frontends show in their own light or dark style. */
import { inspectText } from "./inspect-text.ts";
import type { Table } from "./table.ts";

const LONGEST_CELL = 200;
/** Numbers of so many digits are shown in full. */
const DIGITS = 12;
/** Of longer ones, so many behind the point, or as many in all where they are small. */
const ROUNDED = 6;

/**
 * A table in columns of text, numbers to the right.
 *
 * @param table what is shown of it
 * @returns one line a row under its names, and a last line when the table has more
 * @example tableText({ columns: ["n"], rows: [[1], [20]], rowCount: 3, columnCount: 1 }) // => " n\n--\n 1\n20\n... 2 of 3 rows"
 */
export function tableText(table: Table): string {
  const cells = table.rows.map((row) => row.map((value) => oneLine(cellText(value))));
  const right = table.columns.map((_, column) => isNumeric(table, column));
  const widths = table.columns.map((name, column) =>
    Math.max(oneLine(name).length, ...cells.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return right[column] === true ? text.padStart(width) : text.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const more = rest(table);
  return [
    line(table.columns.map(oneLine)),
    rule,
    ...cells.map(line),
    ...(more === undefined ? [] : [`... ${more}`]),
  ].join("\n");
}

/**
 * A table as HTML. Its looks are the frontend's: only the side on which a column stands is said, which sanitisers let
 * pass, so that it shows the same in a notebook that is not trusted.
 *
 * @param table what is shown of it
 */
export function tableHtml(table: Table): string {
  const sides = table.columns.map((_, column) => (isNumeric(table, column) ? "right" : "left"));
  const row = (tag: "th" | "td", texts: readonly string[]): string =>
    `<tr>${texts.map((text, column) => `<${tag} style="text-align: ${sides[column]}">${escapeHtml(text)}</${tag}>`).join("")}</tr>`;
  const more = rest(table);
  return [
    '<table class="dataframe">',
    `<thead>${row("th", table.columns)}</thead>`,
    "<tbody>",
    ...table.rows.map((values) => row("td", values.map(cellText))),
    "</tbody>",
    "</table>",
    ...(more === undefined ? [] : [`<p>${more}</p>`]),
  ].join("\n");
}

/** What the table has beyond what is shown. */
function rest({ rows, columns, rowCount, columnCount }: Table): string | undefined {
  const parts: string[] = [];
  if (rows.length < rowCount) parts.push(`${rows.length} of ${rowCount} rows`);
  if (columns.length < columnCount) parts.push(`${columns.length} of ${columnCount} columns`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

function isNumeric({ rows }: Table, column: number): boolean {
  const values = rows.map((row) => row[column]).filter((value) => value !== undefined && value !== null);
  return values.length > 0 && values.every((value) => typeof value === "number" || typeof value === "bigint");
}

function cellText(value: unknown): string {
  if (value === undefined) return "";
  const text =
    typeof value === "string"
      ? value
      : typeof value === "number"
        ? numberText(value)
        : value instanceof Date && !Number.isNaN(value.getTime())
          ? value.toISOString().replace("T00:00:00.000Z", "")
          : inspectText(value);
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
}

/** A number that someone has typed keeps its digits; one that was computed is rounded behind its point. */
function numberText(value: number): string {
  const text = String(value);
  const digits = text.replace(/e.*$|\D/g, "").replace(/^0+/, "").length;
  if (Number.isInteger(value) || digits <= DIGITS || !Number.isFinite(value)) return text;
  const isSmall = Math.abs(value) < 1;
  return String(Number(isSmall ? value.toPrecision(ROUNDED) : value.toFixed(ROUNDED)));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
