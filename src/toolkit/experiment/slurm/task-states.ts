/** @file Where each stage of a submitted plan is: what the store holds, what the queue says, and what a try left word of. */
import { readFile } from "node:fs/promises";
import type { PlannedStage, StageRecord } from "../stage.ts";
import type { StageState } from "../sweep.ts";
import { isLive, type QueuedTask, sacct, squeue } from "./slurm-commands.ts";
import { logPath, readArrays, type SubmittedPlan } from "./submitted-plan.ts";

/** A stage's latest task. */
export interface StageTask {
  /** undefined when neither the queue nor the accounts know it */
  readonly task: QueuedTask | undefined;
  /** path of what it prints */
  readonly log: string;
}

/**
 * The latest task of each stage that was ever submitted, by key: a live one before one that is over.
 *
 * @param records of stages that are done: the accounts, which a whole site shares, are not asked about those
 */
export async function stageTasks(
  submitted: SubmittedPlan,
  records: ReadonlyMap<string, unknown> = new Map(),
): Promise<Map<string, StageTask>> {
  const arrays = await readArrays(submitted);
  const tasks = new Map(arrays.map(({ name }) => [name, new Map<number, QueuedTask>()]));
  for (const task of await squeue([...tasks.keys()])) tasks.get(task.name)?.set(task.task, task);
  const forgotten = arrays.filter(({ name, keys }) => {
    const known = tasks.get(name);
    return keys.some((key, task) => !records.has(key) && known?.has(task) === false);
  });
  const nameOf = new Map(forgotten.map(({ name, job }) => [job, name]));
  for (const task of await sacct(forgotten.flatMap(({ job }) => job ?? []))) {
    const known = tasks.get(nameOf.get(task.job) ?? "");
    if (known?.has(task.task) === false) known.set(task.task, task);
  }
  const found = new Map<string, StageTask>();
  for (const array of arrays) {
    for (const [at, key] of array.keys.entries()) {
      const task = tasks.get(array.name)?.get(at);
      const before = found.get(key)?.task;
      if (before !== undefined && isLive(before) && (task === undefined || !isLive(task))) continue;
      found.set(key, { task, log: logPath(submitted, array, at) });
    }
  }
  return found;
}

/** What a watcher has seen so far: it asks for no record twice. */
export interface Seen {
  readonly records: Map<string, StageRecord>;
  /** keys that were done before it began to watch */
  readonly reused: ReadonlySet<string>;
  /** keys of tasks that Slurm says are done and whose record is not there yet, and for how many looks */
  readonly awaited: Map<string, number>;
}

/** Looks, at a second or more each, before a stage without a record counts as failed: caches of NFS know after a minute. */
const LOOKS = 60;

/** The records that came since the last look are added to `seen`. */
export async function lookAtStore({ plan, store }: SubmittedPlan, { records }: Pick<Seen, "records">): Promise<void> {
  const there = await store.keys();
  for (const { key } of plan.stages) {
    if (records.has(key) || !there.has(key)) continue;
    const record = await store.record(key);
    if (record !== undefined) records.set(key, record);
  }
}

/** The states of all stages of the plan, in its order. */
export async function statesOf(
  submitted: SubmittedPlan,
  tasks: ReadonlyMap<string, StageTask>,
  seen: Seen,
): Promise<StageState[]> {
  const states = new Map<string, StageState>();
  for (const planned of submitted.plan.stages) {
    states.set(planned.key, await stateOf(submitted, planned, tasks.get(planned.key), states, seen));
  }
  return [...states.values()];
}

async function stateOf(
  { store }: SubmittedPlan,
  planned: PlannedStage,
  found: StageTask | undefined,
  before: ReadonlyMap<string, StageState>,
  seen: Seen,
): Promise<StageState> {
  const { key } = planned;
  const record = seen.records.get(key);
  if (record !== undefined) {
    seen.awaited.delete(key);
    return { planned, status: seen.reused.has(key) ? "reused" : "done", seconds: record.seconds, failures: 0 };
  }
  if (found?.task !== undefined && isLive(found.task)) {
    const { state, reason } = found.task;
    if (state !== "PENDING") return { planned, status: "running", seconds: 0, failures: 0 };
    const waitsFor = reason === "Dependency" || reason === "None" ? {} : { waitsFor: reason };
    return { planned, status: "waiting", seconds: 0, failures: 0, ...waitsFor };
  }
  const needs = [...planned.needs.values()].map((need) => before.get(need)?.status);
  if (needs.some((status) => status === "failed" || status === "blocked")) {
    return { planned, status: "blocked", seconds: 0, failures: 0 };
  }
  if (found?.task?.state === "COMPLETED") {
    const looks = (seen.awaited.get(key) ?? 0) + 1;
    seen.awaited.set(key, looks);
    if (looks <= LOOKS) return { planned, status: "waiting", seconds: 0, failures: 0 };
  }
  const failures = await store.failures(key);
  const told = failures.at(-1)?.reason.split("\n")[0];
  const error = [
    await howItEnded(found),
    ...(told === undefined ? [] : [told]),
    ...(found ? [`log ${found.log}`] : []),
  ];
  return { planned, status: "failed", seconds: 0, failures: Math.max(1, failures.length), error: error.join("; ") };
}

async function howItEnded(found: StageTask | undefined): Promise<string> {
  if (found?.task === undefined) return "not in the queue";
  const { job, task, state, node } = found.task;
  const ended = state === "FAILED" && (await ranOutOfMemory(found.log)) ? "OUT_OF_MEMORY" : state;
  const told = ended === "COMPLETED" ? "COMPLETED without a record" : ended;
  const hint = HINTS[ended];
  return `job ${job}_${task} ${told}${node === "" ? "" : ` on ${node}`}${hint === undefined ? "" : ` (hint: ${hint})`}`;
}

/** Clusters that do not hold memory by control groups kill, and say why in the log alone; so does Node. */
async function ranOutOfMemory(log: string): Promise<boolean> {
  const text = await readFile(log, "utf8").catch(() => "");
  return /exceeded (job )?memory limit|oom.?kill|heap out of memory/i.test(text.slice(-4000));
}

const HINTS: Readonly<Record<string, string>> = {
  TIMEOUT: "a longer --time; what it recorded is gone on with",
  OUT_OF_MEMORY: "a larger --mem",
  NODE_FAIL: "run the same command again",
  CANCELLED: "run the same command again to submit it anew",
};
