/** @file Notebooks as jobs of Slurm, in place of kernels of this machine: those that are asked for at one time are an array, and each answers by a file. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import type { Task } from "../plan.ts";
import type { TaskOptions } from "../run-task.ts";
import { type QueuedTask, sbatch, scancel, squeue } from "./slurm-commands.ts";

/** What a job reads. */
export interface NotebookRequest {
  readonly task: Task;
  readonly seed: number | undefined;
  readonly options: Omit<TaskOptions, "progress">;
}

export interface SlurmRunOptions extends Omit<TaskOptions, "progress"> {
  /** Folder of the results. */
  readonly out: string;
  /** Aborted to cancel the jobs. */
  readonly signal: AbortSignal;
  /** Told, in a line each, what was submitted and where logs are. */
  readonly onNote: (line: string) => void;
}

interface Pending {
  readonly task: Task;
  readonly number: number;
  readonly resolve: (run: NotebookRun) => void;
  readonly reject: (error: unknown) => void;
  /** looks since Slurm said that its job is over, or has forgotten it */
  over: number;
}

/** Runs notebooks on a cluster. Their folder, and that of the results, are on a file system that the nodes mount. */
export interface SlurmRuns {
  run(task: Task, seed: number | undefined): Promise<NotebookRun>;
  /** Clears away what the jobs left, unless one of them failed: then their logs are wanted. */
  close(): void;
}

/**
 * @param sbatchOptions as sbatch takes them
 * @param options what each run takes, and the folder of the results
 */
export function slurmRuns(sbatchOptions: readonly string[], options: SlurmRunOptions): SlurmRuns {
  const folder = mkdtempSync(join(resolve(options.out), ".slurm-"));
  const name = basename(folder).slice(1);
  const { timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit, profile, cells } = options;
  const passed = { timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit, profile, cells };
  const pending = new Set<Pending>();
  const jobs: string[] = [];
  let asked: Pending[] = [];
  let requests = 0;
  let watching = false;
  let failed = false;

  const submit = async (): Promise<void> => {
    const batch = asked;
    asked = [];
    try {
      const tasks = batch.map(({ number }) => number).join(",");
      const own = [`--job-name=${name}`, `--array=${tasks}`, `--output=${join(folder, "%a.log")}`];
      const job = await sbatch(script(folder), [...own, "--open-mode=append", "--requeue", ...sbatchOptions]);
      jobs.push(job);
      options.onNote(`${batch.length} ${batch.length === 1 ? "notebook" : "notebooks"} submitted to Slurm, job ${job}`);
      for (const one of batch) pending.add(one);
      if (!watching) void watch();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const watch = async (): Promise<void> => {
    watching = true;
    let cancelled = false;
    while (pending.size > 0) {
      await setTimeout(LOOK_EVERY);
      if (options.signal.aborted && !cancelled) {
        cancelled = true;
        await scancel(jobs).catch(() => {}); // they end by themselves
      }
      readdirSync(folder); // opened anew, a network's folder shows what others have made
      const queue = await squeue(name).catch(() => undefined); // slurmctld is away: asked again
      for (const one of pending) {
        const run = resultOf(folder, one, queue);
        if (run === undefined) continue;
        pending.delete(one);
        failed ||= run.failure !== undefined;
        one.resolve(run);
      }
    }
    watching = false;
  };

  return {
    run: (task, seed) =>
      new Promise((resolve, reject) => {
        const number = requests++;
        const request: NotebookRequest = { task, seed, options: passed };
        writeFileSync(join(folder, `${number}.request`), serialize(request));
        if (asked.length === 0) setImmediate(submit);
        asked.push({ task, number, resolve, reject, over: 0 });
      }),
    close: () => {
      if (failed) options.onNote(`the logs of the jobs are in ${folder}`);
      else rmSync(folder, { recursive: true, force: true });
    },
  };
}

const LOOK_EVERY = 1000; // ms
/** A result may be seen here a while after its job is over, as caches of NFS know late. */
const LOOKS_AFTER_END = 20;

function script(folder: string): string {
  const source = fileURLToPath(new URL("./notebook-job.ts", import.meta.url));
  const job = source.replace(/\.ts$/, extname(import.meta.filename)); // JavaScript where this file is
  const words = [process.execPath, ...process.execArgv, job, folder].map(
    (word) => `'${word.replaceAll("'", `'\\''`)}'`,
  );
  return `#!/bin/bash\ncd '${process.cwd().replaceAll("'", `'\\''`)}' && exec ${words.join(" ")}\n`;
}

/** The run that a job left, or one that tells why it left none; undefined while it may still come. */
function resultOf(
  folder: string,
  one: Pending,
  queue: ReadonlyMap<number, QueuedTask> | undefined,
): NotebookRun | undefined {
  const { notebook, launch } = one.task;
  const path = join(folder, `${one.number}.result`);
  if (existsSync(path)) {
    const run = deserialize(readFileSync(path)) as NotebookRun;
    // the report knows notebooks and cells by identity
    const own = (id: string | undefined) => notebook.cells.find((cell) => cell.id === id);
    const failure = run.failure && { ...run.failure, cell: own(run.failure.cell?.id) };
    return { ...run, notebook, failure, endedBy: own(run.endedBy?.id) };
  }
  const queued = queue?.get(one.number);
  if (queue === undefined || (queued !== undefined && IN_THE_QUEUE.test(queued.state))) return undefined;
  if (++one.over < LOOKS_AFTER_END) return undefined;
  const ended = queued === undefined ? "left the queue" : `ended as ${queued.state} on ${queued.node}`;
  const log = join(folder, `${one.number}.log`);
  const lastLines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-5) : [];
  const hint = existsSync(log) ? `log ${log}` : "hint: --out must be on a file system that the nodes mount";
  const reason = `its job ${ended} without a result (${hint})`;
  const none = { kernel: launch.name, sandboxed: false, seconds: 0, cells: new Map(), languageInfo: undefined };
  return { ...none, notebook, failure: { cell: undefined, reason, lastLines } };
}

const IN_THE_QUEUE = /^(PENDING|RUNNING|CONFIGURING|COMPLETING|SUSPENDED|REQUEUED|STOPPED)$/;
