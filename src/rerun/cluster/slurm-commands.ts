/** @file What notebooks need of Slurm: an array submitted, the tasks that are not over, an array cancelled. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** @returns the number of the job @throws Error in Slurm's words */
export async function sbatch(script: string, options: readonly string[]): Promise<string> {
  return (await slurm("sbatch", ["--parsable", ...options], script)).trim().split(";")[0] as string;
}

/** A task of an array as the queue has it. */
export interface QueuedTask {
  readonly state: string;
  readonly node: string;
}

/** The tasks of a job by their index, also those that have just ended. */
export async function squeue(name: string): Promise<Map<number, QueuedTask>> {
  const asked = ["--array", "--noheader", "--states=all", "--format=%K|%T|%N", `--name=${name}`];
  const lines = (await slurm("squeue", asked)).split("\n").filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [task, state = "", node = ""] = line.split("|");
      return [Number(task), { state, node }];
    }),
  );
}

export async function scancel(jobs: readonly string[]): Promise<void> {
  if (jobs.length > 0) await slurm("scancel", jobs);
}

async function slurm(command: string, words: readonly string[], input = ""): Promise<string> {
  const started = promisify(execFile)(command, words, { maxBuffer: 2 ** 26 });
  started.child.stdin?.on("error", () => {}); // it ended without reading: its exit code says why
  started.child.stdin?.end(input);
  const { stdout } = await started.catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
    if (error.code === "ENOENT") {
      throw new Error(
        `--on slurm requires ${command}, which is not here (hint: log in to a login node of the cluster)`,
      );
    }
    throw new Error(`${command}: ${(error.stderr ?? error.message).trim().split("\n").join("; ")}`, { cause: error });
  });
  return stdout;
}
