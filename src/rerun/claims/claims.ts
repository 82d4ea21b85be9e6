/** @file Reading and checking a claims file: the numbers a run must reproduce. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { folderWith, isSameFile } from "../environment/files.ts";
import { isObject, type JsonObject, parseJson } from "../json-text.ts";
import { fileProblem, type Notebook } from "../notebook/notebook.ts";
import { failure, type Outcome, success } from "../outcome.ts";

/** A number that a notebook is said to show. */
export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** Path of the notebook, as the file states it. */
  readonly notebook: string;
  /** Id of the cell after which the number is measured. */
  readonly cell: string;
  /** What is measured, in the notebook's language; or else the claim is about a printed number. */
  readonly expression?: string;
  /** Place of the number among those that the cell prints, from 1; or the first and the last place of several. */
  readonly printed?: number | readonly [first: number, last: number];
  /** Path of the file of stored records that the number is read from; undefined for one that the run itself computes. */
  readonly records?: string;
  /** The one profile in which the claim is made; undefined for both. */
  readonly profile?: Profile;
  readonly expected: Value;
  readonly tolerance: Tolerance;
  /** The interval that the statement carries. */
  readonly interval?: readonly [low: number, high: number];
  /** Where the claim was first made. */
  readonly source: string;
}

/** A number, or several that are claimed together, such as the ends of an interval. */
export type Value = number | readonly number[];

/**
 * How far a number may lie from the expected one; in a list, each from its own. Or, of two intervals [low, high], the share
 * of the shorter one that must lie in the other; 0 when they need only touch.
 */
export type Tolerance = { readonly absolute: number } | { readonly relative: number } | { readonly overlap: number };

/** How much of the work a run does: minutes, or all of it. */
export type Profile = "quick" | "full";

export interface ClaimsFile {
  readonly path: string;
  readonly claims: readonly Claim[];
  /** What the claims were recorded with, when the file says so. */
  readonly environment: RecordedEnvironment;
}

interface RecordedEnvironment {
  /** Node's version; another major version is another environment. */
  readonly node?: string;
  /** Path, from the claims file's folder or one above it -> sha256. */
  readonly files?: Readonly<Record<string, string>>;
  /** Path of a notebook, as the claims state it -> the seed in force at its end. */
  readonly seeds?: Readonly<Record<string, number>>;
}

/**
 * Reads a claims file and checks it by itself.
 *
 * @param path path of a JSON file {version: 1, claims: [...], environment?}
 * @returns its claims; or one line that names the file, the claim, and what to do
 */
export function readClaims(path: string): Outcome<ClaimsFile> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return failure(`${path}: ${fileProblem(error)}`);
  }
  const parsed = parseJson(text);
  if (!parsed.ok) return failure(`${path}, ${parsed.reason}`);
  const file = parsed.value;
  const problem = fileShapeProblem(file);
  if (problem !== undefined) return failure(`${path}: ${problem}`);
  const { claims, environment = {} } = file as { claims: Claim[]; environment?: RecordedEnvironment };
  const ids = new Set<string>();
  for (const [index, claim] of claims.entries()) {
    const name = isObject(claim) && typeof claim.id === "string" ? `claim "${claim.id}"` : `claims[${index}]`;
    const wrong = claimProblem(claim) ?? (ids.has(claim.id) ? "an earlier claim has this id" : undefined);
    if (wrong !== undefined) return failure(`${path}: ${name}: ${wrong}`);
    ids.add(claim.id);
    if (findFromFile(path, claim.notebook) === undefined) {
      return failure(`${path}: ${name}: there is no notebook ${claim.notebook} (hint: correct "notebook")`);
    }
    if (claim.records !== undefined && findFromFile(path, claim.records) === undefined) {
      return failure(`${path}: ${name}: there is no file ${claim.records} (hint: correct "records")`);
    }
  }
  for (const notebook of Object.keys(environment.seeds ?? {})) {
    if (findFromFile(path, notebook) === undefined) {
      return failure(`${path}: "environment.seeds": there is no notebook ${notebook} (hint: correct its path)`);
    }
  }
  return success({ path, claims, environment });
}

/**
 * The claims of one notebook.
 *
 * @param profile claims of the other one are left out
 * @returns its claims, each of a cell that runs; or one line that names the file, the claim, and what to do
 */
export function claimsOf(file: ClaimsFile, notebook: Notebook, profile: Profile): Outcome<Claim[]> {
  const claims = file.claims.filter((claim) => {
    return isNotebook(file, claim.notebook, notebook) && (claim.profile ?? profile) === profile;
  });
  for (const claim of claims) {
    const cell = notebook.cells.find(({ id }) => id === claim.cell);
    if (cell?.number !== undefined) continue;
    const what = cell === undefined ? `has no cell "${claim.cell}"` : `does not run cell "${claim.cell}"`;
    const known = notebook.cells.filter(({ number }) => number !== undefined).map(({ id }) => id);
    const hint = `hint: correct "cell"; the cells that run are ${known.join(", ")}`;
    return failure(`${file.path}: claim "${claim.id}": ${notebook.path} ${what} (${hint})`);
  }
  return success(claims);
}

/** Whether a path that a claims file states is that of a notebook, whatever links either leads through. */
export function isNotebook(file: Pick<ClaimsFile, "path">, name: string, notebook: Notebook): boolean {
  const path = findFromFile(file.path, name);
  return path !== undefined && isSameFile(path, notebook.path);
}

/** A file named in the claims file: sought in its folder, in those above it, and in the current directory. */
export function findFromFile(claimsPath: string, name: string): string | undefined {
  const places = [resolve(claimsPath), ...(existsSync(claimsPath) ? [realpathSync(claimsPath)] : [])];
  const folder = places.map((place) => folderWith(name, dirname(place))).find((found) => found !== undefined);
  if (folder !== undefined) return isAbsolute(name) ? name : join(folder, name);
  return existsSync(name) ? resolve(name) : undefined;
}

function fileShapeProblem(file: unknown): string | undefined {
  if (!isObject(file)) return "a claims file is a JSON object {version: 1, claims: [...]}";
  const unknown = Object.keys(file).find((key) => !["version", "claims", "environment"].includes(key));
  if (unknown !== undefined) return `unknown key "${unknown}" (hint: version, claims and environment are known)`;
  if (file.version !== 1) return `"version" is 1, got ${JSON.stringify(file.version) ?? "none"}`;
  if (!Array.isArray(file.claims)) return '"claims" is a list';
  return environmentProblem(file.environment);
}

function environmentProblem(environment: unknown): string | undefined {
  if (environment === undefined) return undefined;
  if (!isObject(environment)) return '"environment" is an object {node?, files?, seeds?}';
  const unknown = Object.keys(environment).find((key) => !["node", "files", "seeds"].includes(key));
  if (unknown !== undefined) return `unknown key "${unknown}" in "environment" (hint: node, files and seeds are known)`;
  const { node, files, seeds } = environment;
  if (seeds !== undefined && !(isObject(seeds) && Object.values(seeds).every(Number.isInteger))) {
    return '"environment.seeds" gives each notebook a whole number';
  }
  if (node !== undefined && (typeof node !== "string" || !/^v?\d+(\.|$)/.test(node))) {
    return `"environment.node" is a version such as "20.20.2", got ${JSON.stringify(node)}`;
  }
  const hashed = files === undefined || (isObject(files) && Object.values(files).every(isSha256));
  return hashed ? undefined : '"environment.files" gives each path a sha256 of 64 hexadecimal digits';
}

function isSha256(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

const TEXT_KEYS = ["id", "statement", "notebook", "cell", "source"] as const;
const KNOWN_KEYS: readonly string[] = [
  ...[...TEXT_KEYS, "expression", "printed", "expected", "tolerance"],
  ...["interval", "profile", "records"],
];

function claimProblem(claim: unknown): string | undefined {
  if (!isObject(claim)) return "a claim is an object";
  const unknown = Object.keys(claim).find((key) => !KNOWN_KEYS.includes(key));
  if (unknown !== undefined) return `unknown key "${unknown}" (hint: ${KNOWN_KEYS.join(", ")} are known)`;
  for (const key of TEXT_KEYS) {
    const value = claim[key];
    if (typeof value !== "string" || value.trim() === "") {
      return `"${key}" is text, got ${JSON.stringify(value) ?? "none"}`;
    }
  }
  const numbers = Array.isArray(claim.expected) ? claim.expected : [claim.expected];
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) {
    const beyond = numbers.some((number) => typeof number === "number") ? ", each within the range of numbers" : "";
    return `"expected" is a number or a list of numbers${beyond}, got ${shown(claim.expected)}`;
  }
  if (claim.records !== undefined && (typeof claim.records !== "string" || claim.records.trim() === "")) {
    return `"records" is the path of a file of stored records, got ${JSON.stringify(claim.records)}`;
  }
  return measuredProblem(claim) ?? toleranceProblem(claim) ?? intervalProblem(claim);
}

/** As JSON, with the infinity that 1e999 is read as. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_, one) => (one === Infinity || one === -Infinity ? String(one) : one)) ?? "none";
}

/** One line about each claim whose tolerance is not what it seems. */
export function doubtfulTolerances({ path, claims }: ClaimsFile): string[] {
  return claims.flatMap(({ id, expected, tolerance }) => {
    const isNothing = "relative" in tolerance && tolerance.relative > 0 && [expected].flat().includes(0);
    return isNothing ? `${path}: claim "${id}": a relative tolerance of 0 is 0 (hint: {"absolute": number})` : [];
  });
}

function measuredProblem({ expression, printed, profile, expected }: JsonObject): string | undefined {
  if (profile !== undefined && profile !== "quick" && profile !== "full") {
    return `"profile" is quick or full, got ${JSON.stringify(profile)}`;
  }
  if (printed === undefined) {
    if (typeof expression === "string" && expression.trim() !== "") return undefined;
    return `"expression" is text, got ${JSON.stringify(expression) ?? "none"} (hint: or "printed", a number's place in the output)`;
  }
  if (expression !== undefined) return 'either "expression" or "printed" says what is measured, not both';
  const [first, last = first, ...rest]: unknown[] = [printed].flat();
  if (!isPlace(first) || !isPlace(last) || last < first || rest.length > 0) {
    return `"printed" is the place of a number among those that the cell prints, from 1, or [first, last], got ${JSON.stringify(printed)}`;
  }
  const count = last - first + 1;
  const claimed = [expected].flat().length;
  return count === claimed ? undefined : `"printed" names ${count} numbers, and "expected" has ${claimed}`;
}

function isPlace(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1;
}

function toleranceProblem({ tolerance, expected }: JsonObject): string | undefined {
  const entries = isObject(tolerance) ? Object.entries(tolerance) : [];
  const [[kind = "", width] = []] = entries;
  const most = { absolute: Number.MAX_VALUE, relative: Number.MAX_VALUE, overlap: 1 }[kind];
  const valid = entries.length === 1 && most !== undefined && typeof width === "number" && width >= 0 && width <= most;
  if (!valid) {
    const got = JSON.stringify(tolerance) ?? "none";
    return `"tolerance" is {"absolute": number >= 0}, {"relative": number >= 0} or {"overlap": share in [0, 1]}, got ${got}`;
  }
  if (kind !== "overlap") return undefined;
  const [low, high, ...rest]: unknown[] = Array.isArray(expected) ? expected : [];
  if (typeof low === "number" && typeof high === "number" && low <= high && rest.length === 0) return undefined;
  return `"expected" is [low, high] where the tolerance is an overlap, got ${JSON.stringify(expected)}`;
}

function intervalProblem({ interval }: JsonObject): string | undefined {
  if (interval === undefined) return undefined;
  const [low, high, ...rest]: unknown[] = Array.isArray(interval) ? interval : [];
  if (typeof low === "number" && typeof high === "number" && low <= high && rest.length === 0) return undefined;
  return `"interval" is [low, high], got ${JSON.stringify(interval)}`;
}
