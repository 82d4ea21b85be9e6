/** @file The text of an executed notebook's file, as nbformat writes it. */
import { isObject, type JsonObject, jupyterJson } from "../json-text.ts";
import type { Notebook } from "./notebook.ts";
import { joinLines, type Output } from "./outputs.ts";

/** What a run leaves in one code cell. */
export interface CellResult {
  readonly outputs: readonly Output[];
  readonly executionCount: number | null;
}

/**
 * A notebook file with the outputs of a run in place of those it had.
 *
 * @param notebook as it was read; fields this program does not know stay
 * @param results cell id -> what the run left in it; a code cell without an entry did not run and has no output
 * @param added to the notebook's metadata, such as the kernel's `language_info`; what is undefined is left out
 * @returns text with sorted keys, indent 1, sources and texts as lists of lines
 * @source nbformat 5.11, v4/rwbase.py (split_lines)
 */
export function notebookText(notebook: Notebook, results: ReadonlyMap<string, CellResult>, added: JsonObject): string {
  const { document } = notebook;
  const rawCells = document.cells as JsonObject[];
  // before 4.5 a cell has no id; a file that has them all the same is written in the format that knows them
  const minor = rawCells.some((raw) => "id" in raw) ? 5 : document.nbformat_minor;
  const cells = notebook.cells.map((cell, index) => {
    const raw: JsonObject = { metadata: {}, ...rawCells[index], source: splitLines(cell.source) };
    if (minor === 5) raw.id = cell.id;
    if (isObject(raw.attachments)) raw.attachments = mapValues(raw.attachments, splitBundle);
    if (cell.type !== "code") return raw;
    const { outputs = [], executionCount = null } = results.get(cell.id) ?? {};
    return { ...raw, outputs: outputs.map(outputForFile), execution_count: executionCount };
  });
  const known = Object.entries(added).filter(([, value]) => value !== undefined);
  const metadata = { ...(document.metadata as JsonObject), ...Object.fromEntries(known) };
  return jupyterJson({ ...document, nbformat_minor: minor, metadata, cells });
}

function outputForFile(output: Output): JsonObject {
  switch (output.output_type) {
    case "stream":
      return { ...output, text: splitLines(output.text) };
    case "error":
      return { ...output };
    default:
      return { ...output, data: splitBundle(output.data) };
  }
}

/** Formats whose text a file holds as a list of lines, for the sake of line-based diffs. */
function splitBundle(bundle: unknown): unknown {
  if (!isObject(bundle)) return bundle;
  return mapValues(bundle, (value, type) => {
    const isText = type.startsWith("text/") || type === "application/javascript" || type === "image/svg+xml";
    const text = isText ? joinLines(value) : undefined;
    return text === undefined ? value : splitLines(text);
  });
}

/** Python's str.splitlines(keepends=True). */
function splitLines(text: string): string[] {
  return text === "" ? [] : text.split(AFTER_LINE_END);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends lines at the separators U+001C to U+001E too
const AFTER_LINE_END = /(?<=\n|\r(?!\n)|[\v\f\u001c-\u001e\u0085\u2028\u2029])/;

function mapValues(object: JsonObject, map: (value: unknown, key: string) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value, key)]));
}
