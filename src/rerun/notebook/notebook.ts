/** @file Reading a notebook file, https://nbformat.readthedocs.io/en/latest/format_description.html (version 4.0 to 4.5). */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import {
  isDeep,
  isObject,
  type JsonObject,
  MOST_LEVELS,
  parseJson,
  parseKeepingNumbers,
  textOf,
} from "../json-text.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { joinLines, type Output, readOutputs } from "./outputs.ts";

export interface Notebook {
  /** The path it was asked for by. */
  readonly path: string;
  /** The file's name, for messages. */
  readonly name: string;
  /** Undefined when the file names neither a kernel nor Python. */
  readonly kernelName: string | undefined;
  readonly cells: readonly Cell[];
  /** The file's JSON but for outputs, numbers as they were written: what this program does not know is kept. */
  readonly document: JsonObject;
}

export interface Cell {
  /** The cell's id; made from its place when the file gives none. */
  readonly id: string;
  readonly type: "code" | "markdown" | "raw";
  readonly source: string;
  readonly tags: readonly string[];
  /** Place among the code cells that run, from 1: the number Jupyter shows after a clean run. */
  readonly number: number | undefined;
  readonly attachments: JsonObject;
  /** What the file holds of an earlier run. */
  readonly savedOutputs: readonly Output[];
}

/**
 * Reads and checks a notebook file.
 *
 * @param path path of an .ipynb file
 * @returns the notebook; or one line that names the file, the place, and what to do
 */
export function readNotebook(path: string): Outcome<Notebook> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return failure(`${path}: ${fileProblem(error)}`);
  }
  return parseNotebook(path, text);
}

/**
 * Checks the text of a notebook file.
 *
 * @param path path that messages name
 * @param text the whole file
 * @returns the notebook; or one line that names the file, the place, and what to do
 */
export function parseNotebook(path: string, text: string): Outcome<Notebook> {
  const parsed = parseJson(text);
  if (!parsed.ok) return failure(`${path}, ${parsed.reason} (hint: ${mendingHint(text)})`);
  const document = parsed.value;
  if (isDeep(document))
    return failure(`${path}: values are nested more than ${MOST_LEVELS} deep (hint: restore the file)`);
  if (!isObject(document)) return failure(`${path}: a notebook is a JSON object, got ${kindOf(document)}`);
  const problem = formatProblem(document);
  if (problem !== undefined) return failure(`${path}: ${problem}`);
  const cells = readCells(document.cells as unknown[], document.nbformat_minor === 5);
  if (!cells.ok) return failure(`${path}, ${cells.reason}`);
  const kept = documentForFile(text);
  return success({
    path,
    name: basename(path),
    kernelName: kernelNameIn(document),
    cells: cells.value,
    document: kept,
  });
}

/** What of a file is written again: all but the outputs. */
function documentForFile(text: string): JsonObject {
  const document = parseKeepingNumbers(text) as JsonObject;
  for (const cell of document.cells as JsonObject[]) if (cell.cell_type === "code") delete cell.outputs;
  return document;
}

/** What to do with a text that is no JSON. */
function mendingHint(text: string): string {
  if (text.startsWith("version https://git-lfs")) return "this is a pointer of Git LFS: git lfs pull";
  if (/^(?:<{7}|>{7}) /m.test(text)) return "the file has marks of a merge: settle it, by nbdime for example";
  if (/[:[,\s](?:-?Infinity|NaN)[\s,\]}]/.test(text))
    return "JSON has no NaN and no infinity: run the notebook again, or put null there";
  return "restore the file, or mend it at that place";
}

/** Why a file could not be read or written, for people. */
export function fileProblem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return "there is no such file (hint: check the path and the current directory)";
  if (code === "EISDIR") return "this is a directory (hint: name a file in it)";
  if (code === "EACCES" || code === "EPERM") return "permission denied (hint: check who owns the file)";
  if (code === "ENOSPC") return "no space left on the disk";
  return message;
}

function formatProblem(document: JsonObject): string | undefined {
  const { nbformat, nbformat_minor: minor, cells } = document;
  if (!("nbformat" in document)) return 'this is no notebook: "nbformat" is missing';
  if (nbformat !== 4) {
    return `nbformat is ${JSON.stringify(nbformat)}, only 4 is read (hint: open and save it with a current Jupyter)`;
  }
  if (typeof minor !== "number" || !Number.isInteger(minor) || minor < 0 || minor > 5) {
    return `nbformat_minor is ${JSON.stringify(minor)}, an integer from 0 to 5 is read (hint: save it as format 4.5)`;
  }
  if (!("cells" in document)) return '"cells" is missing (hint: restore the file)';
  if (!Array.isArray(cells)) return `"cells" is a list, got ${kindOf(cells)} (hint: restore the file)`;
  if (!isObject(document.metadata)) return `"metadata" is an object, got ${kindOf(document.metadata)}`;
  return undefined;
}

/** A notebook may name its language alone: Jupyter's own name for a Python kernel is then meant. */
function kernelNameIn({ metadata }: JsonObject): string | undefined {
  const { kernelspec, language_info } = metadata as JsonObject;
  if (isObject(kernelspec) && typeof kernelspec.name === "string") return kernelspec.name;
  return isObject(language_info) && language_info.name === "python" ? "python3" : undefined;
}

/** @param hasIds whether the file's format knows ids; what an older one holds under that name is used where it serves as one */
function readCells(raw: readonly unknown[], hasIds: boolean): Outcome<Cell[]> {
  const cells: Cell[] = [];
  const ids = new Set<unknown>();
  const taken = new Set(raw.map((cell) => (isObject(cell) ? cell.id : undefined)));
  let codeCells = 0;
  for (const [index, entry] of raw.entries()) {
    const place = `cells[${index}]`;
    const problem = cellProblem(entry);
    if (problem !== undefined) return failure(`${place}: ${problem}`);
    const { cell_type, source, metadata, attachments, outputs, id: own } = entry as JsonObject;
    const wrong = idProblem(own, ids);
    if (wrong !== undefined && hasIds) return failure(`${place}: ${wrong}`);
    const id = own === undefined || wrong !== undefined ? freeId(index, taken) : own;
    ids.add(id);
    const text = joinLines(source) ?? "";
    const tags = tagsOf(metadata, text);
    const runs = cell_type === "code" && text.trim() !== "" && !tags.includes(SKIPPED);
    cells.push({
      id: id as string,
      type: cell_type as Cell["type"],
      source: text,
      tags,
      number: runs ? ++codeCells : undefined,
      attachments: isObject(attachments) ? attachments : {},
      savedOutputs: cell_type === "code" ? readOutputs(outputs) : [],
    });
  }
  return success(cells);
}

/** Tag of a cell that is not run, as nbclient and nbmake know it. */
const SKIPPED = "skip-execution";

/** Tag of a cell after whose failure the run goes on. */
export const MAY_FAIL = "raises-exception";

/** What nbval calls the same, by tags or by a line of its own in the cell. */
const OF_NBVAL: Readonly<Record<string, string>> = {
  "nbval-skip": SKIPPED,
  "nbval-raises-exception": MAY_FAIL,
  "nbval-ignore-output": "tells-time",
};

function tagsOf(metadata: unknown, source: string): string[] {
  const own = isObject(metadata) && Array.isArray(metadata.tags) ? metadata.tags.map(textOf) : [];
  const lines = source.matchAll(/^[ \t]*(?:#|\/\/)[ \t]*(NBVAL_(?:SKIP|RAISES_EXCEPTION|IGNORE_OUTPUT))\b/gm);
  const said = Array.from(lines, ([, word = ""]) => word.toLowerCase().replaceAll("_", "-"));
  return [...own, ...said].map((tag) => OF_NBVAL[tag] ?? tag);
}

function cellProblem(cell: unknown): string | undefined {
  if (!isObject(cell)) return `a cell is an object, got ${kindOf(cell)}`;
  const { cell_type, source } = cell;
  if (cell_type !== "code" && cell_type !== "markdown" && cell_type !== "raw") {
    return `"cell_type" is code, markdown or raw, got ${JSON.stringify(cell_type) ?? "none"}`;
  }
  if (!("source" in cell)) return 'the cell has no "source" (hint: give it one, or remove the cell)';
  if (joinLines(source) === undefined) return `"source" is text or a list of lines, got ${kindOf(source)}`;
  return undefined;
}

function idProblem(id: unknown, ids: ReadonlySet<unknown>): string | undefined {
  if (id !== undefined && (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id))) {
    return `"id" is 1 to 64 letters, digits, - or _, got ${JSON.stringify(id)}`;
  }
  return ids.has(id) ? `the id ${JSON.stringify(id)} is taken by an earlier cell` : undefined;
}

/** An id for a cell of an older format: its place, which stays the same from run to run. */
function freeId(index: number, taken: ReadonlySet<unknown>): string {
  let id = `cell-${index + 1}`;
  while (taken.has(id)) id += "-";
  return id;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
