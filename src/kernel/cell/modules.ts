/** @file What a cell's `import`, `import()` and `import.meta` do. */
import nodeModule, { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { encodeCellImport } from "./cell-import.ts";
import { foreignPackage } from "./foreign-specifiers.ts";
import { importError } from "./import-errors.ts";
import { linkAhead } from "./link-ahead.ts";
import { isInstalled, isReloadable, isTypeScript, packagesBehind } from "./module-version.ts";
import { forgetFiles, loadResolver, resolveFile } from "./resolver.ts";

let registered: Promise<void> | undefined;

/** Imports of cells that Node is at. */
let loading = 0;

/** Node's own `require` and `import` ask such hooks without a thread in between. */
const asksAtOnce = "registerHooks" in nodeModule;

/**
 * Gets ready what the first import would wait for. Up to Node 22.14 the hooks have a thread of their own, behind which imports
 * of packages take three times as long: it is started by the first import of a local file.
 */
export function prepareImports(): void {
  if (asksAtOnce) void registerModuleHooks();
  else loadResolver();
}

/** Makes imports of TypeScript work; once is enough. */
export function registerModuleHooks(): Promise<void> {
  registered ??= register();
  return registered;
}

type RegisterHooks = (hooks: typeof import("./module-hooks.ts")) => void;

async function register(): Promise<void> {
  loadResolver(); // before its own loading asks the hooks, which ask it
  if (asksAtOnce)
    (nodeModule as unknown as { registerHooks: RegisterHooks }).registerHooks(await import("./module-hooks.ts"));
  else nodeModule.register(new URL("./module-hooks.js", import.meta.url));
}

/**
 * The namespace of a module that a cell imports.
 *
 * @param directory the cell's folder, an absolute path
 * @param specifier a package name, a `node:` built-in, or a path with or without its ending
 * @throws Error naming what was not found, and what to do
 */
export async function importFrom(
  directory: string,
  specifier: string,
  attributes: ImportAttributes = {},
): Promise<Record<string, unknown>> {
  const options = { with: specifier.endsWith(".json") ? { type: "json", ...attributes } : attributes };
  try {
    const address = addressForNode(directory, specifier);
    if (address === undefined) await registerModuleHooks();
    if (registered !== undefined && !asksAtOnce && loading === 0) linkAhead(packagesOf(directory, specifier));
    loading += 1; // what is half loaded cannot be linked
    return await import(address ?? encodeCellImport({ specifier, parentURL: cellURL(directory) }), options).finally(
      () => (loading -= 1),
    );
  } catch (error) {
    const explained = importError(error as Error, { specifier, directory, cellFile: join(directory, "cell.ts") });
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND")
      return importOwn(directory, specifier, explained);
    throw explained;
  }
}

/**
 * What `import()` does: whatever it is given is made a text, and each mistake is a rejection.
 *
 * @source https://tc39.es/ecma262/#sec-import-call-runtime-semantics-evaluation
 */
export async function importCall(directory: string, specifier: unknown, options: unknown): Promise<object> {
  const text = `${specifier}`;
  return importFrom(directory, text, attributesOf(options));
}

function attributesOf(options: unknown): ImportAttributes {
  if (options === undefined) return {};
  const { with: given } = objectOf(options, "The second argument of import()") as { with?: unknown };
  if (given === undefined) return {};
  const attributes = Object.entries(objectOf(given, "The option 'with' of import()"));
  for (const [key, value] of attributes) {
    if (typeof value !== "string") {
      throw new TypeError(`The import attribute '${key}' must be a string, got ${typeof value}`);
    }
  }
  return Object.fromEntries(attributes) as ImportAttributes;
}

function objectOf(value: unknown, what: string): object {
  if ((typeof value === "object" && value !== null) || typeof value === "function") return value;
  throw new TypeError(`${what} must be an object, got ${value === null ? "null" : typeof value}`);
}

/** The address of what Node loads by itself: its own modules, and the JavaScript of installed packages. */
function addressForNode(directory: string, specifier: string): string | undefined {
  if (specifier === "tslab") return undefined; // always this kernel's
  if (isBuiltin(specifier)) return specifier;
  forgetFiles();
  const file = resolveCellFile(directory, specifier);
  const isPackage = file !== undefined && isInstalled(file) && !isTypeScript(file);
  return isPackage ? pathToFileURL(file).href : undefined;
}

/** The ES modules of packages that an import is sure to load. */
function packagesOf(directory: string, specifier: string): string[] {
  const file = resolveCellFile(directory, specifier);
  return file === undefined ? [] : packagesBehind(file);
}

function resolveCellFile(directory: string, specifier: string): string | undefined {
  return resolveFile(join(directory, "cell.ts"), foreignPackage(specifier)?.specifier ?? specifier);
}

/** The path of the file behind an import, when it is loaded again after an edit. */
export function reloadableFile(directory: string, specifier: string): string | undefined {
  const file = resolveCellFile(directory, specifier);
  return file !== undefined && isReloadable(file) ? file : undefined;
}

/** `import.meta` of the cells in a folder. */
export function moduleMeta(directory: string): Record<string, unknown> {
  const url = cellURL(directory);
  return {
    __proto__: null,
    url,
    dirname: directory,
    filename: join(directory, "cell.ts"),
    resolve(specifier: string): string {
      if (isBuiltin(specifier)) return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
      const file = resolveCellFile(directory, specifier);
      if (file !== undefined) return pathToFileURL(file).href;
      if (/^(\.{0,2}\/|[a-z]+:)/.test(specifier)) return new URL(specifier, url).href;
      const message = `Cannot find package '${specifier}' imported from ${join(directory, "cell.ts")}`;
      throw Object.assign(new Error(message), { code: "ERR_MODULE_NOT_FOUND" });
    },
  };
}

/** A notebook outside of any project still finds the packages installed beside this kernel. */
async function importOwn(directory: string, specifier: string, notFound: Error): Promise<Record<string, unknown>> {
  if (/^(\.|\/|file:)/.test(specifier)) throw notFound;
  try {
    return await import(encodeCellImport({ specifier, parentURL: import.meta.url }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") throw notFound;
    throw importError(error as Error, { specifier, directory, cellFile: fileURLToPath(import.meta.url) });
  }
}

function cellURL(directory: string): string {
  return pathToFileURL(join(directory, "cell.ts")).href;
}
