/** @file A study from its configuration to its records: stages in a store, workers in a pool, one line a policy at the end. */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeJsonLines } from "../../core/json-lines.ts";
import { codeVersion } from "../code-version.ts";
import { stageKey } from "../stage.ts";
import { openStageStore } from "../stage-store.ts";
import { runSweep, type StageState } from "../sweep.ts";
import { createWorkerPool } from "../worker-pool.ts";
import type { StudyConfig } from "./study-config.ts";
import { planStudy } from "./study-plan.ts";

export interface RunStudyOptions {
  readonly config: StudyConfig;
  /** folder of the stages, so that a second run does only what changed */
  readonly store: string;
  /** file of JSON lines that the records are written to */
  readonly results: string;
  /** processes at a time; default: one a core */
  readonly workers?: number;
  /** told at each change */
  readonly onChange?: (states: readonly StageState[], workers: number) => void;
}

export interface StudyOutcome {
  readonly states: readonly StageState[];
  /** policies whose record was written */
  readonly finished: number;
  readonly planned: number;
}

/**
 * Runs what is not done yet, and writes a record for each finished policy: its measures, configuration, stage, seed,
 * versions and seconds. Stages that fail leave the others their results.
 *
 * @throws RangeError or TypeError for a configuration that does not fit; Error when another process uses the store
 */
export async function runStudy({
  config,
  store: folder,
  results,
  workers,
  onChange,
}: RunStudyOptions): Promise<StudyOutcome> {
  const runs = planStudy(config);
  const toolkit = join(import.meta.dirname, "..", "..");
  const version = codeVersion(toolkit);
  await mkdir(folder, { recursive: true });
  const store = await openStageStore(folder);
  const pool = createWorkerPool(
    join(import.meta.dirname, "study-worker.ts"),
    workers === undefined ? {} : { size: workers },
  );
  try {
    const { records, states } = await runSweep(
      runs.map(({ stage }) => stage),
      {
        store,
        pool,
        codeVersion: version,
        versions: versionsOf(toolkit, version),
        ...(onChange && { onChange: (now: readonly StageState[]) => onChange(now, pool.size) }),
      },
    );
    const lines = runs.flatMap(({ method, size, seed, stage }) => {
      const record = records.get(stageKey(stage, version));
      if (record === undefined) return [];
      const { result, key, seconds, versions, work } = record;
      return [
        { method, size, seed, ...(result as object), stage: work, key, seconds, versions, config: record.config },
      ];
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
