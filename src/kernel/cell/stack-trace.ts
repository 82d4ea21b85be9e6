/** @file Stack traces in the lines and columns of the TypeScript that people wrote. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { remember } from "./recent.ts";
import { withStopChecks } from "./stops.ts";
import { SourceError, transpile } from "./transpile.ts";

interface CellSource {
  readonly name: string;
  readonly source: string;
  /** Source map, JSON text: JavaScript -> TypeScript. */
  readonly transpiledMap: string;
  /** Source map, JSON text: what runs -> JavaScript; made only for a cell that fails. */
  readonly rewrittenMap: () => string;
}

/** A place in a text: line and column count from 1, as people count. */
interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Traceback {
  readonly ename: string;
  readonly evalue: string;
  /** Lines to print, with ANSI colours. */
  readonly traceback: readonly string[];
}

const cells = new Map<string, CellSource>();

/** Keeps what is needed to map the frames of a cell. */
export function recordCell(cell: CellSource): void {
  remember(cells, cell.name, cell);
}

/**
 * A thrown value as people should see it: name, message, frames of cells and of local files, causes.
 *
 * @param thrown any value
 * @param inspect text of a value that is not an Error
 */
export function traceback(thrown: unknown, inspect: (value: unknown) => string): Traceback {
  try {
    return tracebackOf(thrown, inspect);
  } catch {
    const evalue = "a value whose own code fails when it is looked at"; // a revoked proxy, a getter that throws
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
}

function tracebackOf(thrown: unknown, inspect: (value: unknown) => string): Traceback {
  if (!isError(thrown)) {
    const evalue = inspect(thrown);
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
  const lines = [...describe(thrown)];
  const seen = new Set<unknown>([thrown]);
  let { cause } = thrown;
  while (cause !== undefined && !seen.has(cause)) {
    seen.add(cause);
    lines.push("", "Caused by:", ...(isError(cause) ? describe(cause) : [inspect(cause)]));
    cause = isError(cause) ? cause.cause : undefined;
  }
  return { ename: String(thrown.name), evalue: plain(String(thrown.message)), traceback: lines };
}

function* describe(error: Error): Generator<string> {
  yield `${red(String(error.name))}: ${plain(String(error.message))}`;
  if (error instanceof SourceError) {
    if (error.excerpt !== "") yield error.excerpt;
    return;
  }
  const frames = stackFrames(error);
  for (const frame of frames)
    yield `    at ${frame.name === "" ? "" : `${frame.name} `}(${frame.place.file}:${frame.place.line}:${frame.place.column})`;
  const place = frames.find((frame) => cells.has(frame.place.file))?.place;
  if (place !== undefined) yield* excerpt(place);
}

interface Frame {
  readonly name: string;
  readonly place: Place;
}

const FRAME = /^\s+at (?:(?<name>.*?) )?\(?(?<file>(?:file:|\/|In\[)[^()]*?):(?<line>\d+):(?<column>\d+)\)?$/;

function stackFrames(error: Error): Frame[] {
  const frames: Frame[] = [];
  for (const text of String(error.stack ?? "").split("\n")) {
    const groups = FRAME.exec(text)?.groups;
    if (groups === undefined) continue;
    const file = String(groups.file);
    const place = original({ file, line: Number(groups.line), column: Number(groups.column) });
    if (place !== undefined) frames.push({ name: nameOf(groups.name), place });
  }
  return frames;
}

/** What V8 calls a function, where that says something: not what `this` was in one without a name, such as a timer's callback. */
function nameOf(called = ""): string {
  return /^async$|(^|\.)<anonymous>$/.test(called) ? "" : called;
}

/**
 * A text with stack frames in it, as `console.error(error)` prints it, in the lines and columns of the TypeScript; the
 * kernel's own frames are left out.
 */
export function withMappedFrames(text: string): string {
  if (!text.includes("\n    at ")) return text;
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const [, frame = "", opened = ""] = /^(.*?)( \{)?$/.exec(line) ?? []; // the error's own properties follow in braces
    const groups = FRAME.exec(frame)?.groups;
    const file = String(groups?.file);
    if (groups === undefined) lines.push(line);
    else if (file.includes(ownDirectory)) lines.push(`${lines.pop() ?? ""}${opened}`);
    else {
      const at = { file, line: Number(groups.line), column: Number(groups.column) };
      const place = original(at) ?? at;
      const name = groups.name === undefined ? "" : `${groups.name} `;
      lines.push(`${/^\s+/.exec(line)?.[0] ?? ""}at ${name}(${place.file}:${place.line}:${place.column})${opened}`);
    }
  }
  return lines.join("\n");
}

/** Where a frame stands in what its author wrote; undefined for frames that are nobody's business. */
function original(place: Place): Place | undefined {
  const cell = cells.get(place.file);
  if (cell !== undefined) {
    const between = mapped(place, cell.rewrittenMap());
    return between && mapped(between, cell.transpiledMap);
  }
  const path = place.file.startsWith("file:") ? fileURLToPath(new URL(place.file)) : place.file;
  if (path.includes("/node_modules/") || path.startsWith(ownDirectory)) return undefined;
  if (!/\.m?tsx?$/.test(path)) return { ...place, file: path };
  try {
    const { code, map } = transpile(readFileSync(path, "utf8"), path);
    const between = mapped({ ...place, file: path }, withStopChecks(code).map());
    return between && mapped(between, map);
  } catch {
    return { ...place, file: path }; // deleted or edited since: its JavaScript line is the best there is
  }
}

const ownDirectory = fileURLToPath(new URL("..", import.meta.url));

function mapped(place: Place, map: string): Place | undefined {
  const { line, column } = originalPositionFor(new TraceMap(map), { line: place.line, column: place.column - 1 });
  return line === null ? undefined : { file: place.file, line, column: column + 1 };
}

/** Longer lines of source are cut around the column. */
const LINE_WIDTH = 110;

function* excerpt({ file, line, column }: Place): Generator<string> {
  const lines = cells.get(file)?.source.split("\n") ?? [];
  const width = String(line + 1).length;
  const from = Math.max(0, column - Math.round(LINE_WIDTH / 2));
  const start = (lines[line - 1] ?? "").length > LINE_WIDTH ? from : 0;
  const cut = (text: string): string => text.slice(start, start + LINE_WIDTH);
  for (let at = Math.max(1, line - 1); at <= Math.min(lines.length, line + 1); at++) {
    yield `${at === line ? red(">") : " "} ${String(at).padStart(width)} | ${cut(lines[at - 1] ?? "")}`;
    if (at === line) yield `  ${" ".repeat(width)} | ${" ".repeat(column - 1 - start)}${red("^")}`;
  }
}

/** V8 names each part of the conditional that stands for an await (`stops.ts`); one is the name of the await itself. */
function plain(message: string): string {
  return message.replaceAll(/(?:\(intermediate value\)){3}/g, "(intermediate value)");
}

function isError(value: unknown): value is Error {
  return (
    value instanceof Error || (typeof value === "object" && value !== null && "stack" in value && "message" in value)
  );
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[39m`;
}
