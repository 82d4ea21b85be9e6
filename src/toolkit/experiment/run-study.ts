/** @file A study from its configuration to its records: a plan, a store, an executor, and one line of a file a finished run. */
import { resolve } from "node:path";
import { writeJsonLines } from "../core/json-lines.ts";
import { type Executor, localExecutor } from "./executor.ts";
import type { StageRecord } from "./stage.ts";
import { openStageStore } from "./stage-store.ts";
import type { PlannedRun, Study } from "./study.ts";
import { planOf, type StudyPlan } from "./study-plan.ts";
import type { StageState } from "./sweep.ts";
import type { TellSweep } from "./sweep-display.ts";

export interface RunPlanOptions {
  /** folder of the stages, so that a second run does only what changed; any number of processes and hosts may share it */
  readonly store: string;
  /** who does the stages; default: localExecutor, one process a core */
  readonly executor?: Executor;
  /** told at each change */
  readonly onChange?: TellSweep;
}

export interface RunOptions extends RunPlanOptions {
  /** file of JSON lines that the records are written to */
  readonly results: string;
  /** of the study on a cluster: what `npm run study -- status` calls it; default "study" */
  readonly name?: string;
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
 * @throws RangeError or TypeError for a configuration that does not fit; StoreMismatch for a store of another engine
 */
export async function runStudy<Config, Run extends PlannedRun>(
  study: Study<Config, Run, unknown>,
  config: Config,
  { results, name = "study", ...options }: RunOptions,
): Promise<RunOutcome> {
  return runPlan(planOf(study, config, { name, results: resolve(results) }), options);
}

/** runStudy for a plan that is made already. */
export async function runPlan(
  plan: StudyPlan,
  { store: folder, executor = localExecutor(), onChange }: RunPlanOptions,
): Promise<RunOutcome> {
  const store = await openStageStore(folder);
  const tell = onChange && ((states: readonly StageState[], workers: number) => onChange(states, workers, plan.runs));
  const { records, states } = await executor.run(plan, store, tell);
  const finished = await writeRecords(plan, records);
  return { states, finished, planned: plan.runs.length };
}

/** Writes the records of the runs that are finished. @returns how many */
export async function writeRecords(plan: StudyPlan, records: ReadonlyMap<string, StageRecord>): Promise<number> {
  const lines = plan.runs.flatMap(({ labels, key }) => {
    const record = records.get(key);
    if (record === undefined) return [];
    const { result, seconds, versions, work, config: settings } = record;
    return [{ ...labels, ...(result as object), stage: work, key, seconds, versions, config: settings }];
  });
  await writeJsonLines(plan.results, lines);
  return lines.length;
}
