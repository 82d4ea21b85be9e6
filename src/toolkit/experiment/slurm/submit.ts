/** @file Submits what is left of a plan: an array a layer, each after the one before it, and nothing that is done or on its way. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { secondsNow } from "../../core/clock.ts";
import type { PlannedStage } from "../stage.ts";
import { inParts, layersOf } from "./layers.ts";
import { awaitProbe, type Probe, sendProbe } from "./probe.ts";
import { arrayScript } from "./script.ts";
import { isLive, largestArray, sbatch, scancel } from "./slurm-commands.ts";
import { type SlurmOptions, sbatchOptions } from "./slurm-options.ts";
import { logPath, type SubmittedPlan, submissionsOf } from "./submitted-plan.ts";
import { lookAtStore, type Seen, type StageTask, stageTasks } from "./task-states.ts";

/** An array that is to be submitted. */
export interface PlannedArray {
  readonly layer: number;
  readonly stages: readonly PlannedStage[];
  readonly script: string;
  readonly options: readonly string[];
}

export interface Submission {
  /** stages that were submitted now */
  readonly submitted: number;
  /** stages that were in the queue already */
  readonly queued: number;
  /** the probe has not answered yet: the stages wait behind it */
  readonly probing: boolean;
}

/**
 * Submits the stages that neither the store nor the queue has. If two do so at once, one waits for the other and finds them queued.
 *
 * @param seen given the records of the store
 * @throws ClusterError when Slurm refuses, or no node sees the store: what was submitted is cancelled then
 */
export async function submitPlan(
  submitted: SubmittedPlan,
  options: SlurmOptions,
  seen: Pick<Seen, "records">,
): Promise<Submission> {
  const number = await claimSubmission(submitted);
  const folder = join(submitted.folder, String(number));
  const jobs: string[] = [];
  try {
    await lookAtStore(submitted, seen);
    const { left, queued, live } = await whatIsLeft(submitted, seen);
    if (left.length === 0) return { submitted: 0, queued, probing: false };
    const probe = await sendProbe(submitted, folder, options);
    if (probe !== undefined) jobs.push(probe.job);
    const arrays = planArrays(submitted, number, left, options, await largestArray());
    let before: string[] = [];
    let own: string[] = [];
    let layer = 0;
    for (const [at, array] of arrays.entries()) {
      if (array.layer > layer) [before, own, layer] = [own, [], array.layer];
      const others = new Set(
        array.stages.flatMap(({ needs }) => [...needs.values()].flatMap((need) => live.get(need) ?? [])),
      );
      await writeFile(join(folder, `${at}.keys`), array.stages.map(({ key }) => `${key}\n`).join(""));
      const job = await sbatch(array.script, [...array.options, ...dependency(probe, [...before, ...others])]);
      await writeFile(join(folder, `${at}.job`), `${job}\n`);
      jobs.push(job);
      own.push(job);
    }
    const answered = probe === undefined || (await awaitProbe(probe, submitted.store.folder, PROBE_SECONDS));
    return { submitted: left.length, queued, probing: !answered };
  } catch (error) {
    await scancel(jobs).catch(() => {}); // the error itself says more
    throw error;
  } finally {
    await writeFile(join(folder, DONE), "");
  }
}

/** Seconds that a submission waits for the probe's turn. */
const PROBE_SECONDS = 20;

const DONE = "done";

/** The arrays of stages that are left, as sbatch will be given them; without what they wait for. */
export function planArrays(
  submitted: SubmittedPlan,
  submission: number,
  left: readonly PlannedStage[],
  options: SlurmOptions,
  largest: number,
): PlannedArray[] {
  const layers = layersOf(left).map((stages) => inParts(stages, largest - 1));
  return layers
    .flatMap((parts, layer) => parts.map((stages) => ({ layer, stages, parts: parts.length })))
    .map(({ layer, stages, parts }, array) => {
      const { atOnce } = options;
      const limit = atOnce === undefined ? "" : `%${Math.max(1, Math.floor(atOnce / parts))}`;
      const keys = join(submitted.folder, String(submission), `${array}.keys`);
      const works = [...new Set(stages.map(({ stage }) => stage.work))].join(", ");
      return {
        layer,
        stages,
        script: arrayScript(
          submitted,
          keys,
          `layer ${layer + 1} of ${layers.length}, ${stages.length} stages, ${works}`,
        ),
        options: [
          `--job-name=${submitted.id}.${submission}.${array}`,
          `--array=0-${stages.length - 1}${limit}`,
          `--output=${logPath(submitted, { submission, array }, "%a")}`,
          ...["--open-mode=append", "--requeue", "--kill-on-invalid-dep=yes"],
          ...sbatchOptions(options),
        ],
      };
    });
}

/** After any end of what is before: a stage whose needs have failed says so, and the others of its array go on. */
function dependency(probe: Probe | undefined, before: readonly string[]): string[] {
  const conditions = [
    ...(probe === undefined ? [] : [`afterok:${probe.job}`]),
    ...(before.length === 0 ? [] : [`afterany:${before.join(":")}`]),
  ];
  return conditions.length === 0 ? [] : [`--dependency=${conditions.join(",")}`];
}

/** The stages that neither store nor queue have, how many are queued, and in which job. */
export async function whatIsLeft(
  submitted: SubmittedPlan,
  { records }: Pick<Seen, "records">,
): Promise<{ left: PlannedStage[]; queued: number; live: Map<string, string> }> {
  const tasks: ReadonlyMap<string, StageTask> = await stageTasks(submitted, records);
  const live = new Map<string, string>();
  for (const [key, { task }] of tasks) if (task !== undefined && isLive(task)) live.set(key, task.job);
  const undone = submitted.plan.stages.filter(({ key }) => !records.has(key));
  const left = undone.filter(({ key }) => !live.has(key));
  return { left, queued: undone.length - left.length, live };
}

/** The number of a submission that is this process's own: who makes its folder has it. */
async function claimSubmission(submitted: SubmittedPlan): Promise<number> {
  for (;;) {
    const last = (await submissionsOf(submitted)).at(-1) ?? 0;
    if (last > 0) await untilOver(join(submitted.folder, String(last)));
    try {
      await mkdir(join(submitted.folder, String(last + 1)));
      return last + 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Waits until another process has submitted what it wanted, or has done nothing for so long that it must have died at it. */
async function untilOver(folder: string): Promise<void> {
  let files = -1;
  let since = secondsNow();
  for (;;) {
    const names = await readdir(folder);
    if (names.includes(DONE)) return;
    if (names.length !== files) [files, since] = [names.length, secondsNow()];
    if (secondsNow() - since > SUBMITTER_IS_DEAD_AFTER) return;
    await setTimeout(300);
  }
}

const SUBMITTER_IS_DEAD_AFTER = PROBE_SECONDS + 15; // seconds
