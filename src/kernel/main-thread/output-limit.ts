/** @file How much text a cell may print: the rest is counted and dropped, so that a runaway loop fills no notebook. */

/** The environment variable that says how many bytes; a cell may set it for the cells after it. */
const VARIABLE = "EIGHTFOLD_MAX_OUTPUT_BYTES";

/** Far more than anyone reads, and little enough for a browser to hold. */
const DEFAULT_BYTES = 32 * 2 ** 20;

/** Its own reference: a cell may overwrite the globals. */
const { env } = process;

export interface OutputLimit {
  /**
   * What may be printed of a text, in whole characters.
   *
   * @param chunk text, or bytes of UTF-8
   * @returns the chunk itself, its beginning, or undefined when there is no room
   */
  admit<Chunk extends string | Uint8Array>(chunk: Chunk): Chunk | undefined;
  /** A line that says how much was dropped since the last notice; undefined when nothing was. */
  notice(): string | undefined;
}

/**
 * A limit for one cell.
 *
 * @param setting value of the environment variable; undefined for the default
 */
export function createOutputLimit(setting: string | undefined = env[VARIABLE]): OutputLimit {
  const limit = parseBytes(setting);
  let room = limit ?? DEFAULT_BYTES;
  let dropped = 0;
  return {
    admit(chunk) {
      const bytes = byteLength(chunk);
      if (bytes <= room) {
        room -= bytes;
        return chunk;
      }
      const beginning = room === 0 ? undefined : cut(chunk, room);
      dropped += bytes - (beginning === undefined ? 0 : byteLength(beginning));
      room = 0;
      return beginning;
    },
    notice() {
      if (dropped === 0) return undefined;
      const bad = setting !== undefined && limit === undefined;
      const text =
        `\n[${dropped} more bytes of text were dropped: a cell may print ${limit ?? DEFAULT_BYTES} ` +
        `(${bad ? `${VARIABLE} requires a whole number of bytes, got '${setting}'` : `hint: set process.env.${VARIABLE} in an earlier cell, or in the kernel's environment`})]\n`;
      dropped = 0;
      return text;
    },
  };
}

/** Undefined when it is no whole number. */
function parseBytes(setting: string | undefined): number | undefined {
  const bytes = Number(setting);
  return setting?.trim() !== "" && Number.isInteger(bytes) && bytes >= 0 ? bytes : undefined;
}

/** Its own reference: a cell may overwrite the globals. */
const { byteLength: utf8Length } = Buffer;

function byteLength(chunk: string | Uint8Array): number {
  return typeof chunk === "string" ? utf8Length(chunk) : chunk.length;
}

function cut<Chunk extends string | Uint8Array>(chunk: Chunk, bytes: number): Chunk {
  if (typeof chunk !== "string") return chunk.subarray(0, bytes) as Chunk;
  const { read } = new TextEncoder().encodeInto(chunk, new Uint8Array(bytes)); // ends between two characters
  return chunk.slice(0, read) as Chunk;
}
