/** @file Slurm by its own commands, which every cluster has: sbatch, squeue, scancel, scontrol, and sacct where there is accounting. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ClusterError } from "./cluster-error.ts";

/** A job, or a task of an array, as squeue or sacct tells it. */
export interface QueuedTask {
  /** of the job; "" from sacct */
  readonly name: string;
  /** of the array, or of the job */
  readonly job: string;
  /** index in its array; 0 for a job */
  readonly task: number;
  /** "PENDING", "RUNNING", "NODE_FAIL" ... */
  readonly state: string;
  /** why it waits, or ended: "Dependency", "Resources", "None" */
  readonly reason: string;
  readonly node: string;
}

/** @source https://slurm.schedmd.com/squeue.html, job state codes: those of a job that is not over */
const LIVE = new Set([
  ...["PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT"],
  ...["REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESIZING", "RESV_DEL_HOLD"],
]);

/** Whether Slurm will still do something with it. One whose dependency cannot be met stays in the queue for nothing. */
export function isLive({ state, reason }: QueuedTask): boolean {
  return LIVE.has(state) && reason !== "DependencyNeverSatisfied";
}

/**
 * Submits a script.
 *
 * @returns the job's number
 * @throws ClusterError with Slurm's own words
 */
export async function sbatch(script: string, options: readonly string[]): Promise<string> {
  const { stdout } = await run("sbatch", ["--parsable", ...options], script);
  return stdout.trim().split(";")[0] as string; // after the semicolon stands the cluster of a federation
}

/** All tasks of the jobs of these names, of any user, as long as Slurm keeps them in the queue. */
export async function squeue(names: readonly string[]): Promise<QueuedTask[]> {
  if (names.length === 0) return [];
  const asked = ["--array", "--noheader", "--states=all", "--format=%F|%K|%T|%r|%N|%j", `--name=${names.join(",")}`];
  const { stdout } = await run("squeue", asked);
  return stdout.split("\n").filter(Boolean).flatMap(parseTask);
}

/** "12|3|PENDING|Dependency|n1|full-0a1b.1.2"; of a job that is no array the second field is N/A. */
function parseTask(line: string): QueuedTask[] {
  const [job = "", index = "", state = "", reason = "", node = "", name = ""] = line.split("|");
  const task = index === "N/A" ? 0 : Number(index);
  return Number.isInteger(task) ? [{ name, job, task, state, reason, node }] : [];
}

/** What became of jobs that the queue has forgotten; empty where the cluster keeps no accounts. */
export async function sacct(jobs: readonly string[]): Promise<QueuedTask[]> {
  if (jobs.length === 0) return [];
  const asked = [
    "--allocations",
    "--noheader",
    "--parsable2",
    "--format=JobID,State,NodeList",
    `--jobs=${jobs.join(",")}`,
  ];
  const answer = await run("sacct", asked).catch(() => ({ stdout: "" }));
  return answer.stdout.split("\n").flatMap((line) => {
    const [id = "", state = "", node = ""] = line.split("|");
    const [, job, task = "0"] = /^(\d+)(?:_(\d+))?$/.exec(id) ?? [];
    if (job === undefined) return [];
    const ended = state.split(" ")[0] as string; // "CANCELLED by 1000"
    return [{ name: "", job, task: Number(task), state: ended, reason: "None", node }];
  });
}

/** Cancels jobs, or tasks as "12_3". */
export async function scancel(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await run("scancel", ids);
}

/** How many tasks an array may have here. */
export async function largestArray(): Promise<number> {
  const { stdout } = await run("scontrol", ["show", "config"]);
  return Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(stdout)?.[1] ?? DEFAULT_MAX_ARRAY_SIZE);
}

const DEFAULT_MAX_ARRAY_SIZE = 1001; // https://slurm.schedmd.com/slurm.conf.html#OPT_MaxArraySize

async function run(command: string, words: readonly string[], input?: string): Promise<{ stdout: string }> {
  try {
    const started = promisify(execFile)(command, words, { maxBuffer: 2 ** 28 });
    started.child.stdin?.on("error", () => {}); // it ended without reading: its exit code says why
    started.child.stdin?.end(input ?? "");
    return await started;
  } catch (error) {
    throw problemOf(command, error as NodeJS.ErrnoException & { stderr?: string });
  }
}

function problemOf(command: string, error: NodeJS.ErrnoException & { stderr?: string }): Error {
  if (error.code === "ENOENT") {
    const hint = "log in to a login node of the cluster; there `sinfo` lists its partitions";
    return new ClusterError("no Slurm", `there is no ${command} here (hint: ${hint})`, { cause: error });
  }
  const said = (error.stderr ?? error.message).trim().split("\n");
  const told = said.map((line) => line.replace(/^\w+: (fatal: |error: )?/, "")).join("; ");
  if (/Could not establish a configuration source/i.test(told)) {
    return new ClusterError("no Slurm", `${command}: Slurm is not configured on this machine: ${told}`, {
      cause: error,
    });
  }
  if (/Unable to contact slurm controller|Connection refused|Socket timed out|Zero Bytes/i.test(told)) {
    return new ClusterError("no answer", `${command}: ${told}`, { cause: error });
  }
  return new ClusterError("refused", `${command}: ${told}`, { cause: error });
}
