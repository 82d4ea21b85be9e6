/** @file The log of a training run: JSON lines, one every n updates and one an evaluation. */
import { requireCount } from "../core/argument-checks.ts";
import { secondsNow } from "../core/clock.ts";
import { appendJsonLines, parseJsonLines, writeJsonLines } from "../core/json-lines.ts";
import { readText } from "../core/text-file.ts";
import type { TrainingObserver } from "./observer.ts";

/**
 * Writes what happens to a file. A run that goes on from a checkpoint drops the lines of later updates, which a run that
 * was cut off had written: the file is that of a run that was never stopped.
 *
 * @param path of the file, made where there is none
 * @param options every: updates a line, 1 by default; flushSeconds: how long lines may wait to be written, 1 by default
 */
export function metricsFile(
  path: string,
  { every = 1, flushSeconds = 1 }: { every?: number; flushSeconds?: number } = {},
): TrainingObserver {
  requireCount("metricsFile", "every", every, 1, Number.MAX_SAFE_INTEGER);
  let waiting: object[] = [];
  let flushed = secondsNow();
  const flush = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    flushed = secondsNow();
    if (lines.length > 0) await appendJsonLines(path, lines);
  };
  const write = async (line: object): Promise<void> => {
    waiting.push(line);
    if (secondsNow() - flushed >= flushSeconds) await flush();
  };
  return {
    started: (from) => keepUpTo(path, from),
    updated: async ({ metrics, ...record }) => {
      if (record.update % every === 0) await write({ ...record, ...written(metrics) });
    },
    evaluated: ({ update, kind, values }) => write({ update, [kind]: written(values) }),
    ended: flush,
  };
}

/** JSON has no NaN and no infinities: as text they are not lost. */
function written(values: Readonly<Record<string, number>>): Record<string, number | string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  );
}

async function keepUpTo(path: string, update: number): Promise<void> {
  const text = await readText(path).catch((error: Error) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  const whole = text.slice(0, text.lastIndexOf("\n") + 1); // what follows was torn
  const records = parseJsonLines(path, whole).map(({ record }) => record);
  await writeJsonLines(
    path,
    records.filter((record) => Number(record.update) <= update),
  );
}
