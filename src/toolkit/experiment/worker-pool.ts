/** @file Worker processes that do stages: as many as asked for, each with its share of the machine's threads, replaced when one dies. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { requireCount } from "../core/argument-checks.ts";
import type { Json, Stage } from "./stage.ts";

/** What a worker is told. */
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

export interface WorkerPool {
  /** how many jobs run at a time */
  readonly size: number;
  /** Does a job on a free worker; jobs beyond the pool's size wait. Errors and deaths of the worker are outcomes. */
  run(job: Job): Promise<JobOutcome>;
  close(): Promise<void>;
}

/** The variable that tells a worker how many threads it may use. */
const THREADS_VARIABLE = "EIGHTFOLD_THREADS";

/**
 * Starts no process yet: workers come with the first jobs.
 *
 * @param script the worker's module, which calls `serveJobs`
 * @param size processes at a time; default: the machine's cores
 * @param threads in all, shared out evenly; default: the machine's cores
 */
export function createWorkerPool(
  script: string,
  { size = availableParallelism(), threads = availableParallelism() } = {},
): WorkerPool {
  requireCount("createWorkerPool", "size", size, 1, 1024);
  requireCount("createWorkerPool", "threads", threads, 1, 1024);
  const idle: ChildProcess[] = [];
  const alive = new Set<ChildProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  const start = (): ChildProcess => {
    const share = Math.max(1, Math.floor(threads / size));
    const worker = fork(script, { env: { ...process.env, [THREADS_VARIABLE]: String(share) }, serialization: "json" });
    alive.add(worker);
    worker.once("exit", () => {
      alive.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
    });
    return worker;
  };

  return {
    size,
    run: async (job) => {
      if (busy >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      busy++;
      const worker = idle.pop() ?? start();
      const outcome = await doJob(worker, job);
      if (alive.has(worker)) idle.push(worker);
      busy--;
      waiting.shift()?.();
      return outcome;
    },
    close: async () => {
      await Promise.all(
        [...alive].map((worker) => {
          const ended = new Promise((resolve) => worker.once("exit", resolve));
          worker.kill();
          return ended;
        }),
      );
    },
  };
}

function doJob(worker: ChildProcess, job: Job): Promise<JobOutcome> {
  return new Promise((resolve) => {
    const settle = (outcome: JobOutcome): void => {
      worker.off("message", onMessage);
      worker.off("exit", onExit);
      resolve(outcome);
    };
    const onMessage = (message: unknown): void => settle(message as JobOutcome);
    const onExit = (code: number | null, signal: string | null): void =>
      settle({ ok: false, reason: `the worker died (${signal ?? `exit code ${code}`}) in ${job.work}` });
    worker.on("message", onMessage);
    worker.on("exit", onExit);
    worker.send(job);
  });
}

export type Work = (job: Job, threads: number) => Promise<Json>;

/** The worker's side: answers each job by the function of its name. Ends when its parent does. */
export function serveJobs(works: Readonly<Record<string, Work>>): void {
  const threads = Number(process.env[THREADS_VARIABLE] ?? 1);
  process.on("disconnect", () => process.exit());
  process.on("message", async (job: Job) => {
    process.send?.(await answer(works[job.work], job, threads));
  });
}

async function answer(work: Work | undefined, job: Job, threads: number): Promise<JobOutcome> {
  if (work === undefined) return { ok: false, reason: `no work is called ${job.work}` };
  try {
    return { ok: true, result: await work(job, threads) };
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
