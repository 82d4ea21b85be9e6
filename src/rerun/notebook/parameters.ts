/** @file Values given to a notebook from outside, in a cell of their own, as papermill injects them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { isDeep, isObject, type JsonObject } from "../json-text.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { type Cell, fileProblem, type Notebook } from "./notebook.ts";

/** Name of a variable -> a JSON value, NaN and the infinities included. */
export type Parameters = Readonly<Record<string, unknown>>;

const TAG = "parameters";
/** Papermill's tag and our cell's id. */
const INJECTED = "injected-parameters";

/**
 * The parameters of a file.
 *
 * @param path of a YAML or JSON file that maps names to values
 */
export function readParameters(path: string): Outcome<Parameters> {
  try {
    const values: unknown = parse(readFileSync(path, "utf8")) ?? {};
    if (!isObject(values) || isDeep(values)) return failure(`${path}: parameters are a map of names to values`);
    return success(values);
  } catch (error) {
    return failure(`${path}: ${fileProblem(error).split("\n", 1)[0]}`);
  }
}

/**
 * The value that a word of the command line stands for.
 *
 * @source papermill 2.7, cli.py (_resolve_type): True, False, None, whole and other numbers, else text
 * @example parameterFrom("3") // => 3
 */
export function parameterFrom(word: string): unknown {
  if (/^true$/i.test(word)) return true;
  if (/^false$/i.test(word)) return false;
  if (/^(?:none|null)$/i.test(word)) return null;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) ? Number(word) : word;
}

/**
 * A notebook with a cell that sets the parameters: after the first cell with the tag "parameters", else at the top; in
 * place of one that an earlier run injected.
 *
 * @param language of the kernel, as its kernel.json or the notebook names it
 * @returns the notebook itself when there are no parameters; or why none can be set
 */
export function withParameters(notebook: Notebook, parameters: Parameters, language: string): Outcome<Notebook> {
  const entries = Object.entries(parameters);
  if (entries.length === 0) return success(notebook);
  const wrong = entries.find(([name]) => !/^[\p{L}_][\p{L}\d_]*$/u.test(name));
  if (wrong !== undefined) return failure(`"${wrong[0]}" is no name of a variable`);
  const write = /^python/i.test(language)
    ? pythonLine
    : /^(?:type|java)script/i.test(language)
      ? scriptLine
      : undefined;
  if (write === undefined)
    return failure(`parameters are set in Python, TypeScript and JavaScript, not in ${language}`);
  const source = [/^python/i.test(language) ? "# Parameters" : "// Parameters", ...entries.map(write)].join("\n");

  const kept = notebook.cells.filter(({ tags, id }) => !tags.includes(INJECTED) && id !== INJECTED);
  const raw = notebook.document.cells as JsonObject[];
  const rawOf = (cell: Cell) => raw[notebook.cells.indexOf(cell)] ?? {};
  const at = kept.findIndex(({ tags }) => tags.includes(TAG)) + 1;
  const cell: Cell = {
    id: INJECTED,
    type: "code",
    source,
    tags: [INJECTED],
    number: 0,
    attachments: {},
    savedOutputs: [],
  };
  let number = 0;
  const cells = [...kept.slice(0, at), cell, ...kept.slice(at)].map((one) => {
    return one.number === undefined ? one : { ...one, number: ++number };
  });
  const own = {
    cell_type: "code",
    id: INJECTED,
    metadata: { tags: [INJECTED] },
    source,
    outputs: [],
    execution_count: null,
  };
  const rawCells = [...kept.slice(0, at).map(rawOf), own, ...kept.slice(at).map(rawOf)];
  return success({ ...notebook, cells, document: { ...notebook.document, cells: rawCells } });
}

function pythonLine([name, value]: [string, unknown]): string {
  return `${name} = ${python(value)}`;
}

function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number" && !Number.isFinite(value)) return `float('${value}')`;
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${python(item)}`)
    .join(", ")}}`;
}

function scriptLine([name, value]: [string, unknown]): string {
  return `let ${name} = ${script(value)};`;
}

function script(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(script).join(", ")}]`;
  if (typeof value === "number") return String(value);
  if (!isObject(value)) return JSON.stringify(value ?? null);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${script(item)}`)
    .join(", ")} }`;
}
