/** @file JSON lines, one record a line: results are added while they come, and a damaged line is named by its number. */
import { wrong } from "./argument-checks.ts";
import { replaceFile } from "./replace-file.ts";
import { appendLines, readText } from "./text-file.ts";

/** A record and the line on which it stands, counted from 1. */
export interface JsonLine {
  line: number;
  record: Record<string, unknown>;
}

/**
 * Reads a file of JSON lines. Empty lines are passed over.
 *
 * @param path relative to the working directory
 * @returns the records in their order, each with its line
 * @throws Error in one line that names file and line when a line is no JSON object
 * @source https://jsonlines.org
 */
export async function readJsonLines(path: string): Promise<JsonLine[]> {
  return parseJsonLines(path, await readText(path));
}

/**
 * The records of a text.
 *
 * @param name of the text, for errors
 * @example parseJsonLines("runs", '{"seed": 7}\n\n{"seed": 8}\n') // => [{ line: 1, record: { seed: 7 } }, { line: 3, record: { seed: 8 } }]
 */
export function parseJsonLines(name: string, text: string): JsonLine[] {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return lines.flatMap((source, index): JsonLine[] => {
    if (source.trim() === "") return [];
    const torn = index === lines.length - 1; // no line break after it
    return [{ line: index + 1, record: parseRecord(`${name}, line ${index + 1}`, source, torn) }];
  });
}

/**
 * Adds records to the end of a file, which is made where there is none: all of them in one write, on the disk before it returns.
 *
 * @param path relative to the working directory
 * @param records plain objects of what JSON can hold
 * @throws RangeError or TypeError that names record and key of a value that JSON would change; nothing is written then
 */
export async function appendJsonLines(path: string, records: readonly object[]): Promise<void> {
  await appendLines(path, formatJsonLines("appendJsonLines", records));
}

/** Replaces a file by these records at one stroke; for the rest as appendJsonLines. */
export async function writeJsonLines(path: string, records: readonly object[]): Promise<void> {
  await replaceFile(path, formatJsonLines("writeJsonLines", records));
}

function parseRecord(where: string, source: string, torn: boolean): Record<string, unknown> {
  let record: unknown;
  try {
    record = JSON.parse(source);
  } catch (error) {
    const hint = torn
      ? " (hint: the file ends inside this line, as after a crash; delete it, and run that part again)"
      : "";
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error);
    throw new Error(`${where}: no JSON: ${reason}${hint}`, { cause: error });
  }
  if (isRecord(record)) return record;
  throw new Error(`${where}: expected a JSON object {...}, got ${clipped(source.trim())}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function clipped(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

/** JSON.stringify writes NaN as null and leaves functions out: a result that comes back changed is none. */
function formatJsonLines(caller: string, records: readonly object[]): string {
  if (!Array.isArray(records)) throw wrong(caller, "records to be an array of plain objects", records);
  const lines = records.map((record: unknown, index) => {
    if (!isRecord(record)) throw wrong(caller, `records[${index}] to be a plain object`, record);
    return JSON.stringify(record, (key, value: unknown) => {
      const kept = typeof value === "number" ? Number.isFinite(value) : !UNKNOWN_TO_JSON.has(typeof value);
      if (kept) return value;
      throw wrong(caller, `records[${index}]: ${JSON.stringify(key)} to be what JSON can hold`, value);
    });
  });
  return lines.map((line) => `${line}\n`).join("");
}

const UNKNOWN_TO_JSON: ReadonlySet<string> = new Set(["undefined", "function", "symbol", "bigint"]);
