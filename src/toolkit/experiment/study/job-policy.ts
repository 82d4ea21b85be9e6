/** @file The policies that the stages of a study read: one engine a worker, parameters from the folder of the stage before. */
import { type Engine, openEngine } from "../../engine/index.ts";
import type { Json } from "../stage.ts";
import type { Job } from "../worker-pool.ts";
import type { FittedPolicy } from "./fit-policy.ts";
import { needed } from "./job-files.ts";
import type { Learner } from "./learner.ts";
import { type LearnedPolicy, loadPolicy } from "./policy-file.ts";

let engine: Promise<Engine> | undefined;

/** One engine a worker: the graphs that it compiled serve every job. */
export function engineOf(threads: number): Promise<Engine> {
  engine ??= openEngine({ threads });
  return engine;
}

export async function policyOf(job: Job, need: string, { config }: Learner, threads: number): Promise<LearnedPolicy> {
  return { engine: await engineOf(threads), config, parameters: await loadPolicy(needed(job, need).folder, config) };
}

/** What a stage tells of its training. */
export function historyOf({ bestUpdate, checks, last }: FittedPolicy): { readonly [name: string]: Json } {
  return { bestUpdate, checks: checks.map(({ update, accuracy }) => [update, accuracy]), last };
}
