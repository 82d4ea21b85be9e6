/** @file The whole of one small study, stage by stage, beside transformers and TRL on the same data, model and threads. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Job, POLICIES, type Policy, STAGES, type StageTimes } from "./children/pipeline-job.ts";
import { processorEngines } from "./engines.ts";
import { type Benchmark, findPython, type Row } from "./harness.ts";

const JOB: Job = {
  ...{ seed: 7, threads: Math.min(2, availableParallelism()), lessons: 4000, problems: 1000, tests: 2000 },
  ...{ samples: 8, prefixSamples: 5 },
  base: { updates: 500, batchSize: 128, rate: 3e-3 },
  sft: { updates: 156, batchSize: 64, rate: 2e-3 },
  preference: { updates: 156, batchSize: 64, rate: 1e-4 },
};
/** Ours over the peer's seconds; memory likewise. */
const BARS = { total: 1 / 4, stage: 1 / 1.5, memory: 0.6 };
/** Both sides must learn the same: how far apart two errors may lie, in standard errors of their difference. */
const STANDARD_ERRORS = 3;
const MODULES = ["torch", "transformers", "trl", "datasets"] as const;

export const benchmark: Benchmark = {
  name: "pipeline",
  summary:
    "base, SFT, rollouts, values, DPO, per-step DPO and a greedy test, seconds a stage, beside transformers and TRL",
  run: async () => {
    const python = findPython(...MODULES);
    const folder = mkdtempSync(join(tmpdir(), "eightfold-pipeline-"));
    try {
      const rows: Row[] = [];
      let peer: StageTimes | undefined;
      for (const engine of await processorEngines()) {
        const ours = child<StageTimes>(engine, join(folder, "data.json"));
        if (python.ok) peer ??= askPeer(python.python, folder);
        rows.push(...rowsOf(engine, ours, peer, python.ok ? versions(python.python) : `TRL ${python.reason}`));
      }
      return { rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function child<Answer>(engine: string, file: string): Answer {
  const source = fileURLToPath(new URL("./children/pipeline.ts", import.meta.url));
  const asked = ["--import", "tsx", source, engine, file, JSON.stringify(JOB)];
  return JSON.parse(execFileSync(process.execPath, asked, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
}

function askPeer(python: string, folder: string): StageTimes {
  const answers = join(folder, "answers.json");
  const source = join(import.meta.dirname, "peers", "pipeline_trl.py");
  const asked = [source, join(folder, "data.json"), answers, JSON.stringify(JOB)];
  const said = execFileSync(python, asked, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const times = JSON.parse(said.trim().split("\n").at(-1) ?? "") as Omit<StageTimes, "errors">;
  return { ...times, errors: child<Record<Policy, number>>("judge", answers) };
}

function versions(python: string): string {
  const program = `import importlib.metadata as m; print(", ".join(f"{p} {m.version(p)}" for p in ${JSON.stringify(MODULES)}))`;
  return execFileSync(python, ["-c", program], { encoding: "utf8" }).trim();
}

function rowsOf(engine: string, ours: StageTimes, peer: StageTimes | undefined, name: string): Row[] {
  const total = (times: StageTimes["seconds"]): number => STAGES.reduce((sum, stage) => sum + times[stage], 0);
  const lower = { better: "lower", barKind: "ratio", peer: name } as const;
  const variance = (share: number): number => (share * (1 - share)) / JOB.tests;
  return [
    ...STAGES.map((stage): Row => {
      const figures = { ours: ours.seconds[stage], peerValue: peer?.seconds[stage] ?? null };
      return { name: `${engine}: ${stage}`, unit: "s", ...lower, ...figures, bar: BARS.stage };
    }),
    ...STAGES.map((stage): Row => {
      const figures = { ours: ours.cpuSeconds[stage], peerValue: peer?.cpuSeconds[stage] ?? null };
      return { name: `${engine}: ${stage}, processor time`, unit: "cpu s", ...lower, ...figures, bar: BARS.stage };
    }),
    {
      ...{ name: `${engine}: total`, unit: "s", ...lower, ours: total(ours.seconds), bar: BARS.total },
      peerValue: peer === undefined ? null : total(peer.seconds),
    },
    {
      ...{ name: `${engine}: total, processor time`, unit: "cpu s", ...lower, ours: total(ours.cpuSeconds) },
      ...{ bar: BARS.total, peerValue: peer === undefined ? null : total(peer.cpuSeconds) },
    },
    {
      ...{ name: `${engine}: peak memory`, unit: "MB", ...lower, ours: ours.peakMb, bar: BARS.memory },
      peerValue: peer?.peakMb ?? null,
    },
    ...POLICIES.map((policy): Row => {
      const error = ours.errors[policy];
      const theirs = peer?.errors[policy];
      const apart = STANDARD_ERRORS * Math.sqrt(variance(error) + variance(theirs ?? error));
      const figures = { ours: error, peerValue: theirs ?? null, bar: theirs === undefined ? 1 : 1 + apart / theirs };
      return { name: `${engine}: error of ${policy}`, unit: "share", ...lower, ...figures };
    }),
  ];
}
