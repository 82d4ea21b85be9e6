/** @file What a local file, and all local files that it imports, hold: an edited file gets a new address. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "oxc-parser";
import { resolveFile } from "./resolver.ts";

/** This kernel's own files: there is one of each, however it is reached. */
const OWN = fileURLToPath(new URL("..", import.meta.url));

/** True for the files this kernel transpiles itself. */
export function isTypeScript(path: string): boolean {
  return [".ts", ".tsx", ".mts", ".cts"].includes(extname(path)) && !path.endsWith(".d.ts");
}

/** True for files that a package manager has installed, by their paths or addresses. */
export function isInstalled(path: string): boolean {
  return /[\\/]node_modules[\\/]/.test(path);
}

/**
 * True for files that may be loaded again: TypeScript, and JSON and JavaScript that no package manager has installed.
 *
 * @param path absolute path of an existing file, without symbolic links
 */
export function isReloadable(path: string): boolean {
  if (isTypeScript(path)) return true;
  if (isInstalled(path) || path.startsWith(OWN)) return false;
  return [".js", ".mjs", ".cjs", ".json"].includes(extname(path));
}

/**
 * True for a file whose exports are a value, not bindings: CommonJS, in JavaScript or TypeScript. JavaScript of a package
 * whose "type" is "module" never is.
 */
export function isCommonJs(path: string): boolean {
  if (extname(path) === ".js" && packageType(dirname(path)) === "module") return false;
  return [".js", ".cjs", ".ts", ".tsx", ".cts"].includes(extname(path)) && !lookAt(path).isModule;
}

/** True for what Node loads as an ES module whatever its text. */
function isModuleByName(path: string): boolean {
  return extname(path) === ".mjs" || (extname(path) === ".js" && packageType(dirname(path)) === "module");
}

/** What the nearest package.json says, https://nodejs.org/api/packages.html#type. */
function packageType(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { type?: unknown }).type;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return undefined; // Node says what is wrong with it
    return folder === dirname(folder) ? undefined : packageType(dirname(folder));
  }
}

/**
 * The content of a file and of all reloadable files that it imports, directly or not, as a short text.
 *
 * @param path absolute path of an existing file
 */
export function versionOf(path: string): string {
  const reached = new Map<string, string>();
  collect(path, reached);
  const parts = [...reached].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, content]) => `${file}\0${content}`);
  return createHash("sha1").update(parts.join("\0")).digest("base64url").slice(0, 16);
}

/** The reloadable files that a file reaches, itself among them, and what each holds. */
export function collect(path: string, reached: Map<string, string>): void {
  const { content, specifiers } = lookAt(path);
  reached.set(path, content);
  for (const specifier of specifiers) {
    const imported = resolveFile(path, specifier);
    if (imported !== undefined && !reached.has(imported) && isReloadable(imported)) collect(imported, reached);
  }
}

/**
 * The ES modules of packages that a file is sure to load: those that it imports, or a reloadable file that it imports.
 *
 * @param path absolute path of an existing file
 */
export function packagesBehind(path: string, seen: Set<string> = new Set([path])): string[] {
  if (!isReloadable(path)) return isInstalled(path) && isModuleByName(path) ? [path] : [];
  return lookAt(path).imports.flatMap((specifier) => {
    const imported = resolveFile(path, specifier);
    if (imported === undefined || seen.has(imported)) return [];
    return packagesBehind(imported, seen.add(imported));
  });
}

const VERSION = "?version=";

/** The same where Node makes an address of a path, as `require` does. */
const VERSIONS = /(?:\?|%3F)version=[\w-]*$/;

/** The address under which a file is loaded: another one after each edit of it, or of what it imports. */
export function versionedAddress(path: string): string {
  return `${pathToFileURL(path).href}${VERSION}${versionOf(path)}`;
}

/** The path under which `require` loads such a file. */
export function versionedPath(path: string): string {
  return path + VERSION + versionOf(path);
}

/** True for the address of a file that is loaded again when it is edited. */
export function isVersioned(url: string): boolean {
  return url.includes(VERSION);
}

/** An address as its author knows it. */
export function withoutVersion(url: string): string {
  return url.replace(VERSIONS, "");
}

/** What a file says of modules. */
interface Parsed {
  /** Changes with every write, also of a file that is put in its place with an older date. */
  readonly stamp: string;
  readonly content: string;
  readonly isModule: boolean;
  /** Those of its imports and exports that are more than types. */
  readonly imports: readonly string[];
  /** Those of its imports, exports, `import()` and `require()` that are written out. */
  readonly specifiers: readonly string[];
}

const known = new Map<string, Parsed>();

function lookAt(path: string): Parsed {
  const { mtimeMs, ctimeMs, size, ino } = statSync(path);
  const stamp = [mtimeMs, ctimeMs, size, ino].join();
  const before = known.get(path);
  if (before?.stamp === stamp) return before;
  const source = readFileSync(path, "utf8");
  const content = createHash("sha1").update(source).digest("base64url");
  const now = before?.content === content ? { ...before, stamp } : { stamp, content, ...modulesIn(path, source) };
  known.set(path, now);
  return now;
}

const REQUIRE = /\b(?:require|require\.resolve)\s*\(\s*(["'])([^"'\n]+)\1\s*\)/g;

function modulesIn(path: string, source: string): Pick<Parsed, "isModule" | "imports" | "specifiers"> {
  if (extname(path) === ".json") return { isModule: false, imports: [], specifiers: [] };
  const { hasModuleSyntax, staticImports, staticExports, dynamicImports } = parseSync(path, source).module;
  const values = staticImports.filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType));
  const reExports = staticExports.flatMap(({ entries }) => entries);
  const imports = new Set<string | undefined>([
    ...values.map(({ moduleRequest }) => moduleRequest.value),
    ...reExports.filter(({ isType }) => !isType).map(({ moduleRequest }) => moduleRequest?.value),
  ]);
  const specifiers = new Set<string | undefined>([
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...reExports.map(({ moduleRequest }) => moduleRequest?.value),
    ...dynamicImports.map(({ moduleRequest: { start, end } }) => literal(source.slice(start, end))),
    ...[...source.matchAll(REQUIRE)].map(([, , specifier]) => specifier),
  ]);
  const isModule = hasModuleSyntax && !/^\s*export\s*=/m.test(source) && extname(path) !== ".cjs";
  return { isModule, imports: given(imports), specifiers: given(specifiers) };
}

function given(values: Iterable<string | undefined>): string[] {
  return [...values].filter((value) => value !== undefined);
}

function literal(text: string): string | undefined {
  return /^(["'`])([^"'`$\\]+)\1$/.exec(text.trim())?.[2];
}
