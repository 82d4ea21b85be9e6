/** @file What Slurm costs beside the work: a job beside its Node's start, the submission of 1,000 stages, the memory of a plan of 10,000. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runStudy, slurmExecutor } from "@eightfold/toolkit/experiment";
import { faultStudy } from "../tests/judges/slurm/fault-study.ts";
import { type Benchmark, median, type Row } from "./harness.ts";

const JUDGE = join(import.meta.dirname, "../tests/judges/slurm");
const JOBS = 10;
const STARTS = 5;

export const benchmark: Benchmark = {
  name: "slurm",
  summary: "jobs, submissions and plans on a Slurm of one node on loopback",
  run: async () => {
    requireSlurm();
    const folder = mkdtempSync(join(tmpdir(), "bench-slurm-"));
    const cluster = join(folder, "cluster");
    process.env.SLURM_CONF = join(cluster, "slurm.conf");
    try {
      execFileSync(join(JUDGE, "cluster.sh"), ["up", cluster, "1", "1"], { stdio: ["ignore", "ignore", "inherit"] });
      return { rows: await rows(folder) };
    } finally {
      execFileSync(join(JUDGE, "cluster.sh"), ["down", cluster], { stdio: ["ignore", "ignore", "inherit"] });
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function requireSlurm(): void {
  try {
    for (const program of ["slurmctld", "slurmd", "munged", "sbatch"])
      execFileSync("which", [program], { stdio: "ignore" });
  } catch {
    const hint = "as root: apt-get install --no-install-recommends slurmctld slurmd slurm-client munge";
    throw new Error(`bench slurm requires Slurm and munge on this machine (hint: ${hint})`);
  }
}

async function rows(folder: string): Promise<Row[]> {
  const overhead = await jobSeconds(folder);
  // queued, and never started
  execFileSync("scontrol", ["update", "PartitionName=main", "State=DOWN"]);
  const thousand = planOf(folder, 1000);
  const tenThousand = planOf(folder, 10_000);
  const own = {
    better: "lower",
    peer: "none: these are Slurm's costs and ours together",
    peerValue: null,
    barKind: "absolute",
  } as const;
  return [
    { name: "a job, beside its Node's start", unit: "s", ours: overhead, bar: 1, ...own },
    { name: "submission of 1,000 stages", unit: "s", ours: thousand.seconds, bar: 5, ...own },
    { name: "submission of 10,000 stages", unit: "s", ours: tenThousand.seconds, bar: 50, ...own },
    { name: "most memory with a plan of 10,000 stages", unit: "MiB", ours: tenThousand.memory, bar: 477, ...own },
  ];
}

/** Seconds a job beyond the start of a Node that imports the same, jobs one after another on a node of one place. */
async function jobSeconds(folder: string): Promise<number> {
  const control = join(folder, "control");
  mkdirSync(control);
  const run = async (seeds: readonly number[]): Promise<number> => {
    const began = performance.now();
    const config = { seeds, methods: [1], control, fills: 0 }; // two jobs a seed
    const { states } = await runStudy(faultStudy, config, {
      name: `jobs-${seeds.length}`,
      store: join(folder, "stages"),
      results: join(folder, "jobs.jsonl"),
      executor: slurmExecutor(),
    });
    if (states.some(({ status }) => status !== "done" && status !== "reused")) throw new Error("a job failed");
    return (performance.now() - began) / 1000;
  };
  const before = Array.from({ length: STARTS }, nodeStart);
  const few = await run([0]); // the probe, and what a watcher waits for, are in both
  const many = await run(Array.from({ length: 1 + JOBS / 2 }, (_, seed) => seed + 1));
  const starts = [...before, ...Array.from({ length: STARTS }, nodeStart)];
  return (many - few) / JOBS - median(starts);
}

function nodeStart(): number {
  const works = new URL("../tests/judges/slurm/fault-works.ts", import.meta.url).href;
  const began = performance.now();
  execFileSync(process.execPath, [
    "--import",
    "tsx",
    "--input-type=module",
    "-e",
    `await import(${JSON.stringify(works)})`,
  ]);
  return (performance.now() - began) / 1000;
}

function planOf(folder: string, stages: number): { readonly seconds: number; readonly memory: number } {
  const child = fileURLToPath(new URL("./children/slurm-plan.ts", import.meta.url));
  const told = JSON.parse(
    execFileSync(process.execPath, ["--import", "tsx", child, folder, String(stages)], { encoding: "utf8" }),
  );
  if (told.submitted !== stages || told.cancelled !== stages)
    throw new Error(`submitted and cancelled: ${JSON.stringify(told)}`);
  return told;
}
