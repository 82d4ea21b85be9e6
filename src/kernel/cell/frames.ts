/** @file Frames of the stack in the lines and columns that their authors wrote, without the kernel's own. */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { type EncodedSourceMap, encodedMap, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { withIntrinsics } from "./intrinsics.ts";
import { localJavaScript, localModule } from "./local-module.ts";
import { isInstalled, isVersioned, withoutVersion } from "./module-version.ts";
import { plainError, plainMessage } from "./plain-errors.ts";
import { remember } from "./recent.ts";

/** A cell that ran, with what is needed to map its frames. */
export interface CellSource {
  readonly name: string;
  /** Its text as it was sent. */
  readonly code: string;
  /** The text that positions count in: that one, or with what makes it readable. */
  readonly source: string;
  /** Source map, JSON text: JavaScript -> TypeScript. */
  readonly transpiledMap: string;
  /** Source map, JSON text: what runs -> JavaScript; made only for a cell that fails. */
  readonly rewrittenMap: () => string;
}

/** A place in a text: line and column count from 1, as people count. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Frame {
  /** What V8 calls the function; empty where that says nothing. */
  readonly name: string;
  readonly place: Place;
}

/** Maps from what runs to what was written, in the order in which they are gone through. */
type Maps = readonly TraceMap[];

const cells = new Map<string, CellSource & { maps?: Maps }>();
const files = new Map<string, { readonly changed: number; readonly maps: Maps }>();

/** Keeps what is needed to map the frames of a cell. */
export function recordCell(cell: CellSource): void {
  remember(cells, cell.name, { ...cell });
}

/** The text of a cell that ran. */
export function cellSource(name: string): string | undefined {
  return cells.get(name)?.source;
}

/** What a script was made from. */
export interface Origin {
  /** The name of a cell, or the path of a file. */
  readonly file: string;
  /** Text of a cell, as it was sent. */
  readonly code?: string;
}

/**
 * What a script was made from.
 *
 * @param address by which V8 knows it
 * @returns undefined for Node's own, the kernel's, and what has no address
 */
export function originOf(address: string): Origin | undefined {
  if (address === "" || address.startsWith("node:") || isOwn(address)) return undefined;
  const cell = cells.get(address);
  if (cell !== undefined) return { file: address, code: cell.code };
  const file = pathOf(address);
  return isAbsolute(file) ? { file } : undefined;
}

/** Source maps from a script to what its author wrote, in the order in which they are gone through. */
export function sourceMapsOf(address: string): EncodedSourceMap[] {
  return mapsOf(pathOf(address), address).map((map) => encodedMap(map));
}

/** The frames of errors whose stack was asked for, from the innermost. */
const prepared = new WeakMap<object, readonly Frame[]>();

/** From now on `error.stack` of this thread tells what its authors wrote. */
export function installStacks(): void {
  Error.prepareStackTrace = (error, sites) => withIntrinsics(() => stackOf(error, sites));
}

/**
 * The frames of an error, innermost first, without the kernel's.
 *
 * @param error an object with a stack
 */
export function framesOf(error: { readonly stack?: unknown }): readonly Frame[] {
  const stack = String(error.stack ?? ""); // what is made of it is kept
  return prepared.get(error) ?? framesIn(stack);
}

function stackOf(error: object, sites: readonly NodeJS.CallSite[]): string {
  const frames: Frame[] = [];
  const lines: string[] = [];
  let last = 0; // lines up to the outermost frame that is not Node's: what calls it there says nothing
  for (const site of sites) {
    const file = site.getFileName() ?? "";
    if (isOwn(file)) continue;
    const at = { file, line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0 };
    const frame = file === "" ? undefined : { name: nameOf(String(site), at), place: original(at) };
    lines.push(frame === undefined ? `    at ${String(site)}` : frameLine(frame));
    if (frame === undefined || file.startsWith("node:")) continue;
    frames.push(frame);
    last = lines.length;
  }
  prepared.set(error, frames);
  plainError(error);
  return [header(error), ...(last === 0 ? lines : lines.slice(0, last))].join("\n");
}

/** As Node writes it: an error of its own has its code beside its name. */
function header(error: object): string {
  const code = types.isNativeError(error) ? Object.getOwnPropertyDescriptor(error, "code")?.value : undefined;
  const text = plainMessage(Error.prototype.toString.call(error));
  return /^ERR_\w+$/.test(String(code)) ? text.replace(/^\w*Error(?=:|$)/, `$& [${code}]`) : text;
}

/** A line of a stack, as it is printed. */
export function frameLine({ name, place: { file, line, column } }: Frame): string {
  return `    at ${name === "" ? "" : `${name} `}(${file}:${line}:${column})`;
}

/** What V8 calls a function, where that says something: not what `this` was in one without a name, such as a timer's callback. */
function nameOf(site: string, { file, line, column }: Place): string {
  const called = site
    .replace(`${file}:${line}:${column}`, "")
    .replace(/ ?\(\)$/, "")
    .trim();
  return /^async$|(^|\.)<anonymous>$/.test(called) ? "" : called;
}

const FRAME = /^\s+at (?:(?<name>.+?) \()?(?<file>(?:file:|\/|In\[|[A-Z]:\\).*?):(?<line>\d+):(?<column>\d+)\)?$/;

/** The frames in a stack that someone else has made into text. */
function framesIn(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const text of stack.split("\n")) {
    const groups = FRAME.exec(text)?.groups;
    if (groups === undefined || isOwn(String(groups.file))) continue;
    const { name = "", file = "", line, column } = groups;
    frames.push({ name, place: { file: pathOf(file), line: Number(line), column: Number(column) } });
  }
  return frames;
}

const ownAddress = new URL("..", import.meta.url).href;
const ownDirectory = fileURLToPath(ownAddress);

function isOwn(file: string): boolean {
  return file.startsWith(ownAddress) || file.startsWith(ownDirectory);
}

/** Where a frame stands in what its author wrote. */
function original(place: Place): Place {
  const path = pathOf(place.file);
  const start = { ...place, file: path };
  let at: Place | undefined = start;
  for (const map of mapsOf(path, place.file)) at = at && mapped(at, map);
  return at ?? start;
}

function pathOf(file: string): string {
  const plain = withoutVersion(file);
  return plain.startsWith("file:") ? fileURLToPath(new URL(plain)) : plain;
}

function mapsOf(file: string, address: string): Maps {
  const cell = cells.get(file);
  if (cell !== undefined) {
    cell.maps ??= [cell.rewrittenMap(), cell.transpiledMap].map((map) => new TraceMap(map));
    return cell.maps;
  }
  if (isInstalled(file)) return [];
  return /\.[cm]?tsx?$/.test(file) || (/\.m?js$/.test(file) && isVersioned(address)) ? mapsOfFile(file) : [];
}

function mapsOfFile(file: string): Maps {
  try {
    const changed = statSync(file).mtimeMs;
    const before = files.get(file);
    if (before?.changed === changed) return before.maps;
    const source = readFileSync(file, "utf8");
    const { map, transpiledMap } = file.endsWith("js") ? localJavaScript(source, file) : localModule(source, file);
    const maps = [map(), transpiledMap].flatMap((text) => (text === undefined ? [] : new TraceMap(text)));
    files.set(file, { changed, maps });
    return maps;
  } catch {
    return []; // deleted or edited since: its JavaScript line is the best there is
  }
}

function mapped(place: Place, map: TraceMap): Place | undefined {
  const { line, column } = originalPositionFor(map, { line: place.line, column: place.column - 1 });
  return line === null ? undefined : { file: place.file, line, column: column + 1 };
}
