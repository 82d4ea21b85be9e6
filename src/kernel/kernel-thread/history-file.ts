/** @file The file that keeps what was typed: whole lines appended by all kernels of a user, read on from where reading stopped. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { userDataFolder } from "../jupyter-paths.ts";

/** Each is read before the next, so that a file of years is never in memory whole. */
const CHUNK_BYTES = 1 << 20;

/** A line of the file. Sessions are numbered by their first appearance, so that kernels need no lock to number theirs. */
export interface HistoryLine {
  readonly session: string;
  readonly line: number;
  readonly input?: string;
  readonly output?: string;
}

/**
 * Where history is kept: what EIGHTFOLD_HISTORY names, else the user's Jupyter folder.
 *
 * @returns an absolute path; undefined when EIGHTFOLD_HISTORY is `off`
 */
export function historyFile(): string | undefined {
  const { EIGHTFOLD_HISTORY } = process.env;
  if (EIGHTFOLD_HISTORY === "off") return undefined;
  return EIGHTFOLD_HISTORY || join(userDataFolder(), "eightfold", "history.jsonl");
}

/** Appends to the file, whose folder need not exist. @throws Error of the file system */
export async function appendHistory(file: string, text: string): Promise<void> {
  try {
    await appendFile(file, text, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, text, { mode: 0o600 });
  }
}

/** Reads what has come to the file since it was last asked. */
export interface HistoryReader {
  /**
   * @param onLine given each line that is whole and can be read; others cost themselves alone
   * @param onStart told when the file is read from its beginning: at first, and after its owner has deleted or cut it
   */
  read(onLine: (line: HistoryLine) => void, onStart: () => void): void;
}

export function createHistoryReader(file: string): HistoryReader {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = 0;
  let inode = -1;
  let decoder = new StringDecoder("utf8");
  let begun = ""; // a line whose end is not in the file yet

  return {
    read(onLine, onStart) {
      const descriptor = openForReading(file);
      if (descriptor === undefined) return;
      try {
        const { ino, size } = fstatSync(descriptor);
        if (ino !== inode || size < position) {
          [position, inode, decoder, begun] = [0, ino, new StringDecoder("utf8"), ""];
          onStart();
        }
        for (;;) {
          const count = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
          if (count === 0) break;
          position += count;
          const lines = (begun + decoder.write(chunk.subarray(0, count))).split("\n");
          begun = lines.pop() ?? "";
          for (const text of lines) {
            const line = parseLine(text);
            if (line !== undefined) onLine(line);
          }
        }
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function openForReading(file: string): number | undefined {
  try {
    return openSync(file, "r");
  } catch {
    return undefined; // no kernel has written one yet
  }
}

function parseLine(text: string): HistoryLine | undefined {
  try {
    const value = JSON.parse(text) as HistoryLine;
    return typeof value.session === "string" && typeof value.line === "number" ? value : undefined;
  } catch {
    return undefined; // a line that a full disk or a crash cut off
  }
}
