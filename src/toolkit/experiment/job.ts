/** @file A stage as a job: what a process is told to do it, wherever it runs, and what it answers. */
import { type Machine, thisMachine } from "./machine.ts";
import type { Json, Stage } from "./stage.ts";

/** A stage to be done. All of it is JSON: it may be sent to a process, or written to a file. */
export interface Job {
  readonly work: string;
  readonly config: Stage["config"];
  /** where the stage keeps its files; those of an earlier, killed try are in it */
  readonly folder: string;
  readonly needs: readonly JobNeed[];
}

/** A finished stage that a job reads. */
export interface JobNeed {
  readonly name: string;
  readonly folder: string;
  readonly result: Json;
}

export type JobOutcome = { ok: true; result: Json; machine?: Machine } | { ok: false; reason: string };

/** What does a stage. It leaves files in the job's folder and returns what goes into the record. */
export type Work = (job: Job, threads: number) => Promise<Json>;

/** By the names that a plan gives its stages. */
export type Works = Readonly<Record<string, Work>>;

/**
 * Does a job in this process.
 *
 * @param works URL of the module that exports them as `works`
 */
export async function doJob(works: string, job: Job, threads: number): Promise<JobOutcome> {
  try {
    const work = ((await import(works)) as { readonly works: Works }).works[job.work];
    if (work === undefined) return { ok: false, reason: `no work is called ${job.work}` };
    const result = await work(job, threads);
    return { ok: true, result, machine: await thisMachine(threads) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
