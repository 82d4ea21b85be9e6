/** @file What a local file finds without importing it: the names of CommonJS, bound to the file, and an import.meta without versions. */
import { readFileSync } from "node:fs";
import nodeModule, { createRequire } from "node:module";
import { dirname } from "node:path";
import { localModule } from "./local-module.ts";
import { collect, isReloadable, versionedPath, versionOf, withoutVersion } from "./module-version.ts";

/** The names of https://nodejs.org/api/modules.html#the-module-scope for one file. */
export interface CommonJsScope {
  readonly require: NodeJS.Require;
  readonly module: NodeJS.Module;
  readonly exports: unknown;
  readonly __filename: string;
  readonly __dirname: string;
}

/**
 * @param path of the file, absolute
 * @param isMain whether it is what was started: a cell is
 */
export function commonJsScope(path: string, isMain = false): CommonJsScope {
  requireTypeScript();
  const module = new nodeModule(path);
  module.filename = path;
  const plain = createRequire(path);
  const require = Object.assign((id: string) => requireNow(plain, id), plain, { main: isMain ? module : undefined });
  return { require, module, exports: module.exports, __filename: path, __dirname: dirname(path) };
}

/** Takes the version out of what a module learns of its address. */
export function plainMeta(meta: ImportMeta): void {
  const { resolve } = meta;
  meta.url = withoutVersion(meta.url);
  meta.resolve = (...specifier: Parameters<typeof resolve>) => withoutVersion(resolve(...specifier));
}

/** What each file held when `require` loaded it: Node keeps one copy of each. */
const loaded = new Map<string, string>();

/**
 * The exports of a local file as it is now: what was edited is loaded again, with all that needs it.
 *
 * @param require of the file that asks
 */
export function requireNow(require: NodeJS.Require, id: string): unknown {
  const file = nodeModule.isBuiltin(id) ? id : require.resolve(id);
  if (nodeModule.isBuiltin(file) || !isReloadable(file)) return require(id);
  const reached = new Map<string, string>();
  collect(file, reached);
  for (const path of reached.keys()) {
    const version = versionOf(path);
    if (loaded.get(path) !== version) delete require.cache[path];
    loaded.set(path, version);
  }
  return require(file);
}

interface LoadableModule extends NodeJS.Module {
  _compile(code: string, path: string, format: "module"): void;
}

type Extensions = Record<string, (module: LoadableModule, path: string) => void>;

let isTaught = false;

/** TypeScript for `require`, on a Node whose `require` asks no hooks. */
function requireTypeScript(): void {
  if (isTaught || "registerHooks" in nodeModule) return;
  isTaught = true;
  const extensions = (nodeModule as unknown as { _extensions: Extensions })._extensions;
  for (const ending of [".ts", ".tsx", ".mts", ".cts"]) {
    extensions[ending] = (module, path) =>
      module._compile(localModule(readFileSync(path, "utf8"), path).code, versionedPath(path), "module");
  }
}
