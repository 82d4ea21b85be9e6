/** @file When a local TypeScript file, or anything local that it imports, last changed: an edited file gets a new address. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { parseSync } from "oxc-parser";

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", ".mjs", "/index.ts", "/index.js"];

/** True for the files this kernel transpiles itself. */
export function isTypeScript(path: string): boolean {
  return [".ts", ".tsx", ".mts"].includes(extname(path));
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

const imports = new Map<string, { readonly changed: number; readonly paths: readonly string[] }>();

/**
 * Time of the last change of a file and of all local TypeScript it imports, directly or not.
 *
 * @param path absolute path of an existing file
 * @returns milliseconds since 1970
 */
export function lastChange(path: string, seen: Set<string> = new Set()): number {
  seen.add(path);
  const changed = statSync(path).mtimeMs;
  let latest = changed;
  for (const imported of localImports(path, changed)) {
    if (!seen.has(imported)) latest = Math.max(latest, lastChange(imported, seen));
  }
  return latest;
}

function localImports(path: string, changed: number): readonly string[] {
  const known = imports.get(path);
  if (known?.changed === changed) return known.paths;
  const { staticImports, staticExports } = parseSync(path, readFileSync(path, "utf8")).module;
  const specifiers = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest?.value)),
  ];
  const paths = specifiers
    .filter((specifier) => specifier?.startsWith("."))
    .map((specifier) => localFile(resolve(dirname(path), specifier as string)))
    .filter((file) => file !== undefined && isTypeScript(file)) as string[];
  imports.set(path, { changed, paths: [...new Set(paths)] });
  return imports.get(path)?.paths ?? [];
}
