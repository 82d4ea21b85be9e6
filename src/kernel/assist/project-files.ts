/** @file The TypeScript project that a notebook's cells belong to: its options, and the globals of a cell. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { borrowedDoors } from "./door-exports.ts";
import { joinedLibrary, LIBRARY, LIBRARY_NAME, type Library } from "./library.ts";
import { DRAFT, type Files } from "./session-files.ts";

const CONFIG = "tsconfig.json";

/** A notebook's own tsconfig.json under another name, where ours stands in its place. */
const OWN_CONFIG = "tsconfig~own.json";

/** What a cell is, whatever the project around it: never emitted, run by Node, free to be unfinished. */
const OPTIONS = {
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  lib: [LIBRARY_NAME],
  types: [],
  noEmit: true,
  composite: false,
  incremental: false,
  declaration: false,
  emitDeclarationOnly: false,
  isolatedModules: false,
  isolatedDeclarations: false,
  verbatimModuleSyntax: false,
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  noUnusedLocals: false,
  noUnusedParameters: false,
  rootDir: null,
} as const;

/**
 * What makes cells a project: a tsconfig.json that extends the nearest one (for its paths and its strictness), and that
 * names the types of Node and of this kernel's globals.
 *
 * @param directory the notebook's folder, an absolute path
 * @param libraryFolder where TypeScript's lib.*.d.ts are
 * @returns what is opened, step by step: the library stands before anything asks for it, or it would be read twice
 */
export function projectFiles(directory: string, libraryFolder: string): readonly Files[] {
  const own = join(directory, CONFIG);
  const nearest = nearestConfig(directory);
  const base = nearest === own ? OWN_CONFIG : nearest && relative(directory, nearest).split(sep).join("/");
  const library = nearest === undefined || leavesPaths(directory) ? joinedLibrary(libraryFolder) : undefined;
  const config = {
    ...(base === undefined ? {} : { extends: base.startsWith(".") ? base : `./${base}` }),
    compilerOptions: { ...OPTIONS, ...replacements(directory, nearest, library) },
    include: [],
    references: [],
  };
  const configs = (options: object, ...others: readonly (string | undefined)[]): Files => {
    // The configurations belong to the project, or they would be opened in one of their own, with a library of its own.
    const files = [CONFIG, nearest === own ? OWN_CONFIG : undefined, ...others].filter((path) => path !== undefined);
    const text = JSON.stringify({ ...config, compilerOptions: { ...config.compilerOptions, ...options }, files });
    const texts = new Map([[CONFIG, text]]); // first: the file on the disk must not be loaded in its place
    return nearest === own ? texts.set(OWN_CONFIG, readFileSync(own, "utf8")) : texts;
  };
  const whole = configs({}, DRAFT, nodeTypes(directory), kernelGlobals());
  if (library === undefined) return [whole];
  const opened = [LIBRARY, library.text] as const;
  return [new Map([...configs({ noLib: true }, LIBRARY), opened]), new Map([...whole, opened])];
}

/** Paths of ours would take the place of a project's own. */
function replacements(directory: string, nearest: string | undefined, library: Library | undefined): object {
  if (nearest !== undefined) return library?.options ?? {};
  return { ...library?.options, paths: { ...library?.options.paths, ...borrowedDoors(directory) } };
}

/** Whether the project says nothing itself of where modules and the library are; one that cannot be read may. */
function leavesPaths(directory: string): boolean {
  const { getTsconfig } = createRequire(import.meta.url)("get-tsconfig") as typeof import("get-tsconfig"); // seldom needed
  try {
    const { paths, libReplacement } = getTsconfig(directory)?.config.compilerOptions ?? {};
    return paths === undefined && libReplacement === undefined;
  } catch {
    return false;
  }
}

function nearestConfig(directory: string): string | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const config = join(folder, CONFIG);
    if (existsSync(config)) return config;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The project's own, of the version that it chose, or those beside this kernel. */
function nodeTypes(directory: string): string | undefined {
  for (const from of [join(directory, DRAFT), fileURLToPath(import.meta.url)]) {
    try {
      return join(dirname(createRequire(from).resolve("@types/node/package.json")), "index.d.ts");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  return undefined;
}

/** `display` and its like, and the module `tslab`. */
function kernelGlobals(): string {
  return createRequire(import.meta.url)
    .resolve("@eightfold/kernel/package.json")
    .replace(/package\.json$/, "cell-globals.d.ts");
}
