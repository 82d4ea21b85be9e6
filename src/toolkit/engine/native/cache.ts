/** @file Where compiled libraries are kept: whole ones alone are found again, and none that another user could have put there. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { EngineMissing } from "../engine-missing.ts";
import type { Environment } from "./compiler.ts";

const ELSEWHERE = "XDG_CACHE_HOME names another folder for caches, by its whole path";

/**
 * The user's folder of compiled libraries, which need not be there.
 *
 * @source XDG Base Directory Specification 0.8: a path that is not absolute is ignored
 * @throws EngineMissing where the user has no home folder
 */
export function cacheFolder({ XDG_CACHE_HOME: asked = "" }: Environment): string {
  return join(isAbsolute(asked) ? asked : join(home(), ".cache"), "eightfold", "native");
}

function home(): string {
  let found = "";
  try {
    found = homedir();
  } catch {} // of a user whom the system does not list
  if (isAbsolute(found)) return found;
  throw new EngineMissing(
    `the native engine requires a folder to be kept in, found no home folder (hint: ${ELSEWHERE})`,
  );
}

/**
 * The library that was kept under a key; undefined where there is none, or only what is no longer as it was written.
 *
 * @throws EngineMissing when another user could have written it
 */
export function findKept(folder: string, key: string): string | undefined {
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    if (!name.startsWith(`${key}-`)) continue;
    for (const path of [folder, file]) requireOwn(path);
    if (name === keptName(key, file)) return file;
  }
  return undefined;
}

/** Moves a library into the folder, at one stroke. @returns its path there @throws EngineMissing when it cannot be kept */
export function keep(folder: string, key: string, made: string): string {
  return kept(folder, () => {
    chmodSync(made, 0o755); // also where new files are the group's to write
    const file = join(folder, keptName(key, made));
    renameSync(made, file);
    return file;
  });
}

/**
 * What is made in a folder of its own, which is gone afterwards.
 *
 * @throws EngineMissing when nothing can be kept there
 */
export async function inWorkFolder<Made>(folder: string, make: (work: string) => Promise<Made>): Promise<Made> {
  const work = kept(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requireOwn(folder);
    return mkdtempSync(join(folder, WORK));
  });
  try {
    removeLeft(folder, statSync(work).mtimeMs);
    return await make(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const WORK = "making-";

const DAY = 86_400_000; // milliseconds; no build takes that long

/** Removes what builds left that were killed before they could. */
function removeLeft(folder: string, now: number): void {
  for (const name of namesIn(folder)) {
    const about = statSync(join(folder, name), { throwIfNoEntry: false }); // another process may have ended its own meanwhile
    if (!name.startsWith(WORK) || about === undefined || about.mtimeMs > now - DAY) continue;
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** With a checksum of what is in the file: one that a full disk or a crash cut off would take the process with it when it is loaded. */
function keptName(key: string, file: string): string {
  return `${key}-${createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16)}.node`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // what is in the way of making it is said then
  }
}

/** A library is a program: it may be this user's or the administrator's. */
function requireOwn(path: string): void {
  const { uid, mode } = statSync(path);
  const others = 0o022;
  if ((uid === 0 || uid === process.getuid?.()) && (mode & others) === 0) return;
  throw new EngineMissing(
    `the native engine loads nothing that another user may write, and ${path} is of user ${uid} with mode ${(mode & 0o777).toString(8)} (hint: chmod go-w where it is yours; ${ELSEWHERE})`,
  );
}

function kept(folder: string, does: () => string): string {
  try {
    return does();
  } catch (error) {
    if (error instanceof EngineMissing) throw error;
    throw new EngineMissing(
      `the native engine cannot be kept in ${folder}: ${(error as Error).message} (hint: ${ELSEWHERE})`,
      { cause: error },
    );
  }
}
