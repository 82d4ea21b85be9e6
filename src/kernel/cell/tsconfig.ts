/** @file What the nearest tsconfig.json says of how a file is transpiled. */
import { getTsconfig } from "get-tsconfig";

type Config = NonNullable<ReturnType<typeof getTsconfig>>;

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
  try {
    return getTsconfig(folder)?.config.compilerOptions ?? {};
  } catch (error) {
    throw new SyntaxError(`the tsconfig.json of ${folder} cannot be read: ${(error as Error).message}`);
  }
}
