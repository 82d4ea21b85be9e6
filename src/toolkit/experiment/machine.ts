/** @file What a stage ran on, as its record tells it, and what Slurm gave it where Slurm started it. */
import { cpus, endianness, hostname } from "node:os";
import { engineInUse } from "./stage-engine.ts";

/** What may change the last bits of a result, and where to look when it did. */
export interface Machine {
  readonly host: string;
  readonly cpu: string;
  /** that the stage was given, not those of the machine */
  readonly threads: number;
  readonly byteOrder: "BE" | "LE";
  /** as describeEngine tells it; absent when the stage opened none */
  readonly engine?: string;
  /** the devices that CUDA_VISIBLE_DEVICES names */
  readonly gpus?: string;
  /** of Slurm: its number, and after a slash that of the task in its array */
  readonly job?: string;
}

/** @param threads that the stage was given */
export async function thisMachine(threads: number, environment: NodeJS.ProcessEnv = process.env): Promise<Machine> {
  const engine = await engineInUse();
  const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_JOB_ID: job } = environment;
  const gpus = environment.CUDA_VISIBLE_DEVICES;
  return {
    host: environment.SLURMD_NODENAME ?? hostname(),
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    threads,
    byteOrder: endianness(),
    ...(engine !== undefined && { engine }),
    ...(gpus !== undefined && gpus !== "" && { gpus }),
    ...(job !== undefined && { job: array === undefined ? job : `${array}/${task}` }),
  };
}

/** How a machine differs from another in what may change bits; undefined when it does not. */
export function machineDifference(one: Machine, other: Machine): string | undefined {
  const names = ["cpu", "engine", "threads", "byteOrder"] as const;
  const differ = names.filter(
    (name) => one[name] !== undefined && other[name] !== undefined && one[name] !== other[name],
  );
  if (differ.length === 0) return undefined;
  return differ.map((name) => `${name} ${one[name]}, not ${other[name]}`).join("; ");
}
