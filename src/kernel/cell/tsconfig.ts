/** @file What the nearest tsconfig.json says of how a file is transpiled. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

type Reader = typeof import("get-tsconfig");
type Config = NonNullable<ReturnType<Reader["getTsconfig"]>>;

/** The options that change what a text means, https://www.typescriptlang.org/tsconfig. */
export type CompilerOptions = NonNullable<Config["config"]["compilerOptions"]>;

const known = new Map<string, CompilerOptions>();

/**
 * The options for the files of a folder.
 *
 * @param folder an absolute path
 */
export function compilerOptions(folder: string): CompilerOptions {
  const before = known.get(folder);
  if (before !== undefined) return before;
  const options = readOptions(folder);
  known.set(folder, options);
  return options;
}

function readOptions(folder: string): CompilerOptions {
  if (!hasConfig(folder)) return {};
  const { getTsconfig } = createRequire(import.meta.url)("get-tsconfig") as Reader; // no start of a kernel waits for it
  try {
    return getTsconfig(folder)?.config.compilerOptions ?? {};
  } catch (error) {
    throw new SyntaxError(`the tsconfig.json of ${folder} cannot be read: ${(error as Error).message}`);
  }
}

function hasConfig(folder: string): boolean {
  if (existsSync(join(folder, "tsconfig.json"))) return true;
  return folder !== dirname(folder) && hasConfig(dirname(folder));
}

/** Reads the options before a cell needs them; that they cannot be read, the cell says. */
export function readAhead(folder: string): void {
  try {
    compilerOptions(folder);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
