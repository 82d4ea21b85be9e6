/** @file A data set's file from a path or an address, read only when it is the one that is meant. */
import { createHash } from "node:crypto";
import { type JsonLine, parseJsonLines } from "../../core/json-lines.ts";
import { readText } from "../../core/text-file.ts";

/** Where a file is, and which one it must be. */
export interface DataFile {
  /** a path, or an address that begins with https:// or http:// */
  from: string;
  /** checksum of its bytes in hexadecimal, or "any" for a file of one's own */
  sha256: string;
}

/**
 * The records of a file of JSON lines.
 *
 * @throws Error in one line that names the file for one that cannot be read, has another checksum, or a bad line
 */
export async function readDataFile({ from, sha256 }: DataFile): Promise<JsonLine[]> {
  const text = /^https?:\/\//.test(from) ? await fetchText(from) : await readText(from);
  const found = createHash("sha256").update(text, "utf8").digest("hex");
  if (sha256 !== "any" && found !== sha256) {
    throw new Error(`${from}: sha256 is ${found}, expected ${sha256} (hint: "any" reads a file of your own)`);
  }
  return parseJsonLines(from, text);
}

async function fetchText(address: string): Promise<string> {
  const response = await fetch(address).catch((error: Error) => {
    throw new Error(`${address}: ${error.message}`, { cause: error });
  });
  if (!response.ok) throw new Error(`${address}: the server answered ${response.status} ${response.statusText}`);
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

/** The texts of a record under these names. @throws Error that names file, line and what is missing */
export function textsOf<Name extends string>(
  from: string,
  { line, record }: JsonLine,
  names: readonly Name[],
): Record<Name, string> {
  for (const name of names) {
    const text = record[name];
    if (typeof text === "string" && text.trim() !== "") continue;
    const got = text === undefined ? "nothing" : JSON.stringify(text);
    throw new Error(`${from}, line ${line}: expected text under "${name}", got ${got}`);
  }
  return record as Record<Name, string>;
}
