/** @file The star graph's study from its configuration to its records, a line a policy. */
import { join } from "node:path";
import { type RunOptions, type RunOutcome, runPlan } from "../run-plan.ts";
import type { StarStudyConfig } from "./star-config.ts";
import { planStarStudy } from "./star-plan.ts";

/**
 * Runs what is not done yet, and writes a record for each finished policy.
 *
 * @throws RangeError or TypeError for a configuration that does not fit; Error when another process uses the store
 */
export async function runStarStudy({
  config,
  ...options
}: RunOptions & { readonly config: StarStudyConfig }): Promise<RunOutcome> {
  const runs = planStarStudy(config).map(({ method, policy, seed, stage }) => {
    return { row: method, column: policy, labels: { method, policy, seed }, stage };
  });
  return runPlan(runs, join(import.meta.dirname, "star-worker.ts"), options);
}
