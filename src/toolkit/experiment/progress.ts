/** @file How far a sweep is: counts, time left, and a table of what runs, failed or is blocked. */
import { formatDuration } from "../core/duration.ts";
import type { StageState } from "./sweep.ts";

export interface SweepProgress {
  readonly done: number;
  readonly reused: number;
  readonly running: number;
  readonly waiting: number;
  readonly failed: number;
  readonly blocked: number;
  /** from the mean time of the finished stages of the same work; undefined until one of each kind is done */
  readonly secondsLeft: number | undefined;
}

/**
 * @param states as runSweep tells them
 * @param workers how many stages run at a time
 */
export function sweepProgress(states: readonly StageState[], workers: number): SweepProgress {
  const count = (status: StageState["status"]): number => states.filter((state) => state.status === status).length;
  const times = new Map<string, number[]>();
  for (const { planned, status, seconds } of states) {
    if (status !== "done") continue;
    const { work } = planned.stage;
    times.set(work, [...(times.get(work) ?? []), seconds]);
  }
  const left = states
    .filter(({ status }) => status === "waiting" || status === "running")
    .map(({ planned }) => mean(times.get(planned.stage.work)));
  const known = left.every((seconds) => seconds !== undefined);
  return {
    done: count("done"),
    reused: count("reused"),
    running: count("running"),
    waiting: count("waiting"),
    failed: count("failed"),
    blocked: count("blocked"),
    secondsLeft: known ? left.reduce((sum, seconds) => sum + seconds, 0) / workers : undefined,
  };
}

/** One line for a terminal. */
export function progressLine(progress: SweepProgress): string {
  const { done, reused, running, waiting, failed, blocked, secondsLeft } = progress;
  const total = done + reused + running + waiting + failed + blocked;
  const parts = [
    `${done + reused}/${total} stages`,
    ...(reused > 0 ? [`${reused} reused`] : []),
    `${running} running`,
    ...(failed + blocked > 0 ? [`${failed} failed, ${blocked} blocked`] : []),
    secondsLeft === undefined ? "time left unknown" : `${formatDuration(secondsLeft)} left`,
  ];
  return parts.join(", ");
}

function mean(values: readonly number[] | undefined): number | undefined {
  return values === undefined ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
