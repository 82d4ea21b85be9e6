/** @file Watches a submitted plan until nothing of it waits or runs. It only looks: the jobs go on without it, and any number may watch. */
import { setTimeout } from "node:timers/promises";
import type { TellStates } from "../executor.ts";
import type { StageState, SweepResult } from "../sweep.ts";
import { ClusterError } from "./cluster-error.ts";
import type { SubmittedPlan } from "./submitted-plan.ts";
import { lookAtStore, type Seen, stageTasks, statesOf } from "./task-states.ts";

export interface WatchOptions {
  /** told at each change */
  readonly tell?: TellStates | undefined;
  /** told, in a line, when Slurm does not answer, and when it does again */
  readonly note?: ((line: string) => void) | undefined;
  /** aborted to stop watching */
  readonly signal?: AbortSignal | undefined;
  /** stages at a time, for the time left; default: as many as run now */
  readonly atOnce?: number | undefined;
}

/**
 * @param seen the records that are known already
 * @returns the states when all is over, or when the signal stopped the watch
 */
export async function watchPlan(
  submitted: SubmittedPlan,
  seen: Seen,
  { tell, note, signal, atOnce }: WatchOptions = {},
): Promise<SweepResult> {
  let states: StageState[] = [];
  let pause = SHORTEST;
  let silent = false;
  let last = "";
  for (;;) {
    try {
      states = await look(submitted, seen);
      if (silent) note?.("Slurm answers again");
      silent = false;
    } catch (error) {
      if (!(error instanceof ClusterError && error.kind === "no answer")) throw error;
      if (!silent) note?.(`${error.message}: the jobs go on, it is asked again`);
      silent = true;
    }
    const running = states.filter(({ status }) => status === "running").length;
    const now = states.map(({ status, failures }) => `${status}${failures}`).join();
    pause = now === last && seen.awaited.size === 0 ? Math.min(LONGEST, pause * 1.3) : SHORTEST;
    last = now;
    tell?.(states, atOnce ?? Math.max(1, running));
    const over = !silent && states.every(({ status }) => status !== "waiting" && status !== "running");
    if (over || signal?.aborted === true) return { records: seen.records, states };
    await setTimeout(pause, undefined, { ...(signal && { signal }) }).catch(() => {});
  }
}

/** Milliseconds between looks; a controller serves many, so one that finds nothing new asks less often. */
const SHORTEST = 1000;
const LONGEST = 15_000;

/** The states now. The queue is asked first: what has left it since has its record in the store. */
export async function look(submitted: SubmittedPlan, seen: Seen): Promise<StageState[]> {
  const tasks = await stageTasks(submitted, seen.records);
  await lookAtStore(submitted, seen);
  return statesOf(submitted, tasks, seen);
}

/** Nothing is known yet. */
export function nothingSeen(): Seen {
  return { records: new Map(), reused: new Set(), awaited: new Map() };
}
