/** @file Tables for people: one row a fit or record, every estimate as "value [low, high]", shown as Markdown. */
import { escapeUTF8 } from "entities/escape";
import { requireList, wrong } from "../../core/argument-checks.ts";
import { formatInterval, formatMeasured, type Measured } from "../../core/estimate-text.ts";
import { displayMethod, inspectMethod, type MimeBundle } from "../../core/mime-bundle.ts";
import { formatNumber } from "../../core/number-format.ts";
import { type TextCells, toMarkdown, toPlainText } from "../../core/text-table.ts";
import { fittedMeasurements, type LawFit } from "../../scaling/index.ts";
import { type Fits, fitList, isFit } from "../fits.ts";
import { isTable, type ReadableTable } from "./data-table.ts";

/** One record of a table. */
export type TableRow = Readonly<Record<string, unknown>>;

/** A table of text, ready to be shown or written. */
export interface TextTable extends TextCells {
  /**
   * `text/markdown` and `text/plain`: JupyterLab, VS Code, GitHub and nbconvert show the first also in a notebook that
   * is not trusted, and the second is legible in a terminal.
   */
  [displayMethod](): MimeBundle;
  /** As text: what `console.log` prints in a script, and what `String(table)` gives. */
  [inspectMethod](): string;
}

/**
 * A table of fits or of any records.
 *
 * @param records fits of any law (a list, or by name), a table, or plain objects
 * @param columns the columns to show, in this order: keys of the objects, or of a fit method, law, its law's
 *   parameters, points, status; all keys of the first object when left out
 * @returns a table that shows itself in a notebook
 * @throws RangeError when there is no record, or a column that no record has
 * @example toMarkdown(table([{ method: "SFT", multiplier: { value: 2.04, low: 1.62, high: 2.46 } }])) // => "| method | multiplier |\n| :--- | ---: |\n| SFT | 2.04 [1.62, 2.46] |"
 */
export function table(records: Fits | ReadableTable | readonly TableRow[], columns?: readonly string[]): TextTable {
  const list = toRows(records);
  if (list.length === 0) throw new RangeError("table requires at least one record, got none");
  if (columns !== undefined) requireList("table", "columns to be an array of names", columns);
  const names = columns ?? Object.keys(list[0] ?? {});
  const known = new Set(list.flatMap((record) => Object.keys(record)));
  const stranger = names.find((name) => !known.has(name));
  if (stranger !== undefined) {
    throw new RangeError(`table requires columns among ${[...known].join(", ")}, got "${stranger}"`);
  }
  const cells = list.map((record) => names.map((name) => cellText(record[name])));
  const numeric = names.map((name) => list.every((record) => typeof record[name] !== "string"));
  const texts = { columns: names, cells, numeric };
  const text = (): string => toPlainText(texts);
  const show = (): MimeBundle => ({ "text/markdown": toMarkdown(texts), "text/plain": text() });
  const shown = { [displayMethod]: show, [inspectMethod]: text };
  const unseen = { enumerable: false }; // whoever copies or compares a table has its texts alone
  return Object.defineProperties(
    { ...texts, ...shown },
    { [displayMethod]: unseen, [inspectMethod]: unseen, toString: { value: text } },
  );
}

/** A table as an HTML element, unstyled but for the side on which its columns are set. */
export function toHtml({ columns, cells, numeric }: TextCells): string {
  const row = (tag: "th" | "td", texts: readonly string[]) =>
    `<tr>${texts.map((text, index) => `<${tag}${numeric[index] ? ' style="text-align:right"' : ""}>${escapeUTF8(text)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${row("th", columns)}</thead><tbody>${cells.map((texts) => row("td", texts)).join("")}</tbody></table>`;
}

/**
 * A table as a LaTeX tabular, which needs no package. Powers of ten are set as such.
 *
 * @example toLatex(table([{ method: "R&D", amplitude: { value: 5.4e9, low: 4.1e9, high: 6.8e9 } }])) // => "\\begin{tabular}{lr}\n\\hline\nmethod & amplitude \\\\\n\\hline\nR\\&D & $(5.4 [4.1, 6.8]) \\times 10^{9}$ \\\\\n\\hline\n\\end{tabular}"
 */
export function toLatex({ columns, cells, numeric }: TextCells): string {
  const line = (texts: readonly string[]) => `${texts.map(latexText).join(" & ")} \\\\`;
  const alignment = numeric.map((right) => (right ? "r" : "l")).join("");
  return [
    `\\begin{tabular}{${alignment}}`,
    "\\hline",
    line(columns),
    "\\hline",
    ...cells.map(line),
    "\\hline",
    "\\end{tabular}",
  ].join("\n");
}

function toRows(records: Fits | ReadableTable | readonly TableRow[]): readonly TableRow[] {
  if (typeof records !== "object" || records === null) throw wrong("table", "fits or plain objects", records);
  if (isTable(records)) return records.objects() as TableRow[];
  const values: readonly unknown[] = Array.isArray(records) ? records : Object.values(records);
  if (!isFit(records) && !values.some(isFit)) {
    if (!Array.isArray(records)) throw wrong("table", "an array of plain objects, or fits", records);
    for (const [index, row] of records.entries()) {
      if (typeof row !== "object" || row === null) throw wrong("table", `records[${index}] to be a plain object`, row);
    }
    return records;
  }
  return fitList("table", records as Fits).map(fitRow);
}

/** The columns of a fit. A fit that failed says so in its status, and its numbers stay empty. */
function fitRow(fit: LawFit): TableRow {
  const head = { method: fit.name, law: fit.law.name };
  const points = fittedMeasurements(fit).length;
  if (fit.ok) return { ...head, ...fit.parameters, points, status: fit.status };
  const empty = Object.fromEntries(fit.law.parameters.map((parameter) => [parameter, null]));
  return { ...head, ...empty, points, status: `no fit: ${fit.reason}` };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return plainNumber(value);
  if (typeof value !== "object") return String(value);
  if ("reason" in value || "value" in value) return formatMeasured(value as Measured);
  if ("low" in value && "high" in value) return formatInterval(value as { low: number; high: number });
  return JSON.stringify(value);
}

/** Whole numbers in full, with thousands set apart from five digits on; others to three digits, or fewer if they have fewer. */
function plainNumber(value: number): string {
  if (Number.isInteger(value)) return Math.abs(value) < 1e4 ? String(value) : value.toLocaleString("en-US");
  const [exact, rounded] = [String(value), formatNumber(value)];
  return exact.length < rounded.length ? exact : rounded;
}

function latexText(text: string): string {
  const [, number, power] = /^(.*\d.*)e([+-]?\d+)$/.exec(text) ?? [];
  if (number !== undefined && /^[\d(][\d.,[\]() <>-]*$/.test(number)) {
    return `$${number} \\times 10^{${Number(power)}}$`;
  }
  return text.replaceAll(/[\\&%$#_{}~^<>–]/g, (sign) => LATEX_SIGNS[sign] ?? `\\${sign}`);
}

const LATEX_SIGNS: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "$<$",
  ">": "$>$",
  "–": "--",
};
