/** @file What a cell's `import`, `import()` and `import.meta` do. */
import nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { encodeCellImport } from "./cell-import.ts";
import { importError } from "./import-errors.ts";

let registered: Promise<void> | undefined;

/**
 * Makes imports of TypeScript work; once is enough. A cell's first import does it, unless someone had the time before:
 * up to Node 22.14 the hooks need a thread of their own, which takes some 40 ms to start.
 */
export function registerModuleHooks(): Promise<void> {
  registered ??= register();
  return registered;
}

type RegisterHooks = (hooks: typeof import("./module-hooks.ts")) => void;

async function register(): Promise<void> {
  if ("registerHooks" in nodeModule) (nodeModule.registerHooks as RegisterHooks)(await import("./module-hooks.ts"));
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
  await registerModuleHooks();
  const options = { with: specifier.endsWith(".json") ? { type: "json", ...attributes } : attributes };
  try {
    return await import(encodeCellImport({ specifier, parentURL: cellURL(directory) }), options);
  } catch (error) {
    const explained = importError(error as Error, { specifier, directory, cellFile: join(directory, "cell.ts") });
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return importOwn(specifier, explained);
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

/**
 * The address of a module that a cell has imported; a local TypeScript file carries its last change.
 *
 * @returns a URL, undefined when nothing is found
 */
export function resolveFrom(directory: string, specifier: string): string | undefined {
  try {
    return import.meta.resolve(encodeCellImport({ specifier, parentURL: cellURL(directory) }));
  } catch {
    return undefined; // importing it says why
  }
}

/** `import.meta` of the cells in a folder. */
export function moduleMeta(directory: string): Record<string, unknown> {
  return {
    url: cellURL(directory),
    dirname: directory,
    filename: join(directory, "cell.ts"),
    resolve: (specifier: string) => nodeModule.createRequire(cellURL(directory)).resolve(specifier),
  };
}

/** A notebook outside of any project still finds the packages installed beside this kernel. */
async function importOwn(specifier: string, notFound: Error): Promise<Record<string, unknown>> {
  if (/^(\.|\/|file:)/.test(specifier)) throw notFound;
  try {
    return await import(encodeCellImport({ specifier, parentURL: import.meta.url }));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" ? notFound : error;
  }
}

function cellURL(directory: string): string {
  return pathToFileURL(join(directory, "cell.ts")).href;
}
