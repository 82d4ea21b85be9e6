/** @file Where compiled libraries are kept: whole ones alone are found again, and none that another user could have put there. */
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
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
    chmodSync(made, 0o700);
    const file = join(folder, keptName(key, made));
    renameSync(made, file);
    return file;
  });
}

/** A folder to make a library in, for the caller to remove. @throws EngineMissing when nothing can be kept there */
export function workFolder(folder: string): string {
  return kept(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requireOwn(folder);
    for (const name of namesIn(folder))
      if (isLeft(join(folder, name))) rmSync(join(folder, name), { recursive: true, force: true });
    return mkdtempSync(join(folder, WORK));
  });
}

const WORK = "making-";

const DAY = 86_400_000; // milliseconds; no build takes that long

/** Whether it is of a build that was killed before it could clean up. */
function isLeft(path: string): boolean {
  if (!basename(path).startsWith(WORK)) return false;
  const about = statSync(path, { throwIfNoEntry: false }); // another process may have ended its own meanwhile
  return about !== undefined && about.mtimeMs < Date.now() - DAY;
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
