/** @file Planned runs from their stages to their records: a store, a pool of workers, and one line of a file a finished run. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeJsonLines } from "../core/json-lines.ts";
import { codeVersion } from "./code-version.ts";
import { type Json, type Stage, stageKey } from "./stage.ts";
import { openStageStore } from "./stage-store.ts";
import { runSweep, type StageState } from "./sweep.ts";
import type { TellSweep } from "./sweep-display.ts";
import { createWorkerPool } from "./worker-pool.ts";

/** A run whose last stage gives its record. */
export interface PlannedRun {
  /** where a table counts it */
  readonly row: string;
  readonly column: string;
  /** what the record begins with, such as method and seed */
  readonly labels: { readonly [name: string]: Json };
  readonly stage: Stage;
}

export interface RunOptions {
  /** folder of the stages, so that a second run does only what changed */
  readonly store: string;
  /** file of JSON lines that the records are written to */
  readonly results: string;
  /** processes at a time; default: one a core */
  readonly workers?: number;
  /** told at each change */
  readonly onChange?: TellSweep;
}

export interface RunOutcome {
  readonly states: readonly StageState[];
  /** runs whose record was written */
  readonly finished: number;
  readonly planned: number;
}

/**
 * Runs what is not done yet, and writes a record for each finished run: its labels, what its last stage found, stage,
 * versions, seconds and configuration. Stages that fail leave the others their results.
 *
 * @param runs in the order of their records
 * @param worker the worker's module, which calls `serveJobs`
 * @throws Error when another process uses the store
 */
export async function runPlan(
  runs: readonly PlannedRun[],
  worker: string,
  { store: folder, results, workers, onChange }: RunOptions,
): Promise<RunOutcome> {
  const toolkit = join(import.meta.dirname, "..");
  const version = codeVersion(toolkit);
  await mkdir(folder, { recursive: true });
  const store = await openStageStore(folder);
  const pool = createWorkerPool(worker, workers === undefined ? {} : { size: workers });
  const keyed = runs.map((run) => ({ ...run, key: stageKey(run.stage, version) }));
  try {
    const { records, states } = await runSweep(
      runs.map(({ stage }) => stage),
      {
        store,
        pool,
        codeVersion: version,
        versions: versionsOf(toolkit, version),
        ...(onChange && { onChange: (now: readonly StageState[]) => onChange(now, pool.size, keyed) }),
      },
    );
    const lines = keyed.flatMap(({ labels, key }) => {
      const record = records.get(key);
      if (record === undefined) return [];
      const { result, seconds, versions, work, config } = record;
      return [{ ...labels, ...(result as object), stage: work, key, seconds, versions, config }];
    });
    await writeJsonLines(results, lines);
    return { states, finished: lines.length, planned: runs.length };
  } finally {
    await pool.close();
    await store.close();
  }
}

function versionsOf(toolkit: string, code: string): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(toolkit, "package.json"), "utf8")) as { version: string };
  return { toolkit: version, code, node: process.versions.node };
}
