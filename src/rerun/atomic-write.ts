/** @file Writing a file so that a reader finds the old one or the new one, whole. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { fileProblem } from "./notebook/notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";

/**
 * Writes a text file through a temporary file beside it.
 *
 * @param path where to; a link is followed, and the mode of an existing file is kept
 * @param text the whole text, written as UTF-8
 * @returns the path; or one line that names the file and what to do, the old file being untouched
 */
export function writeAtomically(path: string, text: string): Outcome<string> {
  const target = existing(path);
  const place = target?.path ?? path;
  const temporary = `${place}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, "wx");
    try {
      writeWhole(file, Buffer.from(text));
      fsyncSync(file); // else a power cut may leave the new name on an empty file
    } finally {
      closeSync(file);
    }
    if (target !== undefined) chmodSync(temporary, target.mode);
    renameSync(temporary, place);
    return success(path);
  } catch (error) {
    rmSync(temporary, { force: true });
    return failure(`${path} was not written: ${fileProblem(error)}`);
  }
}

function existing(path: string): { path: string; mode: number } | undefined {
  try {
    return { path: realpathSync(path), mode: statSync(path).mode };
  } catch {
    return undefined; // there is none yet: a new file has the path and mode that it is given
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
