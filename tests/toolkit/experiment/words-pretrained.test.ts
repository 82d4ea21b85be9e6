/** @file The study of word problems from a checkpoint, here a tiny random one: a round by either training, what it will take, and what is refused. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { localExecutor } from "../../../src/toolkit/experiment/executor.ts";
import { runStudy } from "../../../src/toolkit/experiment/run-study.ts";
import type { PretrainedWordsConfig } from "../../../src/toolkit/experiment/words/pretrained-config.ts";
import { planPretrainedWords, pretrainedWordsStudy } from "../../../src/toolkit/experiment/words/pretrained-study.ts";
import { readWordsStudy } from "../../../src/toolkit/experiment/words/words-study.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";
import { initialiseParameters, transformerConfig, writePretrained } from "../../../src/toolkit/model/index.ts";

const TOKENIZER = join(import.meta.dirname, "../../reference/pretrained/llama");
const CLI = join(import.meta.dirname, "../../../src/toolkit/experiment/cli.ts");

/** A Llama of 300 byte-level tokens that has read nothing. */
async function checkpoint(t: TestContext, contextLength = 1024): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "checkpoint-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const config = transformerConfig({
    ...{ vocabularySize: 300, contextLength, layers: 1, channels: 16, heads: 2, hidden: 24, tiedHead: true },
    ...{ positions: "rotary", normalisation: "rmsNorm", activation: "swiglu", biases: false },
  });
  await writePretrained(folder, { config, parameters: initialiseParameters(config, createStream(1)) });
  for (const name of ["tokenizer.json", "tokenizer_config.json"]) cpSync(join(TOKENIZER, name), join(folder, name));
  return folder;
}

const QUICK = pretrainedWordsStudy.profiles["words-pretrained-quick"] as PretrainedWordsConfig;
const TINY: PretrainedWordsConfig = {
  ...QUICK,
  ...{ sizes: [2], comparedSizes: [2], sft: { ...QUICK.sft, epochs: 1, batchSize: 2 } },
  rollouts: { samples: 1, negatives: 1, positives: 0, valueSamples: 1 },
};

test("a round of SFT, RFT, DPO and per-step DPO from a checkpoint leaves a record each, by all weights and by adapters", async (t) => {
  const model = await checkpoint(t);
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const results = join(folder, "records.jsonl");
  const executor = localExecutor((works) => createWorkerPool(works, { size: 1 }));
  const config = { ...TINY, methods: ["sft", "dpo", "step-dpo-full-teacher"] as const, checkpoint: model };
  const { states, finished } = await runStudy(pretrainedWordsStudy, config, {
    store: join(folder, "stages"),
    results,
    executor,
  });
  assert.deepEqual(
    states.flatMap(({ error }) => error ?? []),
    [],
  );
  assert.equal(finished, 6);
  const records = await readWordsStudy(results);
  const trainings = records.map((record) => (record as unknown as { training: string }).training);
  assert.deepEqual(trainings, ["full", "full", "full", "low-rank", "low-rank", "low-rank"]);
});

test("what it will take is 6 N a token trained, 4 N by adapters, and 2 N a token read or written", async (t) => {
  const model = await checkpoint(t);
  const only = (name: "full" | "low-rank", most?: number) =>
    pretrainedWordsStudy.cost?.({
      ...{ ...TINY, checkpoint: model, methods: ["sft"], sizes: [20], comparedSizes: [] },
      trainings: TINY.trainings.filter((training) => training.name === name),
      sft: { ...TINY.sft, epochs: 10, ...(most !== undefined && { longer: { times: 2, most } }) },
    }) ?? Promise.resolve([]);
  const told = async (...given: Parameters<typeof only>) => {
    const lines = (await only(...given)).join("\n");
    const [, weights, prompt, solution] =
      /: (\d+) parameters\n(\d+) tokens a problem, (\d+) a solution/.exec(lines) ?? [];
    const operations = /^all.*? (\d\.\de\+\d+)(?: to (\d\.\de\+\d+))? /m.exec(lines)?.slice(1).map(Number) ?? [];
    return { weights: Number(weights), prompt: Number(prompt), solution: Number(solution), operations };
  };
  // by hand: 100 updates of 2 examples; a check before and one after, of 1 problem; 1 sampled, 1 greedy and 1 foreign test problem
  const { weights, prompt, solution, operations } = await told("full");
  const tokens = prompt + solution;
  const expected = (times: number, runs: number) => weights * tokens * (times * 200 * runs + 2 * 5);
  const near = (found: number | undefined, wanted: number) =>
    assert.ok(Math.abs((found ?? 0) / wanted - 1) < 0.06, `${found} ${wanted}`);
  near(operations[0], expected(6, 1));
  near((await told("low-rank")).operations[0], expected(4, 1));
  const doubled = (await told("full", 3)).operations; // after the second run: 1 + 2; after the last: 1 + 2 + 4 + 8
  near(doubled[0], expected(6, 3));
  near(doubled[1], expected(6, 15));
});

test("the checkpoint is a stage that all share, and a changed file is another", async (t) => {
  const model = await checkpoint(t);
  const plan = () => planPretrainedWords({ ...TINY, checkpoint: model });
  const bases = (runs: ReturnType<typeof plan>) =>
    new Set(runs.flatMap(({ stage }) => JSON.stringify(stage).match(/"bytes":\d+,"modified":\d+/g)));
  const before = bases(plan());
  assert.equal(before.size, 1);
  writeFileSync(join(model, "README.md"), "another file");
  assert.notDeepEqual(bases(plan()), before);
});

test("what does not fit is refused before a stage is begun: which checkpoint, what was expected", async (t) => {
  assert.throws(
    () => planPretrainedWords(TINY),
    /requires a checkpoint, got none \(hint: --model DIR or --model FILE\.gguf/,
  );
  assert.throws(
    () => planPretrainedWords({ ...TINY, checkpoint: "/no/such" }),
    /\/no\/such: expected a model's folder or a \.gguf file/,
  );
  const model = await checkpoint(t);
  const fits = { ...TINY, checkpoint: model };
  assert.throws(() => planPretrainedWords({ ...fits, trainings: [] }), /at least one training, got 0/);
  assert.throws(
    () => planPretrainedWords({ ...fits, trainings: [{ name: "low-rank", rates: { sft: 1, preference: 1 } }] }),
    /lowRank for "low-rank" alone/,
  );
  const tokenizer = join(model, "tokenizer.json");
  writeFileSync(tokenizer, readFileSync(tokenizer, "utf8").replace('"E":37', '"\\u0001":37'));
  await assert.rejects(
    async () => pretrainedWordsStudy.cost?.(fits),
    /wordProblems requires a vocabulary that can write " ?E\w+", which its stories have, got/,
  );
});

test("a model without room for the longest story is refused: how much was expected", async (t) => {
  const model = await checkpoint(t, 64);
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const executor = localExecutor((works) => createWorkerPool(works, { size: 1 }), { retries: 0 });
  const options = { store: join(folder, "stages"), results: join(folder, "records.jsonl"), executor };
  const { states } = await runStudy(pretrainedWordsStudy, { ...TINY, checkpoint: model }, options);
  const errors = states.flatMap(({ error }) => error ?? []);
  assert.match(errors[0] ?? "", /requires a model with room for \d+ tokens, got 64 \(hint: fewer steps\)/);
});

test("npm run study says what a profile will take without running it, and which of them takes a model", async () => {
  const run = (...words: string[]) => promisify(execFile)(process.execPath, ["--import", "tsx", CLI, ...words]);
  const [told, counted] = await Promise.all([run("words-pretrained", "--dry-run"), run("quick", "--dry-run")]);
  assert.match(told.stdout, /assumed: no --model\): 134515008 parameters/);
  assert.match(told.stdout, /^all +152 +2217M +695M /m);
  assert.match(counted.stdout, /^\d+ stages, \d+ policies; /);
  await assert.rejects(run("quick", "--model", "here"), {
    code: 2,
    stderr: /quick takes no --model, got here \(hint: words-pretrained\)\n$/,
  });
});
