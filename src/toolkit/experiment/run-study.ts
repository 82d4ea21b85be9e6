/** @file A study from its configuration to its records: a store, an executor, and one line of a file a finished run. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { writeJsonLines } from "../core/json-lines.ts";
import { codeVersion } from "./code-version.ts";
import type { OpenExecutor } from "./executor.ts";
import { stageKey } from "./stage.ts";
import { openStageStore } from "./stage-store.ts";
import type { PlannedRun, Study } from "./study.ts";
import { runSweep, type StageState } from "./sweep.ts";
import type { TellSweep } from "./sweep-display.ts";
import { createWorkerPool } from "./worker-pool.ts";

export interface RunOptions {
  /** folder of the stages, so that a second run does only what changed */
  readonly store: string;
  /** file of JSON lines that the records are written to */
  readonly results: string;
  /** who does the stages; default: createWorkerPool, one process a core */
  readonly executor?: OpenExecutor;
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
 * @throws RangeError or TypeError for a configuration that does not fit; Error when another process uses the store
 */
export async function runStudy<Config, Run extends PlannedRun>(
  study: Study<Config, Run, unknown>,
  config: Config,
  { store: folder, results, executor: open = createWorkerPool, onChange }: RunOptions,
): Promise<RunOutcome> {
  const toolkit = join(import.meta.dirname, "..");
  const version = codeVersion(toolkit);
  const { rows, columns } = study.table;
  const runs = study.plan(config).map((run) => {
    const { stage, ...labels } = run;
    return { stage, labels, key: stageKey(stage, version), row: String(run[rows]), column: String(run[columns]) };
  });
  const executor = open(study.works);
  const store = await openStageStore(folder);
  try {
    const { records, states } = await runSweep(
      runs.map(({ stage }) => stage),
      {
        store,
        executor,
        codeVersion: version,
        versions: versionsOf(version),
        ...(onChange && { onChange: (now: readonly StageState[]) => onChange(now, executor.size, runs) }),
      },
    );
    const lines = runs.flatMap(({ labels, key }) => {
      const record = records.get(key);
      if (record === undefined) return [];
      const { result, seconds, versions, work, config: settings } = record;
      return [{ ...labels, ...(result as object), stage: work, key, seconds, versions, config: settings }];
    });
    await writeJsonLines(results, lines);
    return { states, finished: lines.length, planned: runs.length };
  } finally {
    await executor.close();
    await store.close();
  }
}

function versionsOf(code: string): Record<string, string> {
  const { version } = createRequire(import.meta.url)("@eightfold/toolkit/package.json") as { version: string };
  return { toolkit: version, code, node: process.versions.node };
}
