/** @file The toolkit's doors, and what they export, for names that a cell has not imported: read from their text, not run. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** The packages whose doors are offered: what notebooks of this house import. */
const PACKAGES = ["@eightfold/toolkit"];

const THIS_FILE = fileURLToPath(import.meta.url);

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
    const folder = packageFolder(name, join(directory, "cell.ts")) ?? packageFolder(name, THIS_FILE);
    if (folder === undefined) return [];
    return Object.entries(exportsOf(folder)).flatMap(([door, target]) => {
      if (typeof target !== "string" || !target.endsWith(".ts")) return [];
      const names = exportedNames(join(folder, target), new Set());
      return names.map((exported) => ({ name: exported, door: name + door.slice(1) }));
    });
  });
}

/**
 * The doors that cells find beside this kernel, and TypeScript would not: what an import is `from`, and its file with types.
 *
 * @param directory the notebook's folder
 * @returns nothing for a package that is found from the folder itself
 */
export function borrowedDoors(directory: string): Readonly<Record<string, readonly [file: string]>> {
  const doors = [...PACKAGES, "@eightfold/kernel"].flatMap((name) => {
    const folder = packageFolder(name, join(directory, "cell.ts")) === undefined && packageFolder(name, THIS_FILE);
    if (typeof folder !== "string") return [];
    return Object.entries(exportsOf(folder)).flatMap(([door, target]) => {
      const file = typeof target === "string" ? target : target.types;
      return file?.endsWith(".ts") ? [[name + door.slice(1), [join(folder, file)]] as const] : [];
    });
  });
  return Object.fromEntries(doors);
}

/** Found without loading it, and without asking it to export its package.json. */
function packageFolder(name: string, from: string): string | undefined {
  const folders = createRequire(from).resolve.paths(name) ?? [];
  return folders.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, "package.json")));
}

function exportsOf(folder: string): Readonly<Record<string, string | { readonly types?: string }>> {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).exports ?? {};
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
