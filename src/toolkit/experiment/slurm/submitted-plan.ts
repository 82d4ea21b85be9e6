/** @file A plan as it was submitted from a store: its file, and a folder a submission with the keys of each array, from which any login node reads what is what.
 *
 *     STORE/.slurm/full-0a1b2c3d/plan.jsonl
 *     STORE/.slurm/full-0a1b2c3d/1/             the first submission, made by whoever made this folder
 *     STORE/.slurm/full-0a1b2c3d/1/0.keys       of the array full-0a1b2c3d.1.0, a line a task
 *     STORE/.slurm/full-0a1b2c3d/1/0.job        its number
 *     STORE/.slurm/full-0a1b2c3d/1/0_17.log     what its task 17 printed
 *     STORE/.slurm/full-0a1b2c3d/1/done         all of it was submitted, or given up
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { replaceFile } from "../../core/replace-file.ts";
import { formatPlan, readPlan } from "../plan-file.ts";
import type { StageStore } from "../stage-store.ts";
import type { StudyPlan } from "../study-plan.ts";
import { ClusterError } from "./cluster-error.ts";

export interface SubmittedPlan {
  readonly plan: StudyPlan;
  readonly store: StageStore;
  readonly id: string;
  /** absolute */
  readonly folder: string;
}

/** An array of a submission. */
export interface SubmittedArray {
  /** of the job */
  readonly name: string;
  readonly submission: number;
  readonly array: number;
  /** by task */
  readonly keys: readonly string[];
  /** undefined until sbatch has answered */
  readonly job: string | undefined;
}

/** The plan's place in the store, made where there is none. Equal plans have one place, whoever submits them. */
export async function placePlan(plan: StudyPlan, store: StageStore): Promise<SubmittedPlan> {
  const parts = [plan.codeVersion, ...plan.stages.map(({ key }) => key), ...plan.runs.map(({ key }) => key)];
  const id = `${plan.name}-${createHash("sha256").update(parts.join()).digest("hex").slice(0, 8)}`;
  const folder = resolve(store.folder, ".slurm", id);
  await mkdir(folder, { recursive: true });
  await replaceFile(join(folder, PLAN), formatPlan(plan));
  return { plan, store, id, folder };
}

/**
 * The plans that were submitted from a store.
 *
 * @param name of the plan, with or without what follows its last dash; undefined for all
 * @throws ClusterError when there is none
 */
export async function findPlans(store: StageStore, name: string | undefined): Promise<SubmittedPlan[]> {
  const names = await readdir(join(store.folder, ".slurm")).catch(() => []);
  const all = names.filter((id) => !id.startsWith("."));
  const ids = all.filter((id) => name === undefined || id === name || id.slice(0, id.lastIndexOf("-")) === name).sort();
  if (ids.length === 0) {
    const what = name === undefined ? "no plan" : `no plan called ${name}`;
    const hint = all.length === 0 ? "name the store with --store" : `there are ${all.join(", ")}`;
    throw new ClusterError("unknown plan", `${what} was submitted from ${store.folder} (hint: ${hint})`);
  }
  return Promise.all(
    ids.map(async (id) => {
      const folder = resolve(store.folder, ".slurm", id);
      return { plan: await readPlan(join(folder, PLAN)), store, id, folder };
    }),
  );
}

/** Path of the plan's file. */
export function planPath({ folder }: SubmittedPlan): string {
  return join(folder, PLAN);
}

const PLAN = "plan.jsonl";

/** Path of what a task prints; `%a` stands for the task where Slurm fills it in. */
export function logPath({ folder }: SubmittedPlan, { submission, array }: ArrayPlace, task: number | "%a"): string {
  return join(folder, String(submission), `${array}_${task}.log`);
}

type ArrayPlace = Pick<SubmittedArray, "submission" | "array">;

/** The arrays of all submissions, in the order in which they were submitted. */
export async function readArrays(submitted: SubmittedPlan): Promise<SubmittedArray[]> {
  const found: SubmittedArray[] = [];
  for (const submission of await submissionsOf(submitted)) {
    const folder = join(submitted.folder, String(submission));
    const names = await readdir(folder);
    const arrays = names.filter((name) => name.endsWith(".keys")).map((name) => Number(name.slice(0, -".keys".length)));
    for (const array of arrays.sort((a, b) => a - b)) {
      const keys = (await readFile(join(folder, `${array}.keys`), "utf8")).split("\n").filter(Boolean);
      const job = names.includes(`${array}.job`) ? await readFile(join(folder, `${array}.job`), "utf8") : undefined;
      found.push({ name: `${submitted.id}.${submission}.${array}`, submission, array, keys, job: job?.trim() });
    }
  }
  return found;
}

/** Numbers of the submissions so far, in order. */
export async function submissionsOf({ folder }: SubmittedPlan): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}
