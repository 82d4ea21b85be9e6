/** @file A thrown value as people should see it: its message, where it came from, and all that it says beside that. */
import { types } from "node:util";
import { cellSource, type Frame, frameLine, framesOf, type Place } from "./frames.ts";
import { runtimeHint } from "./hints.ts";
import { isInstalled } from "./module-version.ts";
import { plainMessage } from "./plain-errors.ts";
import { SourceError } from "./source-error.ts";

interface Traceback {
  readonly ename: string;
  readonly evalue: string;
  /** Lines to print, with ANSI colours. */
  readonly traceback: readonly string[];
}

/**
 * A thrown value as people should see it: name, message, frames, own properties, causes and gathered errors.
 *
 * @param thrown any value
 * @param inspect text of a value that is not an Error
 * @param isFull with the frames of Node and of packages, and with all gathered errors
 */
export function traceback(thrown: unknown, inspect: (value: unknown) => string, isFull = false): Traceback {
  try {
    return tracebackOf(thrown, { inspect, isFull });
  } catch {
    const evalue = "a value whose own code fails when it is looked at"; // a revoked proxy, a getter that throws
    return { ename: "Thrown", evalue, traceback: [`${red("Thrown")}: ${evalue}`] };
  }
}

interface Style {
  readonly inspect: (value: unknown) => string;
  readonly isFull: boolean;
}

function tracebackOf(thrown: unknown, style: Style): Traceback {
  const lines = describe(thrown, style, new Set());
  if (!isError(thrown)) return { ename: "Thrown", evalue: style.inspect(thrown), traceback: lines };
  return { ename: String(thrown.name), evalue: messageOf(thrown), traceback: lines };
}

/** Of the errors that one gathers, so many are described. */
const GATHERED = 10;

function describe(thrown: unknown, style: Style, seen: Set<unknown>): string[] {
  const { inspect, isFull } = style;
  seen.add(thrown);
  if (!isError(thrown)) return [`${red("Thrown")}: ${inspect(thrown)}`];
  const lines = [...describeAlone(thrown, isFull)];
  const own = ownProperties(thrown);
  if (own !== undefined) lines.push(inspect(own));
  const gathered = thrown instanceof AggregateError && Array.isArray(thrown.errors) ? thrown.errors : [];
  for (const [at, error] of gathered.slice(0, isFull ? gathered.length : GATHERED).entries()) {
    if (seen.has(error)) continue;
    lines.push("", `Error ${at + 1} of ${gathered.length}:`, ...describe(error, style, seen));
  }
  const { cause } = thrown;
  if (cause !== undefined && !seen.has(cause)) {
    lines.push("", "Caused by:", ...(isError(cause) ? describe(cause, style, seen) : [inspect(cause)]));
  }
  return lines;
}

function* describeAlone(error: Error, isFull: boolean): Generator<string> {
  yield `${red(String(error.name))}: ${messageOf(error)}`;
  if (error instanceof SourceError) {
    if (error.excerpt !== "") yield error.excerpt;
    return;
  }
  const frames = framesOf(error);
  yield* isFull ? stackLines(error) : shownFrames(frames).map(frameLine);
  const place = frames.find((frame) => cellSource(frame.place.file) !== undefined)?.place;
  if (place !== undefined) yield* excerpt(place);
}

/** All frames, as the stack has them. */
function stackLines({ stack }: Error): string[] {
  return String(stack)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
}

/** Those of cells and of local files, and of packages the one that threw. */
function shownFrames(frames: readonly Frame[]): Frame[] {
  const ofPeople = frames.filter(({ place }) => !place.file.startsWith("node:"));
  return ofPeople.filter(({ place }, at) => at === 0 || !isInstalled(place.file));
}

function messageOf(error: Error): string {
  const message = plainMessage(String(error.message));
  const hint = error instanceof SourceError ? undefined : runtimeHint(error, thrownIn(error));
  return hint === undefined ? message : `${message} (hint: ${hint})`;
}

/** Text of the cell whose own code threw; undefined where it was another's. */
function thrownIn(error: Error): string | undefined {
  const [innermost] = framesOf(error);
  return innermost && cellSource(innermost.place.file);
}

/** Of a child process that has failed: its id is gone, another in each run, and `output` is its stdout and stderr again. */
const ENDED_PROCESS = ["status", "pid", "output"];

/** What someone has put on the error beside what all errors have; no getter is called. */
function ownProperties(error: Error): object | undefined {
  const known = new Set(["name", "message", "stack", "cause", "errors"]);
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(error));
  if (ENDED_PROCESS.every((name) => Object.hasOwn(error, name))) for (const name of ["pid", "output"]) known.add(name);
  const own = descriptors.filter(([name, { enumerable }]) => enumerable === true && !known.has(name));
  return own.length === 0 || error instanceof SourceError
    ? undefined
    : Object.defineProperties({}, Object.fromEntries(own));
}

/** Longer lines of source are cut around the column. */
const LINE_WIDTH = 110;

function* excerpt({ file, line, column }: Place): Generator<string> {
  const lines = cellSource(file)?.split("\n") ?? [];
  const width = String(line + 1).length;
  const from = Math.max(0, column - Math.round(LINE_WIDTH / 2));
  const start = (lines[line - 1] ?? "").length > LINE_WIDTH ? from : 0;
  const cut = (text: string): string => text.slice(start, start + LINE_WIDTH);
  for (let at = Math.max(1, line - 1); at <= Math.min(lines.length, line + 1); at++) {
    yield `${at === line ? red(">") : " "} ${String(at).padStart(width)} | ${cut(lines[at - 1] ?? "")}`;
    if (at === line) yield `  ${" ".repeat(width)} | ${" ".repeat(column - 1 - start)}${red("^")}`;
  }
}

function isError(value: unknown): value is Error {
  if (types.isProxy(value)) return false; // whatever is asked of it runs its code
  return (
    value instanceof Error || (typeof value === "object" && value !== null && "stack" in value && "message" in value)
  );
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[39m`;
}
