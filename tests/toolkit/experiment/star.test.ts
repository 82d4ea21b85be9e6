/** @file The star graph's study in small: every method leaves a record, and a policy that leaves no pairs is told as such. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { localExecutor } from "../../../src/toolkit/experiment/executor.ts";
import { runStudy } from "../../../src/toolkit/experiment/run-study.ts";
import { STAR_STUDY, type StarConfig } from "../../../src/toolkit/experiment/star/star-config.ts";
import { planStarStudy } from "../../../src/toolkit/experiment/star/star-plan.ts";
import { readStarStudy, starStudy } from "../../../src/toolkit/experiment/star/star-study.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

/** Arms of one node: the path is the goal, which is copied in a few updates, so that an over-trained policy makes no mistake. */
const TINY: StarConfig = {
  ...STAR_STUDY,
  graph: { degree: 2, armLength: 1, labels: 6 },
  model: { layers: 1, channels: 16, heads: 2 },
  base: { problems: 20, updates: 2, deviation: 0.1, learningRate: 1e-3, batchSize: 8, checks: 1 },
  size: 12,
  sft: { updates: { "early-stopped": 8, "over-trained": 60 }, learningRate: 1e-2, batchSize: 8, checks: 1 },
  preference: { ...STAR_STUDY.preference, updates: 2, batchSize: 8, checks: 1 },
  methods: ["rft", "step-dpo-forked", "advantage-filtered"],
  seeds: [1],
  validationProblems: 8,
  testProblems: 8,
};

test("every method leaves a record from either policy, and no negatives are no pairs", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "star-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "star.jsonl");
  const outcome = await runStudy(starStudy, TINY, {
    store: join(folder, "stages"),
    results: path,
    executor: localExecutor((works) => createWorkerPool(works, { size: 1 })),
  });
  assert.deepEqual(
    outcome.states.flatMap(({ error }) => error ?? []),
    [],
  );
  const records = await readStarStudy(path);
  assert.equal(records.length, 2 * (1 + TINY.methods.length) + 1); // and the control
  assert.equal(outcome.finished, records.length);
  for (const { method, policy, pairs, sampled, firstNode } of records) {
    if (method === "sft" || method === "reversed") continue;
    assert.equal((sampled?.right ?? 0) + (sampled?.wrong ?? 0) + (sampled?.unanswered ?? 0), 12 * 8, method);
    if (policy === "over-trained" && sampled?.wrong === 0) assert.ok(pairs === 0 || pairs === undefined, method);
    assert.ok(firstNode >= 0 && firstNode <= 1);
  }
  writeFileSync(path, '{"method":"sft","policy":"early-stopped","seed":1,"testProblems":8,"firstNode":2}\n');
  await assert.rejects(readStarStudy(path), /line 1 requires firstNode to be a number in \[0, 1\], got 2/);
});

test("both policies of a seed share its base learner, and each policy's methods share its rollouts", () => {
  const runs = planStarStudy({ ...TINY, seeds: [1, 2] });
  const bases = new Set(
    runs.filter(({ seed, method }) => seed === 1 && method === "sft").map(({ stage }) => stage.needs.base),
  );
  assert.equal(bases.size, 1);
  const rollouts = runs.filter(({ policy, seed }) => policy === "over-trained" && seed === 2);
  assert.equal(new Set(rollouts.flatMap(({ stage }) => stage.needs.rollouts ?? [])).size, 1);
});

for (const [what, change] of Object.entries({
  "no update": { sft: { ...TINY.sft, updates: { "early-stopped": 0, "over-trained": 1 } } },
  "a seed twice": { seeds: [1, 1] },
  "a learning rate of 0": { preference: { ...TINY.preference, learningRate: 0 } },
})) {
  test(`a star study with ${what} is refused`, () => {
    assert.throws(() => planStarStudy({ ...TINY, ...change }), /a star study requires/);
  });
}
