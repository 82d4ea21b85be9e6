/** @file The policies that stages read and leave, parameters in the folders of the stages. */
import type { Job } from "../job.ts";
import type { Json } from "../stage.ts";
import { engineOf } from "../stage-engine.ts";
import type { FittedPolicy } from "./fit-policy.ts";
import { needed } from "./job-files.ts";
import type { Learner } from "./learner.ts";
import { type LearnedPolicy, loadPolicy, savePolicy } from "./policy-file.ts";

/** The policy of the need `policy`. */
export async function policyOf(job: Job, threads: number, { config }: Learner): Promise<LearnedPolicy> {
  const parameters = await loadPolicy(needed(job, "policy").folder, config);
  return { engine: await engineOf(threads), config, parameters };
}

/** Leaves a policy in the job's folder. */
export async function keepPolicy(
  job: Job,
  threads: number,
  { config }: Learner,
  { parameters }: FittedPolicy,
): Promise<LearnedPolicy> {
  await savePolicy(job.folder, config, parameters);
  return { engine: await engineOf(threads), config, parameters };
}

/** What a stage tells of its training. */
export function historyOf({ bestUpdate, checks, last, runs }: FittedPolicy): { readonly [name: string]: Json } {
  return {
    bestUpdate,
    checks: checks.map(({ update, accuracy }) => [update, accuracy]),
    last,
    ...(runs && { runs: runs.map((run) => ({ ...run })) }),
  };
}
