/** @file The study of chain arithmetic in small, on the cluster and by one worker of this machine: every file of every stage must be the same. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  chainStudy,
  type Executor,
  FULL_STUDY,
  localExecutor,
  runStudy,
  slurmExecutor,
} from "@eightfold/toolkit/experiment";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

const SMALL: typeof FULL_STUDY = {
  ...FULL_STUDY,
  task: { operators: 6, modulus: 5, lengths: [2, 3], teacher: { skipRate: 0.5 } },
  base: { lengths: [1, 2], updates: 30, knownOperators: 6, learningRate: 1e-2, batchSize: 16, checks: 1 },
  model: { layers: 1, channels: 16, heads: 2 },
  sizes: [16],
  comparedSizes: [16],
  methods: ["sft", "rft", "step-dpo-forked"],
  seeds: [1],
  sft: { epochs: 10, learningRate: 5e-3, batchSize: 8, checks: 1 },
  preference: { ...FULL_STUDY.preference, batchSize: 8, checks: 1 },
  validationProblems: 8,
  testProblems: 8,
};

export async function sameBits(folder: string): Promise<void> {
  const run = async (name: string, executor: Executor): Promise<Map<string, string>> => {
    const place = join(folder, name);
    mkdirSync(place, { recursive: true });
    const store = join(place, "stages");
    const { states, finished } = await runStudy(chainStudy, SMALL, {
      store,
      results: join(place, "study.jsonl"),
      executor,
    });
    assert.equal(finished, 3, JSON.stringify(states.flatMap(({ error }) => error ?? [])));
    return contents(store);
  };
  const here = await run(
    "here",
    localExecutor((works) => createWorkerPool(works, { size: 1, threads: 1 })),
  );
  const there = await run("cluster", slurmExecutor({ cpus: 1 }));
  assert.ok(here.size > 10, `${here.size} files`);
  assert.deepEqual(there, here);
}

/** The hash of each file of each stage; of its record, what it found and on which engine. */
function contents(store: string): Map<string, string> {
  const keys = readdirSync(store).filter((name) => !name.startsWith("."));
  const files = keys.sort().flatMap((key) =>
    readdirSync(join(store, key))
      .sort()
      .map((name) => join(key, name)),
  );
  return new Map(
    files.map((file) => {
      const bytes = readFileSync(join(store, file));
      if (!file.endsWith("record.json")) return [file, createHash("sha256").update(bytes).digest("hex")];
      const { result, machine } = JSON.parse(bytes.toString()) as { result: unknown; machine: { engine?: string } };
      assert.match(machine.engine ?? "", / on cpu .*, 1 thread,/);
      return [file, JSON.stringify({ result, engine: machine.engine })];
    }),
  );
}
