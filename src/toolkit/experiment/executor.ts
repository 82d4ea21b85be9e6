/** @file Who runs a plan: an executor does its stages, on this machine or on a cluster. */

import type { StageStore } from "./stage-store.ts";
import type { StudyPlan } from "./study-plan.ts";
import { runSweep, type StageState, type SweepResult } from "./sweep.ts";
import { createWorkerPool, type OpenWorkers } from "./worker-pool.ts";

/** Runs plans: localExecutor, slurmExecutor, or one of your own. */
export interface Executor {
  /**
   * Does every stage of the plan that the store has not yet, each after what it needs. One that fails for good blocks those that
   * need it, and the others go on.
   *
   * @param tell told at each change, with all states and how many stages run at a time
   * @returns a value, also when stages failed: look at the states
   */
  run(plan: StudyPlan, store: StageStore, tell?: TellStates): Promise<SweepResult>;
}

export type TellStates = (states: readonly StageState[], workers: number) => void;

/**
 * Does the stages of a plan by processes of this machine.
 *
 * @param open the workers; default: createWorkerPool, a process a core
 * @param retries tries after the first for a stage that fails
 */
export function localExecutor(open: OpenWorkers = createWorkerPool, { retries = 1 } = {}): Executor {
  return {
    run: async ({ works, stages, versions }, store, tell) => {
      const workers = open(works);
      try {
        const onChange = tell && ((states: readonly StageState[]) => tell(states, workers.size));
        return await runSweep(stages, { store, workers, versions, retries, ...(onChange && { onChange }) });
      } finally {
        await workers.close();
      }
    },
  };
}
