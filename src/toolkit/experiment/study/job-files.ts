/** @file What a stage of a study finds in the folders of the stages that it needs. */
import { join } from "node:path";
import { readJsonLines } from "../../core/json-lines.ts";
import type { ProblemRollouts, ValuedSolution } from "../../rollout/index.ts";
import type { Job, JobNeed } from "../worker-pool.ts";

export const ROLLOUTS = "rollouts.jsonl";
export const VALUES = "values.jsonl";

/** @throws Error when the plan gave the job no such need */
export function needed(job: Job, name: string): JobNeed {
  const need = job.needs.find((one) => one.name === name);
  if (need === undefined) throw new Error(`${job.work} requires ${name}, got ${job.needs.map((one) => one.name)}`);
  return need;
}

export async function readRollouts(folder: string): Promise<ProblemRollouts[]> {
  const lines = await readJsonLines(join(folder, ROLLOUTS));
  return lines.map(({ record }) => record as unknown as ProblemRollouts);
}

export async function readValues(folder: string): Promise<ValuedSolution[]> {
  const lines = await readJsonLines(join(folder, VALUES));
  return lines.map(({ record }) => record as unknown as ValuedSolution);
}
