/** @file The local files that cells import, directly or not: an edit of one must be told to the type service. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseSync } from "oxc-parser";

export interface LocalFiles {
  /** Follows the imports of a text in the notebook's folder. */
  follow(code: string): void;
  /** Absolute paths of the followed files that were edited since the last call. */
  edited(): readonly string[];
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", "/index.ts"];
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;

/**
 * Nothing is followed yet.
 *
 * @param directory the notebook's folder
 */
export function createLocalFiles(directory: string): LocalFiles {
  const changed = new Map<string, number>(); // path -> time of its last change, as it was last seen

  function followFrom(folder: string, specifiers: Iterable<string>): void {
    for (const specifier of specifiers) {
      const path = ENDINGS.map((ending) => resolve(folder, specifier) + ending).find(isFile);
      if (path === undefined || changed.has(path)) continue;
      changed.set(path, statSync(path).mtimeMs);
      if (/\.m?tsx?$/.test(path)) followFrom(dirname(path), importsOf(path));
    }
  }

  return {
    follow: (code) =>
      followFrom(
        directory,
        [...code.matchAll(SPECIFIER)].map(([, specifier]) => String(specifier)),
      ),
    edited() {
      const edited = [...changed].filter(([path, time]) => !isFile(path) || statSync(path).mtimeMs !== time);
      for (const [path] of edited) {
        changed.delete(path);
        if (isFile(path)) followFrom(dirname(path), [path]);
      }
      return edited.map(([path]) => path);
    },
  };
}

function importsOf(path: string): string[] {
  const { staticImports, staticExports } = parseSync(path, readFileSync(path, "utf8")).module;
  const requests = [
    ...staticImports.map(({ moduleRequest }) => moduleRequest),
    ...staticExports.flatMap(({ entries }) => entries.map(({ moduleRequest }) => moduleRequest)),
  ];
  return requests.flatMap((request) => (request?.value.startsWith(".") ? [request.value] : []));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
