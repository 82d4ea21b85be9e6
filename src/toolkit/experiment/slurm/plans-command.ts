/** @file `npm run study -- status|watch|cancel|logs`: what was submitted from a store, seen from any login node at any later time. */
import { readFile } from "node:fs/promises";
import { writeRecords } from "../run-study.ts";
import { openStageStore } from "../stage-store.ts";
import type { StageState } from "../sweep.ts";
import type { TellSweep } from "../sweep-display.ts";
import { sweepTable } from "../sweep-table.ts";
import { isLive, scancel } from "./slurm-commands.ts";
import { findPlans, type SubmittedPlan } from "./submitted-plan.ts";
import { stageTasks } from "./task-states.ts";
import { look, nothingSeen, type WatchOptions, watchPlan } from "./watch.ts";

/** The words that look at what is submitted, in place of a profile. */
export const PLAN_WORDS = ["status", "watch", "cancel", "logs"] as const;

/** The table of each plan as it is now, and its failures. */
export async function statusLines(plans: readonly SubmittedPlan[]): Promise<string[]> {
  const all: string[] = [];
  for (const submitted of plans) {
    const states = await look(submitted, nothingSeen());
    const running = states.filter(({ status }) => status === "running").length;
    all.push(submitted.id, ...sweepTable(submitted.plan.runs, states, Math.max(1, running)), "");
  }
  return all.slice(0, -1);
}

export interface WatchedPlan {
  readonly states: readonly StageState[];
  /** runs whose record was written; undefined when the watch was stopped before the end */
  readonly finished: number | undefined;
}

/** Watches, and writes the records when all is over. */
export async function watchSubmitted(
  submitted: SubmittedPlan,
  { onChange, ...options }: Omit<WatchOptions, "tell"> & { readonly onChange?: TellSweep },
): Promise<WatchedPlan> {
  const tell = (states: readonly StageState[], workers: number): void =>
    onChange?.(states, workers, submitted.plan.runs);
  const { records, states } = await watchPlan(submitted, nothingSeen(), { ...options, tell });
  const stopped = states.some(({ status }) => status === "waiting" || status === "running");
  return { states, finished: stopped ? undefined : await writeRecords(submitted.plan, records) };
}

/**
 * Watches a study that was submitted, from a notebook: `await watchStudy({ store: "out/stages", onChange: notebookSweep(display) })`.
 *
 * @param name of the plan, where the store has several
 */
export async function watchStudy({
  store,
  name,
  ...options
}: Omit<WatchOptions, "tell"> & {
  readonly store: string;
  readonly name?: string;
  readonly onChange?: TellSweep;
}): Promise<WatchedPlan> {
  const [submitted] = (await findPlans(await openStageStore(store), name)).slice(-1);
  return watchSubmitted(submitted as SubmittedPlan, options);
}

/** Cancels what waits and runs. @returns how many stages */
export async function cancelPlan(submitted: SubmittedPlan): Promise<number> {
  const tasks = [...(await stageTasks(submitted)).values()].flatMap(({ task }) => task ?? []);
  const live = tasks.filter(isLive);
  await scancel([...new Set(live.map(({ job }) => job))]);
  return live.length;
}

const LAST_LINES = 12;

/**
 * The end of what stages printed.
 *
 * @param which the beginning of a key, or a work; undefined for the stages that failed
 */
export async function logLines(submitted: SubmittedPlan, which: string | undefined): Promise<string[]> {
  const tasks = await stageTasks(submitted);
  const failed = new Set<string>();
  if (which === undefined) {
    for (const { status, planned } of await look(submitted, nothingSeen()))
      if (status === "failed") failed.add(planned.key);
  }
  const lines: string[] = [];
  for (const { key, stage } of submitted.plan.stages) {
    const asked = which === undefined ? failed.has(key) : key.startsWith(which) || stage.work === which;
    const log = tasks.get(key)?.log;
    if (!asked || log === undefined) continue;
    const text = await readFile(log, "utf8").catch(() => "(nothing printed yet)");
    lines.push(`== ${stage.work} ${key}: ${log}`, ...text.trimEnd().split("\n").slice(-LAST_LINES));
  }
  return lines;
}
