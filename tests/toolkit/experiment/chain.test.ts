/** @file The chain study in small: every method leaves a record, a second run does nothing, and a bad configuration is refused at once. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readJsonLines } from "../../../src/toolkit/core/json-lines.ts";
import type { ChainConfig } from "../../../src/toolkit/experiment/chain/chain-config.ts";
import { planChainStudy } from "../../../src/toolkit/experiment/chain/chain-plan.ts";
import { chainStudy, readChainStudy } from "../../../src/toolkit/experiment/chain/chain-study.ts";
import {
  FULL_STUDY,
  KEPT_TRAINED_OUT_STUDY,
  QUICK_STUDY,
  TRAINED_OUT_STUDY,
} from "../../../src/toolkit/experiment/chain/profiles.ts";
import { localExecutor } from "../../../src/toolkit/experiment/executor.ts";
import { ALL_METHODS } from "../../../src/toolkit/experiment/methods/methods.ts";
import { runStudy } from "../../../src/toolkit/experiment/run-study.ts";
import { plan } from "../../../src/toolkit/experiment/stage.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

/** A policy of two operators mod 3 learns enough in seconds to be right and wrong. */
const TINY: ChainConfig = {
  ...FULL_STUDY,
  task: { operators: 6, modulus: 5, lengths: [2, 3], teacher: { skipRate: 0.5 } },
  base: { lengths: [1, 2], updates: 30, knownOperators: 6, learningRate: 1e-2, batchSize: 16, checks: 1 },
  model: { layers: 1, channels: 16, heads: 2 },
  sizes: [8, 16],
  comparedSizes: [16],
  methods: ALL_METHODS,
  seeds: [1],
  sft: { epochs: 10, learningRate: 5e-3, batchSize: 8, checks: 1 },
  preference: { ...FULL_STUDY.preference, batchSize: 8, checks: 1 },
  validationProblems: 8,
  testProblems: 8,
};

/** One process. */
const executor = localExecutor((works) => createWorkerPool(works, { size: 1 }));

test("every method of a small study leaves a record, and a second run does nothing again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const run = () =>
    runStudy(chainStudy, TINY, { store: join(folder, "stages"), results: join(folder, "study.jsonl"), executor });
  const first = await run();
  const errors = first.states.flatMap(({ error }) => error ?? []);
  assert.deepEqual(errors, []);
  assert.equal(first.finished, ALL_METHODS.length + 1); // sft at two sizes
  const lines = await readJsonLines(join(folder, "study.jsonl"));
  for (const { record } of lines) {
    const { testError, size, method } = record as { testError: number; size: number; method: string };
    assert.ok(testError >= 0 && testError <= 1, `${method} at ${size}: ${testError}`);
    for (const field of ["config", "seed", "stage", "versions", "seconds", "key"]) assert.ok(field in record, field);
  }
  const read = await readChainStudy(join(folder, "study.jsonl"));
  assert.deepEqual(
    read.map(({ method, size }) => [method, size]),
    lines.map(({ record }) => [record.method, record.size]),
  );
  const before = readFileSync(join(folder, "study.jsonl"), "utf8");
  const second = await run();
  assert.deepEqual(new Set(second.states.map(({ status }) => status)), new Set(["reused"]));
  assert.equal(readFileSync(join(folder, "study.jsonl"), "utf8"), before);
});

test("with a cue each policy is measured with the cue as in training too, and its steps by what they are worth to it", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const results = join(folder, "study.jsonl");
  const config: ChainConfig = {
    ...TINY,
    task: { ...TINY.task, cue: { place: "answer", rate: 1 } },
    sizes: [200],
    comparedSizes: [],
    testProblems: 30,
    credit: { problems: 20, samples: 3 },
  };
  const { states } = await runStudy(chainStudy, config, { store: join(folder, "stages"), results, executor });
  assert.deepEqual(
    states.flatMap(({ error }) => error ?? []),
    [],
  );
  const [record] = await readChainStudy(results);
  const { testError, cueFollowing, inDistribution, credit } = record ?? {};
  assert.ok((inDistribution?.testError ?? 1) < (testError ?? 0), "a cue that is always right is learnt first");
  assert.ok((cueFollowing ?? 0) > (testError ?? 1) / 4, `follows ${cueFollowing} of the cues that mislead`);
  assert.equal(inDistribution?.cueFollowing, null, "no cue misleads in training");
  assert.equal(credit?.problems, 20);
  for (const { mean, steps } of [credit?.spurious, credit?.useful].flatMap((part) => part ?? [])) {
    assert.ok(mean === null ? steps === 0 : Math.abs(mean) <= 1);
  }
});

test("longer runs follow, each so many times as long, until two in a row have no better check than the best before them", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const results = join(folder, "study.jsonl");
  const longer = { times: 3, most: 3, patience: 2 };
  const config: ChainConfig = {
    ...TINY,
    ...{ sizes: [16], methods: ["sft", "dpo"], validationProblems: 32, validationSamples: 2 },
    sft: { ...TINY.sft, longer },
    preference: { ...TINY.preference, longer },
  };
  const { states } = await runStudy(chainStudy, config, { store: join(folder, "stages"), results, executor });
  assert.deepEqual(
    states.flatMap(({ error }) => error ?? []),
    [],
  );
  for (const { method, runs = [], checks, bestUpdate } of await readChainStudy(results)) {
    const accuracies = runs.map(({ accuracy }) => accuracy);
    assert.deepEqual(
      runs.map(({ updates }) => updates),
      runs.map((_, at) => 20 * 3 ** at),
      method,
    );
    assert.ok(runs.length >= 2 && runs.length <= longer.most + 1, `${method}: ${runs.length} runs`);
    for (let at = 1; at < runs.length; at++) {
      const before = accuracies.slice(0, at);
      const waited = before.length - 1 - before.indexOf(Math.max(...before)); // runs since the best
      assert.ok(waited < longer.patience, `${method} goes on after ${before}`);
      assert.ok((runs[at]?.tokens ?? 0) > (runs[at - 1]?.tokens ?? 0), method);
    }
    const best = Math.max(...accuracies);
    const waited = accuracies.length - 1 - accuracies.indexOf(best);
    assert.ok(waited === longer.patience || runs.length === longer.most + 1, `${method} ends after ${accuracies}`);
    assert.equal(runs[accuracies.indexOf(best)]?.updates, checks.at(-1)?.[0], `${method} keeps its best run`);
    assert.equal(checks.find(([update]) => update === bestUpdate)?.[1], best, method);
  }
});

test("with an early SFT the methods take its samples and begin with it; it is the first run of SFT alone", () => {
  const longer = { times: 4, most: 3 };
  const budgets = { sft: { ...TINY.sft, longer }, preference: { ...TINY.preference, longer } };
  const early = new Map(planChainStudy({ ...TINY, ...budgets }).map(({ method, stage }) => [method, stage]));
  const start = early.get("sft-early");
  assert.equal(start?.config.longer, undefined);
  assert.deepEqual(early.get("sft")?.config.longer, longer);
  assert.deepEqual(early.get("dpo")?.needs.policy, start);
  assert.deepEqual(early.get("step-dpo-full")?.needs.values?.needs.policy, start);
  assert.deepEqual(early.get("rft")?.needs.rollouts?.needs.policy, start);
  assert.deepEqual(early.get("rft-from-sft")?.needs.base, start);
  const methods = ALL_METHODS.filter((method) => method !== "sft-early");
  const without = new Map(planChainStudy({ ...TINY, ...budgets, methods }).map(({ method, stage }) => [method, stage]));
  assert.deepEqual(without.get("dpo")?.needs.policy, without.get("sft"));
});

test("methods at one size share its teaching, its rollouts and its step values", () => {
  const works = plan(
    planChainStudy(TINY).map(({ stage }) => stage),
    "1",
  ).map(({ stage }) => stage.work);
  const count = (work: string): number => works.filter((one) => one === work).length;
  assert.deepEqual(
    [count("base"), count("rollouts"), count("values")],
    [1, 2, 1],
    "the second rollouts are the base learner's own",
  );
  assert.equal(count("supervise") + count("prefer"), ALL_METHODS.length + 1);
});

test("every profile is a study that can be planned, and the quick one is smaller", () => {
  assert.ok(planChainStudy(QUICK_STUDY).length < planChainStudy(FULL_STUDY).length / 10);
  assert.equal(planChainStudy(TRAINED_OUT_STUDY).length, 10 * (6 + 2 * 11)); // seeds, sizes of SFT, and methods at the compared ones
  assert.equal(planChainStudy(KEPT_TRAINED_OUT_STUDY).length, 5 * (2 + 2 * 4)); // seeds; SFT, early and to its end, and two verifiers at four counts of kept samples
});

const UNFIT: [string, Partial<ChainConfig>, RegExp][] = [
  [
    "a compared size without teaching",
    { comparedSizes: [12] },
    /a study requires comparedSizes to be among sizes \(8, 16\), got 12/,
  ],
  ["no seed", { seeds: [] }, /a study requires seeds to be different and at least one/],
  ["a seed twice", { seeds: [1, 1] }, /seeds to be different/],
  ["an unknown method", { methods: ["ppo" as "dpo"] }, /a study requires methods to be "sft" or .*, got "ppo"/],
  ["no epochs", { sft: { ...TINY.sft, epochs: 0 } }, /sft\.epochs to be a number above 0, got 0/],
];

for (const [what, change, message] of UNFIT) {
  test(`a study with ${what} is refused`, () => {
    assert.throws(() => planChainStudy({ ...TINY, ...change }), message);
  });
}

test("a record that lacks a number is named by its line", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "study.jsonl");
  writeFileSync(
    path,
    '{"method": "sft", "size": 8, "seed": 1, "testProblems": 8, "bestUpdate": 0, "testError": 1.5}\n',
  );
  await assert.rejects(readChainStudy(path), {
    message: `${path}, line 1 requires testError to be a number in [0, 1], got 1.5`,
  });
});

test("RFT may go on from the SFT policy, or keep the base learner's own samples and no teacher", () => {
  const runs = planChainStudy({ ...TINY, methods: ALL_METHODS.filter((method) => method !== "sft-early") });
  const stageOf = (method: string) => runs.find((run) => run.method === method && run.size === 16)?.stage;
  const sft = stageOf("sft");
  assert.equal(stageOf("rft")?.needs.base?.work, "base");
  assert.deepEqual(stageOf("rft-from-sft")?.needs.base, sft);
  assert.equal(stageOf("rft-from-sft")?.needs.rollouts?.needs.policy, sft);
  assert.equal(stageOf("rft-no-teacher")?.needs.rollouts?.needs.policy?.work, "base");
});
