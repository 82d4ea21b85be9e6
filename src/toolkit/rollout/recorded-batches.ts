/** @file Work that is recorded batch by batch as JSON lines, and goes on after a crash where the file ends. */
import { requireCount } from "../core/argument-checks.ts";
import { appendJsonLines, parseJsonLines } from "../core/json-lines.ts";
import { replaceFile } from "../core/replace-file.ts";
import { readText } from "../core/text-file.ts";
import type { ProblemKey } from "./rollouts.ts";

export interface RecordedWork<Item extends ProblemKey, Made extends ProblemKey> {
  /** file of JSON lines, made where there is none */
  path: string;
  /** all items; one record is made of each, in their order */
  items: readonly Item[];
  /** items that `work` is given at once, a count >= 1 */
  batchSize: number;
  /** One record an item, in their order. `batch` counts from 0 over all items: split a stream by it. */
  work(items: readonly Item[], batch: number): Promise<readonly Made[]>;
  /** told after each batch, with items done and items in all */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Does the batches that the file does not hold yet, and returns the records of all. A batch reaches the file in one write;
 * of one that a crash has torn, nothing is kept. So a run that was killed gives, when started again, the records of a run
 * that was not, as long as `work` is a function of its arguments.
 *
 * @returns one record an item, in their order
 * @throws Error that names file and line for a line that is no record of these items
 */
export async function recordBatches<Item extends ProblemKey, Made extends ProblemKey>(
  options: RecordedWork<Item, Made>,
): Promise<Made[]> {
  const { path, items, batchSize, work, onProgress } = options;
  requireCount("recordBatches", "batchSize", batchSize, 1, Number.MAX_SAFE_INTEGER);
  const records = await recordsSoFar<Item, Made>(path, items, batchSize);
  if (items.length === 0) await replaceFile(path, ""); // no work is work done: who reads the file finds it, with no record
  for (let start = records.length; start < items.length; start += batchSize) {
    const batch = items.slice(start, start + batchSize);
    const made = await work(batch, start / batchSize);
    if (made.length !== batch.length) throw new Error(`work made ${made.length} records of ${batch.length} items`);
    await appendJsonLines(path, made);
    records.push(...made);
    onProgress?.(records.length, items.length);
  }
  return records;
}

/** The records of the batches that were written whole; what a crash left of another one is cut from the file. */
async function recordsSoFar<Item extends ProblemKey, Made extends ProblemKey>(
  path: string,
  items: readonly Item[],
  batchSize: number,
): Promise<Made[]> {
  const text = await readText(path).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").slice(0, -1); // what follows the last line break is a torn line
  const whole = lines.length >= items.length ? items.length : lines.length - (lines.length % batchSize);
  const kept = lines
    .slice(0, whole)
    .map((line) => `${line}\n`)
    .join("");
  const records = parseJsonLines(path, kept).map(({ record, line }) => {
    const item = items[line - 1];
    const fits = item?.split === record.split && item?.index === record.index && item?.id === record.id;
    if (fits) return record as unknown as Made;
    const expected = item === undefined ? "no more records" : `problem ${item.index} of "${item.split}", "${item.id}"`;
    throw new Error(`${path}, line ${line}: expected ${expected} (hint: the file is of another run; name another one)`);
  });
  if (kept.length < text.length && lines.length <= items.length) await replaceFile(path, kept);
  else if (lines.length > items.length) {
    throw new Error(
      `${path}: ${lines.length} records, expected ${items.length} (hint: the file is of another run; name another one)`,
    );
  }
  return records;
}
