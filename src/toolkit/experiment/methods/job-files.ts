/** @file What a stage finds in the folders of the stages that it needs. */
import { join } from "node:path";
import { readJsonLines } from "../../core/json-lines.ts";
import type { ProblemRollouts, ValuedSolution } from "../../rollout/index.ts";
import type { Job, JobNeed } from "../job.ts";

export const ROLLOUTS = "rollouts.jsonl";
export const VALUES = "values.jsonl";

/** @throws Error when the plan gave the job no such need */
export function needed(job: Job, name: string): JobNeed {
  const need = job.needs.find((one) => one.name === name);
  if (need === undefined) throw new Error(`${job.work} requires ${name}, got ${job.needs.map((one) => one.name)}`);
  return need;
}

/** What a policy wrote for its training problems: of the need `rollouts`. */
export async function readRollouts(job: Job): Promise<ProblemRollouts[]> {
  const lines = await readJsonLines(join(needed(job, "rollouts").folder, ROLLOUTS));
  return lines.map(({ record }) => record as unknown as ProblemRollouts);
}

/** What the steps of some of it are worth: of the need `values`. */
export async function readValues(job: Job): Promise<ValuedSolution[]> {
  const lines = await readJsonLines(join(needed(job, "values").folder, VALUES));
  return lines.map(({ record }) => record as unknown as ValuedSolution);
}
