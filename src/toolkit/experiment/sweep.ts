/** @file A sweep: the stages of many runs done by an executor, each stage once, failed ones tried again, all told as it goes. */
import { requireCount } from "../core/argument-checks.ts";
import { secondsNow } from "../core/clock.ts";
import type { Executor, Job, JobOutcome } from "./executor.ts";
import { type PlannedStage, plan, type Stage, type StageRecord } from "./stage.ts";
import type { StageStore } from "./stage-store.ts";

export type StageStatus = "waiting" | "running" | "done" | "reused" | "failed" | "blocked";

export interface StageState {
  readonly planned: PlannedStage;
  status: StageStatus;
  /** of this run; 0 until it ended */
  seconds: number;
  /** tries that failed */
  failures: number;
  error?: string;
}

export interface SweepOptions {
  readonly store: StageStore;
  readonly executor: Executor;
  readonly codeVersion: string;
  readonly versions: Readonly<Record<string, string>>;
  /** tries after the first for a stage that fails; default 1 */
  readonly retries?: number;
  /** told at each change, with all states */
  readonly onChange?: (states: readonly StageState[]) => void;
}

export interface SweepResult {
  /** by key, the stages that are finished */
  readonly records: ReadonlyMap<string, StageRecord>;
  readonly states: readonly StageState[];
}

/**
 * Does every stage that `roots` rest on and that the store has not yet. A stage starts when all it needs is done; one
 * that fails for good blocks those that need it, and the others go on.
 *
 * @returns a value, also when stages failed: look at the states
 */
export async function runSweep(roots: readonly Stage[], options: SweepOptions): Promise<SweepResult> {
  const { store, executor, codeVersion, retries = 1, onChange } = options;
  requireCount("runSweep", "executor.size", executor.size, 1, Number.MAX_SAFE_INTEGER);
  const records = new Map<string, StageRecord>();
  const states = new Map<string, StageState>();
  for (const planned of plan(roots, codeVersion)) {
    const record = await store.record(planned.key);
    if (record !== undefined) records.set(planned.key, record);
    states.set(planned.key, { planned, status: record === undefined ? "waiting" : "reused", seconds: 0, failures: 0 });
  }
  const running = new Set<Promise<void>>();
  for (;;) {
    for (const state of states.values()) {
      if (state.status !== "waiting") continue;
      const needs = [...state.planned.needs.values()].map((key) => (states.get(key) as StageState).status);
      if (needs.some((status) => status === "failed" || status === "blocked")) {
        state.status = "blocked";
      } else if (running.size < executor.size && needs.every((status) => status === "done" || status === "reused")) {
        state.status = "running";
        const attempt: Promise<void> = runOne(state).finally(() => running.delete(attempt));
        running.add(attempt);
      }
    }
    onChange?.([...states.values()]);
    if (running.size === 0) return { records, states: [...states.values()] };
    await Promise.race(running);
  }

  async function runOne(state: StageState): Promise<void> {
    const { key, stage, needs } = state.planned;
    const started = secondsNow();
    const job: Job = {
      work: stage.work,
      config: stage.config,
      folder: await store.workFolder(key),
      needs: await Promise.all(
        [...needs].map(async ([name, need]) => ({
          name,
          folder: await store.workFolder(need),
          result: resultOf(need),
        })),
      ),
    };
    const outcome = await executor.run(job).catch(refused);
    state.seconds = secondsNow() - started;
    if (outcome.ok) {
      const { work, config } = stage;
      const record = { key, work, config, result: outcome.result, seconds: state.seconds, versions: options.versions };
      await store.finish(record);
      records.set(key, record);
      state.status = "done";
      return;
    }
    state.failures++;
    state.error = outcome.reason;
    state.status = state.failures > retries ? "failed" : "waiting";
  }

  /** An executor that throws instead of telling costs its one job, as a process that dies does. */
  function refused(error: unknown): JobOutcome {
    return { ok: false, reason: `the executor failed: ${error instanceof Error ? error.message : String(error)}` };
  }

  function resultOf(key: string): StageRecord["result"] {
    return (records.get(key) as StageRecord).result;
  }
}
