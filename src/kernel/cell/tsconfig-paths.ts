/** @file Imports by the `paths` and `baseUrl` of the nearest tsconfig.json. */
import { createPathsMatcher, getTsconfig } from "get-tsconfig";

type Matcher = (specifier: string) => string[];

const matchers = new Map<string, Matcher>();

/**
 * The files that a specifier may mean by the configuration of the importer's folder.
 *
 * @param folder of the importing file, an absolute path
 * @param specifier neither relative nor absolute
 * @returns absolute paths with or without endings, best first; none when no pattern matches
 */
export function mappedPaths(folder: string, specifier: string): string[] {
  let matcher = matchers.get(folder);
  if (matcher === undefined) {
    const config = readConfig(folder);
    matcher = (config && createPathsMatcher(config)) ?? (() => []);
    matchers.set(folder, matcher);
  }
  return matcher(specifier);
}

function readConfig(folder: string): ReturnType<typeof getTsconfig> {
  try {
    return getTsconfig(folder);
  } catch (error) {
    throw new SyntaxError(`the tsconfig.json of ${folder} cannot be read: ${(error as Error).message}`);
  }
}
