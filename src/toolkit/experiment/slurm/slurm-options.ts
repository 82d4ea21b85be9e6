/** @file What a user asks of Slurm for each stage, checked, and as options of sbatch. */
import { requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";

export interface SlurmOptions {
  readonly partition?: string;
  readonly account?: string;
  /** limit of a stage, as sbatch takes it: "30" minutes, "2:00:00", "1-12" days-hours */
  readonly time?: string;
  /** of a stage; it gets as many threads; default 1 */
  readonly cpus?: number;
  /** of a stage; default none */
  readonly gpus?: number;
  /** of a stage: "8G" */
  readonly mem?: string;
  /** stages at a time, at most; default: as many as Slurm will run */
  readonly atOnce?: number;
  /** any other options of sbatch */
  readonly sbatch?: readonly string[];
}

const NAMES = ["partition", "account", "time", "cpus", "gpus", "mem", "atOnce", "sbatch"] as const;

/** Set by the plan: given by hand they would take the stages from it. */
const OURS =
  /^--(array|dependency|job-name|output|error|open-mode|chdir|wrap|parsable|wait|ntasks|nodes)\b|^-[aJdoeDnNW]\b/;

/** @throws RangeError or TypeError that names the option */
export function requireSlurmOptions(options: SlurmOptions): void {
  requireOptions("slurmExecutor", options, NAMES);
  const { time, mem, sbatch = [] } = options;
  for (const name of ["cpus", "gpus", "atOnce"] as const) {
    if (options[name] !== undefined) requireCount("slurmExecutor", name, options[name], name === "gpus" ? 0 : 1, 1e6);
  }
  if (time !== undefined && !/^(\d+-)?\d+(:\d{1,2}){0,2}$/.test(time)) {
    throw wrong(
      "slurmExecutor",
      "time to be minutes, hours:minutes:seconds or days-hours",
      time,
      "2:00:00 is two hours",
    );
  }
  if (mem !== undefined && !/^\d+[KMGT]?$/i.test(mem)) {
    throw wrong("slurmExecutor", "mem to be a count of MiB, or one with K, M, G or T", mem, "8G");
  }
  for (const word of sbatch) {
    if (OURS.test(word)) throw wrong("slurmExecutor", "sbatch options that leave the plan its own", word);
  }
}

/** As options of sbatch, for a task of one process. */
export function sbatchOptions({
  partition,
  account,
  time,
  cpus = 1,
  gpus = 0,
  mem,
  sbatch = [],
}: SlurmOptions): string[] {
  return [
    ...(partition === undefined ? [] : [`--partition=${partition}`]),
    ...(account === undefined ? [] : [`--account=${account}`]),
    ...(time === undefined ? [] : [`--time=${time}`]),
    ...["--nodes=1", "--ntasks=1", `--cpus-per-task=${cpus}`],
    ...(gpus === 0 ? [] : [`--gpus-per-node=${gpus}`]), // --gpus alone may be spread over nodes
    ...(mem === undefined ? [] : [`--mem=${mem}`]),
    ...sbatch,
  ];
}
