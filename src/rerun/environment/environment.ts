/** @file What a run ran on and read, as far as can be told for certain. */
import { execFileSync } from "node:child_process";
import { arch, cpus, platform } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type ClaimsFile, findFromFile } from "../claims/claims.ts";
import { isObject } from "../json-text.ts";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { showsOf } from "../sandbox/visible.ts";
import { folderWith, isFile, readObject, sha256 } from "./files.ts";
import { pythonPackages } from "./python.ts";

export interface Environment {
  /** When the run began, ISO 8601. */
  readonly date: string;
  /** Node's version, of this process and of the kernel it starts. */
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  /** Logical cores. */
  readonly cores: number;
  /** Name -> installed version, of the packages that the project asks for. */
  readonly packages: Readonly<Record<string, string>>;
  /** Version of Python, and name -> version of its packages, of the first Python kernel; empty without one, and in the sandbox. */
  readonly python: Readonly<Record<string, string>>;
  /** Git commit of the notebooks' folder; null outside a repository, and in the sandbox. */
  readonly commit: string | null;
  /** Whether files under git have changed since that commit; null where there is none. */
  readonly uncommittedChanges: boolean | null;
  /** Language and region by which numbers and dates are written, such as en-US. */
  readonly locale: string;
  readonly timeZone: string;
  /** Path -> sha256, or "cannot be read", of the notebooks, the claims, the lock file, and the files that code cells name. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Describes this machine, the installed packages, and the files that matter to a run.
 *
 * @param notebooks as read, one at least
 * @param launches how their kernels are started
 * @param claims the claims file, when there is one
 * @param sandbox whether the project is a stranger's: git, which obeys the settings it finds there, is then not asked,
 *   and no file is read that the sandboxed notebook could not read
 */
export function describeEnvironment(
  notebooks: readonly Notebook[],
  launches: readonly KernelLaunch[],
  claims: ClaimsFile | undefined,
  sandbox: boolean,
): Environment {
  const folder = dirname(resolve(notebooks[0]?.path ?? "."));
  const root = folderWith("package-lock.json", folder);
  const lockFile = root === undefined ? [] : [join(root, "package-lock.json")];
  const named = notebooks.flatMap((notebook) => [resolve(notebook.path), ...filesNamedIn(notebook)]);
  const claimed = claims === undefined ? [] : [resolve(claims.path), ...recordedFiles(claims)];
  const given = [...notebooks, ...(claims === undefined ? [] : [claims])].map(({ path }) => resolve(path));
  const shows = sandbox ? showsOf(folder) : () => true;
  const read = [...named, ...claimed].filter((path) => given.includes(path) || shows(path));
  const processors = cpus();
  const python = launches.find(({ language }) => language.toLowerCase() === "python")?.argv[0];
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    platform: platform(),
    arch: arch(),
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    ...localeOf(),
    packages: root === undefined ? {} : installedPackages(root),
    python: python === undefined || sandbox ? {} : pythonPackages(python),
    ...(sandbox ? { commit: null, uncommittedChanges: null } : commitOf(folder)),
    files: hashes([...lockFile, ...read], root ?? process.cwd()),
  };
}

/**
 * How this machine differs from the one that claims were recorded on: another major version of Node.
 *
 * @returns one line; undefined when it does not differ, or nothing was recorded
 */
export function platformDifference({ environment: { node } }: ClaimsFile): string | undefined {
  const major = (version: string) => version.replace(/^v/, "").split(".")[0];
  if (node === undefined || major(node) === major(process.versions.node)) return undefined;
  return `recorded with Node ${node}, this is ${process.versions.node}`;
}

function localeOf(): { locale: string; timeZone: string } {
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { locale, timeZone };
}

function recordedFiles({ path, environment }: ClaimsFile): string[] {
  return Object.keys(environment.files ?? {}).flatMap((name) => findFromFile(path, name) ?? []);
}

/** Existing files whose path, as the kernel would resolve it, stands as a text in a code cell. */
function filesNamedIn(notebook: Notebook): string[] {
  const folder = dirname(resolve(notebook.path));
  const texts = notebook.cells
    .filter(({ type }) => type === "code")
    .flatMap(({ source }) => Array.from(source.matchAll(/(["'`])([^"'`\n]+\.\w+)\1/g), ([, , text = ""]) => text));
  return texts.map((text) => resolve(folder, text)).filter(isFile);
}

function hashes(paths: readonly string[], root: string): Record<string, string> {
  const unique = [...new Set(paths)].filter(isFile);
  return Object.fromEntries(
    unique.map((path) => [relative(root, path).split(sep).join("/"), sha256(path) ?? "cannot be read"]),
  );
}

function installedPackages(root: string): Record<string, string> {
  const { packages } = readObject(join(root, "package-lock.json"));
  const own = Object.entries(isObject(packages) ? packages : {}).filter(([key]) => !key.includes("node_modules"));
  const names = own.flatMap(([, entry]) =>
    isObject(entry) && isObject(entry.dependencies) ? Object.keys(entry.dependencies) : [],
  );
  const versions = [...new Set(names)].sort().flatMap((name) => {
    const { version } = readObject(join(root, "node_modules", name, "package.json"));
    return typeof version === "string" ? [[name, version] as const] : [];
  });
  return Object.fromEntries(versions);
}

function commitOf(folder: string): { commit: string | null; uncommittedChanges: boolean | null } {
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const commit = git("rev-parse", "HEAD");
    return { commit, uncommittedChanges: git("status", "--porcelain", "--untracked-files=no") !== "" };
  } catch {
    return { commit: null, uncommittedChanges: null }; // no git, or no repository: nothing is said
  }
}
