/** @file The study of word problems in small: every method leaves a record that reads, and a bad configuration is refused at once. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { localExecutor } from "../../../src/toolkit/experiment/executor.ts";
import { ALL_METHODS } from "../../../src/toolkit/experiment/methods/methods.ts";
import { runStudy } from "../../../src/toolkit/experiment/run-study.ts";
import { WORDS_STUDY, type WordsConfig } from "../../../src/toolkit/experiment/words/words-config.ts";
import { planWordsStudy } from "../../../src/toolkit/experiment/words/words-plan.ts";
import { readWordsStudy, wordsStudy } from "../../../src/toolkit/experiment/words/words-study.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

const TINY: WordsConfig = {
  ...WORDS_STUDY,
  model: { layers: 1, channels: 16, heads: 2 },
  base: {
    ...{ problems: 16, updates: 2, learningRate: 1e-2, batchSize: 8, checks: 1 },
    sums: { updates: 2, learningRate: 1e-2, batchSize: 8 },
  },
  sizes: [6],
  comparedSizes: [6],
  methods: ["sft", "dpo", "step-dpo-full", "rft"],
  seeds: [1],
  sft: { epochs: 1, learningRate: 5e-3, batchSize: 6, checks: 1 },
  rollouts: { samples: 2, negatives: 1, positives: 1, valueSamples: 1 },
  preference: { ...WORDS_STUDY.preference, batchSize: 4, checks: 1 },
  validationProblems: 2,
  testProblems: 2,
  sampled: { problems: 2, samples: 2 },
};

test("every method leaves a record of sampled, greedy and foreign answers, also where a policy leaves no pair", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "study-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const results = join(folder, "words.jsonl");
  const executor = localExecutor((works) => createWorkerPool(works, { size: 1 }));
  const { states, finished } = await runStudy(wordsStudy, TINY, { store: join(folder, "stages"), results, executor });
  const failed = states.flatMap(({ error }) => error ?? []);
  // a learner of two updates writes nothing right: what trains on its own solutions alone says so
  for (const error of failed) assert.match(error, /no (?:step|solution|example|right)|nothing/i);
  assert.ok(finished >= 1);
  const records = await readWordsStudy(results);
  assert.equal(records.length, finished);
  for (const { passAt1, foreignError } of records) assert.ok(passAt1 <= 1 && foreignError <= 1);
  const pairless = records.filter(({ pairs }) => pairs === 0);
  assert.ok(pairless.every(({ bestUpdate }) => bestUpdate === 0));
});

test("the plan has SFT at every size, all methods at the compared ones, and stages that are shared", () => {
  const runs = planWordsStudy(WORDS_STUDY);
  const seeds = WORDS_STUDY.seeds.length;
  assert.equal(runs.length, seeds * (5 + 3 * (ALL_METHODS.length - 1)));
  const stages = new Set(runs.map(({ stage }) => JSON.stringify(stage)));
  assert.equal(stages.size, runs.length);
});

test("a configuration that does not fit is refused by name", () => {
  assert.throws(
    () => planWordsStudy({ ...TINY, comparedSizes: [7] }),
    /a words study requires comparedSizes to be among sizes \(6\), got 7/,
  );
  assert.throws(
    () => planWordsStudy({ ...TINY, sampled: { problems: 0, samples: 1 } }),
    /sampled\.problems to be an integer/,
  );
});
