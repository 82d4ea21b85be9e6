/** @file A sweep: the stages of many runs done by workers, each stage once, failed ones tried again, all told as it goes. */
import { requireCount } from "../core/argument-checks.ts";
import { secondsNow } from "../core/clock.ts";
import type { Job, JobOutcome } from "./job.ts";
import type { PlannedStage, StageRecord } from "./stage.ts";
import type { StageStore } from "./stage-store.ts";
import type { Workers } from "./worker-pool.ts";

export type StageStatus = "waiting" | "running" | "done" | "reused" | "failed" | "blocked";

export interface StageState {
  readonly planned: PlannedStage;
  status: StageStatus;
  /** of this run; 0 until it ended */
  seconds: number;
  /** tries that failed */
  failures: number;
  error?: string;
  /** what a stage waits for, where that is not a stage: a scheduler's word */
  waitsFor?: string;
}

export interface SweepOptions {
  readonly store: StageStore;
  readonly workers: Workers;
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
 * Does every stage that the store has not yet. A stage starts when all it needs is done; one
 * that fails for good blocks those that need it, and the others go on.
 *
 * @param stages each after what it needs
 * @returns a value, also when stages failed: look at the states
 */
export async function runSweep(stages: readonly PlannedStage[], options: SweepOptions): Promise<SweepResult> {
  const { store, workers, retries = 1, onChange } = options;
  requireCount("runSweep", "workers.size", workers.size, 1, Number.MAX_SAFE_INTEGER);
  const records = new Map<string, StageRecord>();
  const states = new Map<string, StageState>();
  for (const planned of stages) {
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
      } else if (running.size < workers.size && needs.every((status) => status === "done" || status === "reused")) {
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
    const standing = await store.record(key);
    if (standing !== undefined) return end(state, "reused", standing); // of another process that works on the same
    const started = secondsNow();
    const attempt = await store.attempt(key);
    const job: Job = {
      work: stage.work,
      config: stage.config,
      folder: attempt.folder,
      needs: [...needs].map(([name, need]) => ({ name, folder: store.folderOf(need), result: resultOf(need) })),
    };
    const outcome = await workers.run(job).catch(refused);
    state.seconds = secondsNow() - started;
    if (outcome.ok) {
      const { work, config } = stage;
      const { result, machine } = outcome;
      const record = { key, work, config, result, seconds: state.seconds, versions: options.versions };
      return end(state, "done", await attempt.publish({ ...record, ...(machine && { machine }) }));
    }
    const others = await store.record(key); // whoever was first has cleared this try's folder away
    if (others !== undefined) return end(state, "reused", others);
    await attempt.fail({ reason: outcome.reason });
    state.failures++;
    state.error = outcome.reason;
    state.status = state.failures > retries ? "failed" : "waiting";
  }

  function end(state: StageState, status: "done" | "reused", record: StageRecord): void {
    records.set(record.key, record);
    state.status = status;
  }

  /** Workers that throw instead of telling cost one job, as a process that dies does. */
  function refused(error: unknown): JobOutcome {
    return { ok: false, reason: `the workers failed: ${error instanceof Error ? error.message : String(error)}` };
  }

  function resultOf(key: string): StageRecord["result"] {
    return (records.get(key) as StageRecord).result;
  }
}
