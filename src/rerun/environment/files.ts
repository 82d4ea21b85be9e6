/** @file Small questions to the file system that checks and descriptions share. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isObject, type JsonObject, parseJson } from "../json-text.ts";

/** Whether there is a file, not a folder, under a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** SHA-256 of a file's bytes, in hexadecimal digits. */
export function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** The JSON object in a file; an empty one when the file is missing or holds none. */
export function readObject(path: string): JsonObject {
  if (!isFile(path)) return {};
  const parsed = parseJson(readFileSync(path, "utf8"));
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
}

/** The nearest folder, at or above one, that holds a name; undefined when there is none. */
export function folderWith(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
