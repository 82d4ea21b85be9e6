/** @file What plugs in a study: a third one, which adds numbers, takes the same road as those of the toolkit, on any executor. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { requireCount } from "../../../src/toolkit/core/argument-checks.ts";
import { readJsonLines } from "../../../src/toolkit/core/json-lines.ts";
import { chainStudy } from "../../../src/toolkit/experiment/chain/chain-study.ts";
import { type Executor, localExecutor } from "../../../src/toolkit/experiment/executor.ts";
import { doJob } from "../../../src/toolkit/experiment/job.ts";
import { runStudy } from "../../../src/toolkit/experiment/run-study.ts";
import { type Stage, type StageRecord, stageKey } from "../../../src/toolkit/experiment/stage.ts";
import { starStudy } from "../../../src/toolkit/experiment/star/star-study.ts";
import { type PlannedRun, readRecords, type Study } from "../../../src/toolkit/experiment/study.ts";
import type { StageState } from "../../../src/toolkit/experiment/sweep.ts";
import { sweepTable } from "../../../src/toolkit/experiment/sweep-table.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

interface SumConfig {
  readonly terms: readonly number[];
  readonly seeds: readonly number[];
}

interface SumRun extends PlannedRun {
  readonly term: number;
  readonly seed: number;
}

interface SumRecord {
  readonly term: number;
  readonly seed: number;
  readonly sum: number;
}

/** seed + term: the seed's stage is shared by its terms. */
const sumStudy: Study<SumConfig, SumRun, SumRecord> = {
  profiles: { tiny: { terms: [10, 20], seeds: [1, 2, 3] } },
  plan: ({ terms, seeds }) =>
    seeds.flatMap((seed) => {
      requireCount("a sum study", "seeds", seed, 0, 1000);
      const base: Stage = { work: "add", config: { term: seed }, needs: {} };
      return terms.map((term) => ({ term, seed, stage: { work: "sum", config: { term }, needs: { base } } }));
    }),
  works: new URL("./test-works.ts", import.meta.url).href,
  table: { rows: "term", columns: "seed" },
  record: (where, line) => {
    requireCount(where, "sum", line.sum, 0, 1000);
    return line as unknown as SumRecord;
  },
};

const TINY = sumStudy.profiles.tiny as SumConfig;

/** Does jobs in this process, one at a time. */
const inProcess: Executor = localExecutor((works) => ({
  size: 1,
  run: async (job) => doJob(works, job, 1),
  close: async () => {},
}));

const inProcesses: Executor = localExecutor((works) => createWorkerPool(works, { size: 2, threads: 2 }));

/** No workers at all: goes through the plan itself. */
const another: Executor = {
  run: async ({ works, stages, versions }, store, tell) => {
    const states: StageState[] = [];
    const records = new Map<string, StageRecord>();
    for (const planned of stages) {
      const { key, stage, needs } = planned;
      let record = await store.record(key);
      const status = record === undefined ? "done" : "reused";
      if (record === undefined) {
        const attempt = await store.attempt(key);
        const jobNeeds = [...needs].map(([name, need]) => ({
          name,
          folder: store.folderOf(need),
          result: records.get(need)?.result ?? null,
        }));
        const outcome = await doJob(works, { ...stage, folder: attempt.folder, needs: jobNeeds }, 1);
        assert.ok(outcome.ok);
        record = await attempt.publish({ key, ...stage, result: outcome.result, seconds: 0, versions });
      }
      records.set(key, record);
      states.push({ planned, status, seconds: 0, failures: 0 });
      tell?.(states, 1);
    }
    return { records, states };
  },
};

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

for (const [name, executor] of Object.entries({
  "worker processes": inProcesses,
  "workers of another kind": inProcess,
  "another executor": another,
})) {
  test(`a study that plugs in is planned, run, shown and read, by ${name}`, async (t) => {
    const folder = scratch(t);
    const results = join(folder, "sums.jsonl");
    let table: string[] = [];
    const run = () =>
      runStudy(sumStudy, TINY, {
        store: join(folder, "stages"),
        results,
        executor,
        onChange: (states, workers, runs) => {
          table = sweepTable(runs, states, workers);
        },
      });
    const { finished, planned, states } = await run();
    assert.deepEqual([finished, planned, states.length], [6, 6, 3 + 6], "a stage a seed, and one a run");
    assert.deepEqual(table.slice(0, 4), [
      "    1    2    3",
      "10  1/1  1/1  1/1",
      "20  1/1  1/1  1/1",
      "shared: add 3/3",
    ]);
    const records = await readRecords(sumStudy, results);
    assert.deepEqual(
      records.map(({ term, seed, sum }) => [term, seed, sum]),
      [1, 2, 3].flatMap((seed) => [10, 20].map((term) => [term, seed, seed + term])),
    );
    assert.deepEqual(
      Object.keys(records[0] as object),
      ["term", "seed", "sum", ...["stage", "key", "seconds", "versions", "config"]],
      "labels, what was found, what made it",
    );
    const before = readFileSync(results, "utf8");
    assert.deepEqual(new Set((await run()).states.map(({ status }) => status)), new Set(["reused"]));
    assert.equal(readFileSync(results, "utf8"), before);
  });
}

test("a configuration that does not fit is refused before anything runs, and a record that does not by its line", async (t) => {
  const folder = scratch(t);
  const options = { store: join(folder, "stages"), results: join(folder, "sums.jsonl"), executor: inProcess };
  await assert.rejects(runStudy(sumStudy, { ...TINY, seeds: [-1] }, options), /a sum study requires seeds to be/);
  writeFileSync(options.results, '{"sum": 1}\n{"sum": "2"}\n');
  await assert.rejects(readRecords(sumStudy, options.results), /sums\.jsonl, line 2 requires sum to be an integer/);
});

const DATA = join(import.meta.dirname, "../../../data/results");

/** How many records of a file stand under the keys that their study's plan has for the code that made them. */
async function found<Config, Run extends PlannedRun>(
  study: Study<Config, Run, unknown>,
  profile: string,
  file: string,
): Promise<{ records: number; found: number }> {
  const path = join(DATA, file);
  await readRecords(study, path);
  const runs = study.plan(study.profiles[profile] as Config);
  const lines = await readJsonLines(path);
  const codes = new Set(lines.map(({ record }) => (record.versions as { code: string }).code));
  const keys = new Set([...codes].flatMap((code) => runs.map(({ stage }) => stageKey(stage, code))));
  return { records: lines.length, found: lines.filter(({ record }) => keys.has(record.key as string)).length };
}

test("the records in data/results read, and their stages are found by the keys that they were made under", async () => {
  const all = [
    await found(chainStudy, "full", "study.jsonl"),
    await found(chainStudy, "rft-samples", "study-rft-samples.jsonl"),
    await found(chainStudy, "cue", "study-cue.jsonl"),
    await found(chainStudy, "small-steps", "study-small-steps.jsonl"),
    await found(starStudy, "star", "star.jsonl"),
  ];
  for (const { records, found: known } of all) assert.ok(records > 0 && known === records, `${known} of ${records}`);
});

test("the command knows the profiles of every study", async () => {
  const cli = join(import.meta.dirname, "../../../src/toolkit/experiment/cli.ts");
  const { stderr } = await promisify(execFile)(process.execPath, ["--import", "tsx", cli, "--help"]);
  assert.match(
    stderr,
    /^npm run study -- quick\|full\|trained-out\|rft-samples\|kept-trained-out\|cue\|small-steps\|star\|words\|words-quick\|words-pretrained\|words-pretrained-quick\n +\[--results FILE\]/,
  );
});

test("the command plans anyone's own seeds, and refuses what is none", async () => {
  const cli = join(import.meta.dirname, "../../../src/toolkit/experiment/cli.ts");
  const asked = promisify(execFile)(process.execPath, ["--import", "tsx", cli, "quick", "--seeds", "21,x"]);
  await assert.rejects(asked, /a study requires seeds\[1\] to be an integer in \[0, /);
});
