/** @file What the toolkit's doors export, for names that a cell has not imported: read from their text, not run. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The packages whose doors are offered: what notebooks of this house import. */
const PACKAGES = ["@eightfold/toolkit"];

export interface DoorExport {
  readonly name: string;
  /** What an import of it is `from`. */
  readonly door: string;
}

/**
 * Every exported value and type of every door, in the order of the doors.
 *
 * @param directory the notebook's folder
 * @returns nothing for a package that is not installed
 */
export function doorExports(directory: string): readonly DoorExport[] {
  return PACKAGES.flatMap((name) => {
    const folder = packageFolder(name, directory);
    if (folder === undefined) return [];
    const { exports = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      exports?: Record<string, unknown>;
    };
    return Object.entries(exports).flatMap(([door, target]) => {
      if (typeof target !== "string" || !target.endsWith(".ts")) return [];
      const names = exportedNames(join(folder, target), new Set());
      return names.map((exported) => ({ name: exported, door: name + door.slice(1) }));
    });
  });
}

/** Found without loading it, and without asking it to export its package.json. */
function packageFolder(name: string, directory: string): string | undefined {
  for (const from of [join(directory, "cell.ts"), fileURLToPath(import.meta.url)]) {
    const folders = createRequire(from).resolve.paths(name) ?? [];
    const found = folders
      .map((folder) => join(folder, name))
      .find((folder) => existsSync(join(folder, "package.json")));
    if (found !== undefined) return found;
  }
  return undefined;
}

function exportedNames(file: string, seen: Set<string>): string[] {
  if (seen.has(file) || !existsSync(file)) return [];
  seen.add(file);
  const { staticExports } = parseSync(file, readFileSync(file, "utf8")).module;
  return staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ exportName, importName, moduleRequest }) => {
      if (exportName.kind === "Name" && exportName.name !== null) return [exportName.name];
      const everything = importName.kind === "AllButDefault" && moduleRequest !== null;
      return everything ? exportedNames(resolve(dirname(file), moduleRequest.value), seen) : [];
    });
}
