/** @file The workers of one machine: as many processes as asked for, each with its share of the threads, replaced when one dies. */
import { type ChildProcess, fork } from "node:child_process";
import { allottedThreads } from "../core/allotted-threads.ts";
import { requireCount } from "../core/argument-checks.ts";
import type { Job, JobOutcome } from "./job.ts";

/** Does jobs, some at a time. */
export interface Workers {
  /** how many jobs run at a time */
  readonly size: number;
  /** Does a job; jobs beyond the size wait. Errors and deaths of its process are outcomes. */
  run(job: Job): Promise<JobOutcome>;
  /** Ends what still runs. */
  close(): Promise<void>;
}

/**
 * Opens workers for the works of a study; it starts nothing before their first job.
 *
 * @param works URL of the module that exports them as `works`
 */
export type OpenWorkers = (works: string) => Workers;

/**
 * Starts no process yet: workers come with the first jobs.
 *
 * @param works URL of the module that exports the works of the jobs
 * @param shared size: processes at a time, default one a thread; threads: in all, shared out evenly, default those that this
 *   process was given
 */
export function createWorkerPool(
  works: string,
  { size = allottedThreads(), threads = allottedThreads() } = {},
): Workers {
  requireCount("createWorkerPool", "size", size, 1, 1024);
  requireCount("createWorkerPool", "threads", threads, 1, 1024);
  const idle: ChildProcess[] = [];
  const alive = new Set<ChildProcess>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  const start = (): ChildProcess => {
    const share = Math.max(1, Math.floor(threads / size));
    const worker = fork(WORKER, [works, String(share)], { serialization: "json" });
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
      const outcome = await answerOf(worker, job);
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

const WORKER = new URL("./worker.ts", import.meta.url);

function answerOf(worker: ChildProcess, job: Job): Promise<JobOutcome> {
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
