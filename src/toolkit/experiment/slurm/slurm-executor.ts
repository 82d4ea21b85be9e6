/** @file The executor of a cluster with Slurm: a plan becomes arrays of jobs that depend on each other, and no process of ours need outlive them. */
import type { Executor } from "../executor.ts";
import type { StageStore } from "../stage-store.ts";
import type { StudyPlan } from "../study-plan.ts";
import { requireSlurmOptions, type SlurmOptions } from "./slurm-options.ts";
import { type Submission, submitPlan } from "./submit.ts";
import { placePlan, type SubmittedPlan } from "./submitted-plan.ts";
import type { Seen } from "./task-states.ts";
import { watchPlan } from "./watch.ts";

/**
 * Does the stages of a plan as jobs of Slurm, on the nodes that see the store's folder, and watches them.
 *
 * @param options what each stage asks of Slurm
 * @param watch a signal that stops the watching (the jobs go on), and who is told in a line what Slurm says
 * @throws RangeError or TypeError for an option that does not fit
 */
export function slurmExecutor(
  options: SlurmOptions = {},
  watch: { readonly signal?: AbortSignal; readonly note?: (line: string) => void } = {},
): Executor {
  requireSlurmOptions(options);
  return {
    run: async (plan, store, tell) => {
      const { submitted, seen, submission } = await submitStudy(plan, store, options);
      watch.note?.(submissionLine(submission, seen));
      return watchPlan(submitted, seen, { ...watch, tell, atOnce: options.atOnce });
    },
  };
}

/** Submits and does not watch. @throws ClusterError when Slurm refuses or no node sees the store; nothing stays submitted then */
export async function submitStudy(
  plan: StudyPlan,
  store: StageStore,
  options: SlurmOptions,
): Promise<{ submitted: SubmittedPlan; seen: Seen; submission: Submission }> {
  const submitted = await placePlan(plan, store);
  const records: Seen["records"] = new Map();
  const submission = await submitPlan(submitted, options, { records });
  return { submitted, submission, seen: { records, reused: new Set(records.keys()), awaited: new Map() } };
}

/** What was submitted, in a line. */
export function submissionLine({ submitted, queued, probing }: Submission, { reused }: Pick<Seen, "reused">): string {
  const parts = [
    `${submitted} stages submitted`,
    ...(queued > 0 ? [`${queued} in the queue already`] : []),
    ...(reused.size > 0 ? [`${reused.size} done already`] : []),
    ...(probing ? ["behind a job that finds out whether the nodes see the store: it waits its turn"] : []),
  ];
  return parts.join(", ");
}
