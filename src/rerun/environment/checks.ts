/** @file What is checked before anything runs: Node's version, the installed packages, and the data, each against its record. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { satisfies, validRange } from "semver";
import { type ClaimsFile, findFromFile } from "../claims/claims.ts";
import { isObject } from "../json-text.ts";
import { folderWith, isFile, readObject, sha256 } from "./files.ts";

export interface EnvironmentCheck {
  readonly what: "Node" | "packages" | "data" | "seed";
  /** Undefined when all is as recorded; else what is not. */
  readonly difference: string | undefined;
  /** What it was compared with, for people. */
  readonly record: string;
}

/**
 * Compares this installation with its records: engines and lock file of the project, checksums of its data.
 *
 * @param folder of a notebook; the project is the nearest folder at or above it that has a lock file
 * @param claims whose folder may hold a README.md with checksums, and which may record checksums and Node's version
 * @returns a check for each record that there is; none outside of a project
 */
export function checkEnvironment(folder: string, claims: ClaimsFile | undefined): EnvironmentCheck[] {
  const root = folderWith("package-lock.json", resolve(folder));
  const checks = root === undefined ? [] : [checkNode(root), checkPackages(root)];
  const data = claims === undefined ? [] : checkData(claims);
  return [...checks, ...data].filter((check) => check !== undefined);
}

/** Some of the first differences, in one line; undefined when there is none. */
export function differencesOf(checks: readonly EnvironmentCheck[]): string | undefined {
  const found = checks.flatMap(({ difference }) => difference ?? []);
  return found.length === 0 ? undefined : found.join("; ");
}

function checkNode(root: string): EnvironmentCheck | undefined {
  const { engines } = readObject(join(root, "package.json"));
  const wanted = isObject(engines) ? engines.node : undefined;
  if (typeof wanted !== "string" || validRange(wanted) === null) return undefined;
  const { node } = process.versions;
  const serves = satisfies(node, wanted, { includePrerelease: true });
  const difference = serves ? undefined : `Node ${node} is not ${wanted}, which package.json asks for`;
  return { what: "Node", difference, record: `${node}, package.json asks for ${wanted}` };
}

/** Each package of the lock file that is installed must have the version that is written there; one for another platform may be missing. */
function checkPackages(root: string): EnvironmentCheck {
  const { packages } = readObject(join(root, "package-lock.json"));
  const wrong: string[] = [];
  let count = 0;
  for (const [path, entry] of Object.entries(isObject(packages) ? packages : {})) {
    if (!path.includes("node_modules/") || !isObject(entry) || entry.link === true) continue;
    const { version } = readObject(join(root, path, "package.json"));
    if (version === entry.version) count++;
    else if (version !== undefined) wrong.push(`${path} is ${version}, locked ${entry.version}`);
    else if (entry.optional !== true && entry.devOptional !== true && entry.peer !== true && entry.dev !== true) {
      wrong.push(`${path} ${entry.version} is not installed`);
    }
  }
  const more = wrong.length > 3 ? [`and ${wrong.length - 3} packages more`] : [];
  const difference = wrong.length === 0 ? undefined : [...wrong.slice(0, 3), ...more].join(", ");
  return { what: "packages", difference, record: `${count} packages as in package-lock.json` };
}

function checkData(claims: ClaimsFile): EnvironmentCheck[] {
  const folder = dirname(resolve(claims.path));
  const readme = join(folder, "README.md");
  const listed = existsSync(readme) ? checksumsIn(readFileSync(readme, "utf8")) : new Map<string, string>();
  const recorded = new Map(Object.entries(claims.environment.files ?? {}));
  const lists = [
    { list: listed, name: relative(process.cwd(), readme), find: (path: string) => join(folder, path) },
    { list: recorded, name: claims.path, find: (path: string) => findFromFile(claims.path, path) ?? path },
  ];
  return lists.flatMap(({ list, name, find }) => {
    if (list.size === 0) return [];
    const wrong = [...list].flatMap(([path, sum]) => {
      const file = find(path);
      if (!isFile(file)) return [`${path} is missing`];
      const own = sha256(file);
      if (own === undefined) return [`${path} cannot be read`];
      return own === sum ? [] : [`${path} has not the checksum in ${name}`];
    });
    const difference = wrong.length === 0 ? undefined : wrong.join(", ");
    return [{ what: "data", difference, record: `${list.size} files as in ${name}` } as const];
  });
}

/** Rows `| path | ... | sha256 |` of a Markdown table. */
function checksumsIn(markdown: string): Map<string, string> {
  const rows = markdown.matchAll(/^\|\s*`?([^`|\s]+)`?\s*\|.*?`?([0-9a-f]{64})`?\s*\|\s*$/gm);
  return new Map(Array.from(rows, ([, path = "", sum = ""]) => [path, sum]));
}
