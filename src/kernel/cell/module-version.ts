/** @file When a local file, or anything local that it imports, last changed: an edited file gets a new address. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseSync } from "oxc-parser";

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js"];

/** True for the files this kernel transpiles itself. */
export function isTypeScript(path: string): boolean {
  return [".ts", ".tsx", ".mts"].includes(extname(path));
}

/**
 * True for files that may be loaded again: TypeScript, and JSON and JavaScript modules that no package manager has
 * installed. A CommonJS file is loaded once by Node, whatever its address.
 *
 * @param path absolute path of an existing file
 */
export function isReloadable(path: string): boolean {
  if (isTypeScript(path)) return true;
  if (/[\\/]node_modules[\\/]/.test(path)) return false;
  const ending = extname(path);
  return ending === ".json" || ending === ".mjs" || (ending === ".js" && parsed(path).isModule);
}

/**
 * The file that an import of a local path means: with its ending or without, a folder's index, or the TypeScript source
 * behind a `.js` name.
 *
 * @param path absolute path as imported
 * @returns the path of an existing file, undefined when there is none
 */
export function localFile(path: string): string | undefined {
  const candidates = ENDINGS.map((ending) => path + ending);
  if (/\.m?js$/.test(path)) candidates.push(path.replace(/js$/, "ts"));
  return candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

/**
 * Time of the last change of a file and of all reloadable files it imports, directly or not.
 *
 * @param path absolute path of an existing file
 * @returns milliseconds since 1970
 */
export function lastChange(path: string, seen: Set<string> = new Set()): number {
  seen.add(path);
  const file = parsed(path);
  let latest = file.changed;
  for (const imported of localImports(path, file)) {
    if (!seen.has(imported)) latest = Math.max(latest, lastChange(imported, seen));
  }
  return latest;
}

function localImports(path: string, file: Parsed): readonly string[] {
  file.imports ??= file.specifiers
    .map((specifier) => localFile(resolve(dirname(path), specifier)))
    .filter((found) => found !== undefined && isReloadable(found)) as string[];
  return file.imports;
}

const VERSION = "?changed=";

/** The address under which a file is loaded: another one after each edit of it, or of what it imports. */
export function versionedAddress(path: string): string {
  return `${pathToFileURL(path).href}${VERSION}${lastChange(path)}`;
}

/** True for the address of a file that is loaded again when it is edited. */
export function isVersioned(url: string): boolean {
  return url.includes(VERSION);
}

/** What a file says of modules. */
interface Parsed {
  readonly changed: number;
  readonly isModule: boolean;
  /** Relative ones of its static imports and exports. */
  readonly specifiers: readonly string[];
  /** Reloadable files that those lead to, once someone has asked. */
  imports?: readonly string[];
}

const known = new Map<string, Parsed>();

function parsed(path: string): Parsed {
  const changed = statSync(path).mtimeMs;
  const before = known.get(path);
  if (before?.changed === changed) return before;
  const source = extname(path) === ".json" ? "" : readFileSync(path, "utf8"); // data import nothing
  const { hasModuleSyntax, staticImports, staticExports } = parseSync(path, source).module;
  const specifiers = new Set([
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
  ]);
  const relative = [...specifiers].filter((specifier) => specifier?.startsWith(".")) as string[];
  const now = { changed, isModule: hasModuleSyntax, specifiers: relative };
  known.set(path, now);
  return now;
}
