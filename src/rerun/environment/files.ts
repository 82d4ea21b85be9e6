/** @file Small questions to the file system that checks and descriptions share. */
import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject, type JsonObject, parseJson } from "../json-text.ts";

/** Whether there is a file, not a folder, under a path; none under one that the system refuses to follow. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // too long, or through a folder that one may not enter
  }
}

/** Whether two paths lead to one file, however they are spelt: through links, "./", or another case where it does not matter. */
export function isSameFile(path: string, other: string): boolean {
  return existsSync(path) && existsSync(other) && realpathSync.native(path) === realpathSync.native(other);
}

/** Bytes of a file that are in memory at a time. */
const PIECE = 2 ** 20;

/**
 * SHA-256 of a file's bytes, in hexadecimal digits, however large it is.
 *
 * @returns undefined for a file that cannot be read
 */
export function sha256(path: string): string | undefined {
  const hash = createHash("sha256");
  try {
    const file = openSync(path, "r");
    try {
      const piece = Buffer.alloc(PIECE);
      for (let read = -1; read !== 0; ) {
        read = readSync(file, piece);
        hash.update(piece.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined; // no right to read it, or it has gone
  }
  return hash.digest("hex");
}

/** The JSON object in a file; an empty one when the file is missing or holds none. */
export function readObject(path: string): JsonObject {
  try {
    const parsed = parseJson(readFileSync(path, "utf8"));
    return parsed.ok && isObject(parsed.value) ? parsed.value : {};
  } catch {
    return {};
  }
}

/** The nearest folder, at or above one, that holds a name; undefined when there is none. */
export function folderWith(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
