/** @file A table of text as Markdown, and as columns of equal width. */

/** Headings and cells. */
export interface TextCells {
  readonly columns: readonly string[];
  /** text by row and column; every row is as long as `columns` */
  readonly cells: readonly (readonly string[])[];
  /** is the column of numbers, and so set to the right */
  readonly numeric: readonly boolean[];
}

/** A table as GitHub-flavoured Markdown. */
export function toMarkdown({ columns, cells, numeric }: TextCells): string {
  const line = (texts: readonly string[]) => `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), line(numeric.map((right) => (right ? "---:" : ":---"))), ...cells.map(line)].join("\n");
}

/** A table in columns of equal width, for terminals. */
export function toPlainText({ columns, cells, numeric }: TextCells): string {
  const widths = columns.map((name, index) => Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const pad = (text: string, index: number) =>
    numeric[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0);
  return [columns, ...cells].map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
