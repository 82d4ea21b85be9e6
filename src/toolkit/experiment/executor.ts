/** @file Who does the stages of a study: an executor takes jobs and answers with outcomes, wherever its processes run. */
import type { Json, Stage } from "./stage.ts";

/** A stage to be done. All of it is JSON: it may be sent to a process, or written to a file. */
export interface Job {
  readonly work: string;
  readonly config: Stage["config"];
  /** where the stage keeps its files; what an earlier, killed try left is still there */
  readonly folder: string;
  readonly needs: readonly JobNeed[];
}

/** A finished stage that a job reads. */
export interface JobNeed {
  readonly name: string;
  readonly folder: string;
  readonly result: Json;
}

export type JobOutcome = { ok: true; result: Json } | { ok: false; reason: string };

/** Processes on this machine (createWorkerPool), or a sibling that hands jobs to other machines. */
export interface Executor {
  /** how many jobs run at a time */
  readonly size: number;
  /** Does a job; jobs beyond the size wait. Errors and deaths of its process are outcomes. */
  run(job: Job): Promise<JobOutcome>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/**
 * Opens an executor for the works of a study; it starts nothing before its first job.
 *
 * @param works URL of the module that exports them as `works`
 */
export type OpenExecutor = (works: string) => Executor;

/** What does a stage. It leaves files in the job's folder and returns what goes into the record. */
export type Work = (job: Job, threads: number) => Promise<Json>;

/** By the names that a plan gives its stages. */
export type Works = Readonly<Record<string, Work>>;

/**
 * An executor's far side: does a job in this process.
 *
 * @param works as OpenExecutor was given it
 */
export async function doJob(works: string, job: Job, threads: number): Promise<JobOutcome> {
  try {
    const work = ((await import(works)) as { readonly works: Works }).works[job.work];
    if (work === undefined) return { ok: false, reason: `no work is called ${job.work}` };
    return { ok: true, result: await work(job, threads) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
