/** @file A study from its configuration to its records, a line a policy. */
import { join } from "node:path";
import { type RunOptions, type RunOutcome, runPlan } from "../run-plan.ts";
import type { StudyConfig } from "./study-config.ts";
import { planStudy } from "./study-plan.ts";

export interface RunStudyOptions extends RunOptions {
  readonly config: StudyConfig;
}

/**
 * Runs what is not done yet, and writes a record for each finished policy.
 *
 * @throws RangeError or TypeError for a configuration that does not fit; Error when another process uses the store
 */
export async function runStudy({ config, ...options }: RunStudyOptions): Promise<RunOutcome> {
  const runs = planStudy(config).map(({ method, size, seed, stage }) => {
    return { row: method, column: String(size), labels: { method, size, seed }, stage };
  });
  return runPlan(runs, join(import.meta.dirname, "study-worker.ts"), options);
}
