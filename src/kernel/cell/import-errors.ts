/** @file Why an import has failed: what is missing, who imports it, and what to do. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { distance } from "fastest-levenshtein";
import { foreignPackage } from "./foreign-specifiers.ts";
import { isInstalled } from "./module-version.ts";

/** An import as a cell made it. */
interface Wanted {
  readonly specifier: string;
  /** The cell's folder. */
  readonly directory: string;
  /** What stands for the cell in Node's messages. */
  readonly cellFile: string;
}

/**
 * An error that says what to do, for one of Node's.
 *
 * @returns the error itself where Node's own words are the best there are
 */
export function importError(error: NodeJS.ErrnoException, wanted: Wanted): Error {
  const text = explanation(error, wanted);
  if (text === undefined) return error;
  const explained = new Error(text);
  explained.stack = `Error: ${text}`; // who has imported it is said, and no frame says more
  return Object.defineProperty(explained, "code", { value: error.code });
}

function explanation(error: NodeJS.ErrnoException, wanted: Wanted): string | undefined {
  const { code, message } = error;
  const importer = importerOf(error, wanted);
  switch (code) {
    case "ERR_MODULE_NOT_FOUND": {
      const [, kind, name = ""] = /Cannot find (package|module) '([^']*)'/.exec(message) ?? [];
      if (kind === undefined) return undefined;
      return kind === "package" && !isAbsolute(name)
        ? missingPackage(name, importer, wanted)
        : missingFile(name, importer, wanted);
    }
    case "ERR_UNKNOWN_BUILTIN_MODULE": {
      const name = wanted.specifier.replace(/^node:/, "");
      return `Node has no module '${name}'${importer}${orNearest(name, builtinModules)}`;
    }
    case "MODULE_NOT_FOUND": {
      const name = /Cannot find module '([^']*)'/.exec(message)?.[1] ?? wanted.specifier;
      const isFile = /^(\.|\/|[A-Z]:\\)/.test(name);
      return isFile ? missingFile(name, importer, wanted) : missingPackage(packageName(name), importer, wanted);
    }
    case "ERR_UNSUPPORTED_ESM_URL_SCHEME":
      if (!message.startsWith("Only URLs")) return undefined;
      return `Node cannot import '${wanted.specifier}' (hint: it knows files, packages by their names, and modules of its own by node:)`;
    case "ERR_UNSUPPORTED_DIR_IMPORT": {
      const folder = /Directory import '([^']*)'/.exec(message)?.[1] ?? wanted.specifier;
      return isInstalled(folder) ? notOffered(wanted, importer) : importedFolder(folder, importer, wanted);
    }
    case "ERR_UNKNOWN_FILE_EXTENSION": {
      const path = /Unknown file extension "[^"]*" for (.*)/.exec(message)?.[1];
      return path === undefined ? undefined : unknownFile(path, wanted);
    }
    case "ERR_PACKAGE_PATH_NOT_EXPORTED":
      return notOffered(wanted, importer, offersOf(message));
  }
  return undefined;
}

/** Nothing for the cell itself. */
function importerOf(
  error: NodeJS.ErrnoException & { requireStack?: string[] },
  { directory, cellFile }: Wanted,
): string {
  const [, from = error.requireStack?.[0]] = /imported from (.+?)(?:\n|$)/.exec(error.message) ?? [];
  if (from === undefined) return "";
  const path = from.startsWith("file:") ? fileURLToPath(new URL(from)) : from;
  if (path === cellFile || basename(path) === basename(import.meta.url)) return "";
  const installed = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1];
  return `, imported by ${installed ?? shortPath(path, directory)}`;
}

function shortPath(path: string, directory: string): string {
  const short = relative(directory, path);
  return short.startsWith("..") ? path : short;
}

/** Names that are not ours: whoever has registered one would be installed. */
const OURS: Readonly<Record<string, string>> = {
  eightfold: "@eightfold/toolkit",
  "eightfold-toolkit": "@eightfold/toolkit",
  "eightfold-kernel": "@eightfold/kernel",
  "eightfold-rerun": "@eightfold/rerun",
};

function missingPackage(name: string, importer: string, { specifier, directory }: Wanted): string {
  const builtin = importer === "" && builtinModules.includes(name) ? specifier : undefined;
  if (builtin !== undefined) return `Node has no module '${builtin}'${orNearest(builtin, builtinModules)}`;
  const from = importer === "" ? ` from ${directory}` : importer;
  if (Object.hasOwn(OURS, name)) return `cannot find package '${name}'${from} (hint: did you mean '${OURS[name]}'?)`;
  const foreign = foreignPackage(specifier);
  const isForeign = foreign !== undefined && importer === "" && foreign.specifier.startsWith(name);
  const command =
    isForeign && foreign.registry === "jsr"
      ? `npx jsr add ${foreign.wanted}`
      : install(isForeign ? foreign.wanted : name, directory);
  return `cannot find package '${name}'${from} (hint: run: ${command})`;
}

function missingFile(path: string, importer: string, wanted: Wanted): string {
  const name = path.startsWith("file:") ? fileURLToPath(new URL(path)) : path;
  if (isInstalled(name) && importer === "") return notOffered(wanted, importer);
  const asked = importer === "" ? wanted.specifier : shortPath(name, wanted.directory);
  const file = importer === "" ? resolve(wanted.directory, wanted.specifier) : name;
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) return importedFolder(file, importer, wanted);
  const from = importer === "" ? ` from ${wanted.directory}` : importer;
  const near = nearest(basename(file), filesIn(dirname(file)));
  const hint =
    near === undefined ? "check the path; it is relative to the file that imports it" : `did you mean '${near}'?`;
  return `cannot find file '${asked}'${from} (hint: ${hint})`;
}

function importedFolder(folder: string, importer: string, { directory }: Wanted): string {
  const files = filesIn(folder).filter((file) => /\.([cm]?[jt]sx?|json)$/.test(file));
  const hint = files.length === 0 ? "" : ` (hint: import one of its files: ${some(files, 5)})`;
  return `'${shortPath(folder, directory)}' is a folder without an index file${importer}${hint}`;
}

/** Neither JavaScript nor TypeScript nor JSON. */
function unknownFile(path: string, { directory }: Wanted): string {
  const name = shortPath(path.startsWith("file:") ? fileURLToPath(new URL(path)) : path, directory);
  const instead = name.endsWith(".node")
    ? `write: require("./${name}")`
    : `read it: import { readFileSync } from "node:fs"; readFileSync("${name}", "utf8")`;
  return `Node cannot import '${name}'${isInstalled(path) ? "" : ` (hint: ${instead})`}`;
}

function notOffered({ specifier }: Wanted, importer: string, offers: readonly string[] = []): string {
  const name = packageName(foreignPackage(specifier)?.specifier ?? specifier);
  if (importer !== "") return `cannot import '${specifier}': a part of a package is missing${importer}`;
  const asked = specifier.slice(specifier.indexOf(name) + name.length + 1);
  const near = nearest(asked, offers);
  const listed = offers.length === 0 ? 'its package.json lists under "exports" what it has' : `it has ${some(offers)}`;
  const hint = near === undefined ? listed : `did you mean '${name}/${near}'?`;
  return `package '${name}' is installed and has no '${asked}' to import (hint: ${hint})`;
}

/** The paths that a package lets import, by the package.json that Node's message names. */
function offersOf(message: string): readonly string[] {
  const manifest = / in (.+?package\.json)/.exec(message)?.[1];
  if (manifest === undefined) return [];
  const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: object };
  const paths = Object.keys(exports ?? {}).filter((path) => path.startsWith("./") && !path.includes("*"));
  return paths.map((path) => path.slice(2)).filter((path) => path !== "package.json");
}

/** `@scope/name` or `name`, of what is imported from a package. */
function packageName(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

const LOCKS: readonly (readonly [file: string, command: string])[] = [
  ["pnpm-lock.yaml", "pnpm add"],
  ["yarn.lock", "yarn add"],
  ["bun.lock", "bun add"],
  ["bun.lockb", "bun add"],
  ["package-lock.json", "npm install"],
];

/** By the package manager whose lock file is nearest. */
function install(wanted: string, directory: string): string {
  for (let folder = directory; ; folder = dirname(folder)) {
    const lock = LOCKS.find(([file]) => existsSync(join(folder, file)));
    if (lock !== undefined) return `${lock[1]} ${wanted}`;
    if (folder === dirname(folder)) return `npm install ${wanted}`;
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // there is no such folder
  }
}

/** Of a long list the first ones. */
function some(names: readonly string[], most = 20): string {
  return names.length > most ? `${names.slice(0, most).join(", ")}, ...` : names.join(", ");
}

function orNearest(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? "" : ` (hint: did you mean '${near}'?)`;
}

/** So many letters may be other, missing or too many. */
const TYPOS = 2;

function nearest(name: string, known: readonly string[]): string | undefined {
  const bare = (file: string): string => file.replace(/\.[^./]+$/, "");
  const distances = known.map((candidate) => ({ candidate, typos: distance(bare(name), bare(candidate)) }));
  const closest = distances.filter(({ typos }) => typos <= TYPOS).sort((a, b) => a.typos - b.typos)[0];
  return closest?.candidate;
}
