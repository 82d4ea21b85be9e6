/** @file The names by which frontends know cells: a path that never exists, made of a hash of the cell's text. */
import { tmpdir } from "node:os";
import { join, sep } from "node:path";

/** What debugInfo tells of them; frontends make the same names. */
export const CELL_FILES = {
  hashMethod: "Murmur2",
  hashSeed: 0xc70f6907,
  tmpFilePrefix: join(tmpdir(), `eightfold_${process.pid}`) + sep,
  tmpFileSuffix: ".ts",
} as const;

/**
 * The path of a cell.
 *
 * @source https://jupyter-client.readthedocs.io/en/stable/messaging.html#dumpcell
 */
export function cellPath(code: string): string {
  return `${CELL_FILES.tmpFilePrefix}${murmur2(code, CELL_FILES.hashSeed)}${CELL_FILES.tmpFileSuffix}`;
}

/** True for the path of a cell of this kernel. */
export function isCellPath(path: string): boolean {
  return path.startsWith(CELL_FILES.tmpFilePrefix);
}

const MULTIPLIER = 0x5bd1e995;

/**
 * MurmurHash2 of a text's UTF-8, a count of 32 bits.
 *
 * @source Austin Appleby, https://github.com/aappleby/smhasher/blob/master/src/MurmurHash2.cpp
 */
export function murmur2(text: string, seed: number): number {
  const bytes = Buffer.from(text);
  let hash = seed ^ bytes.length;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4) {
    const mixed = Math.imul(bytes.readUInt32LE(at), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(mixed ^ (mixed >>> 24), MULTIPLIER);
  }
  const rest = bytes.length - at;
  if (rest > 0) hash = Math.imul(hash ^ bytes.readUIntLE(at, rest), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) >>> 0;
}
