/** @file The verdicts on word problems: what an interval says by the protocol's rules, on records whose answer is known by construction. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Method } from "../../../src/toolkit/experiment/methods/methods.ts";
import type { WordsRecord } from "../../../src/toolkit/experiment/words/words-record.ts";
import { sampledError, wordsStatements } from "../../../src/toolkit/experiment/words/words-statements.ts";

const SEEDS = [1, 2, 3, 4, 5];

/** Five seeds of a method at a size, a little apart from each other. */
function seeded(method: Method, size: number, error: number, spuriousSteps = 0.1): WordsRecord[] {
  return SEEDS.map((seed) => ({
    ...{ method, size, seed, testProblems: 100, sampledAnswers: 800, bestUpdate: 1, checks: [], seconds: 1 },
    passAt1: 1 - error * (1 + 0.01 * Math.sin(7 * seed + size + method.length)),
    ...{ passAtAll: 1 - error / 2, testError: error, foreignError: error, process: 1 - error },
    ...{ wrongSteps: 0.1, uselessSteps: 0.1, spuriousSteps: spuriousSteps + 0.001 * ((seed * method.length) % 5) },
  }));
}

/** SFT's error is 50 / size, so that an error is worth a known size. */
const SFT = [125, 250, 500, 1000].flatMap((size) => seeded("sft", size, 50 / size));

function verdicts(...records: WordsRecord[][]): Record<string, string> {
  const found = wordsStatements([...SFT, ...records.flat()]);
  return Object.fromEntries(found.map(({ statement, verdict }) => [statement, verdict]));
}

test("a multiplier agrees where its interval holds the paper's number and excludes 1", () => {
  const rft = "own right solutions (RFT) are worth 2 times the problems";
  const at = (error: number) => verdicts(seeded("rft", 125, error))[rft];
  assert.equal(at(0.2), "agrees"); // SFT's error at 250
  assert.match(at(0.3) ?? "", /^a gain, and below 2 times$/);
  assert.match(at(0.12) ?? "", /^a gain, and above 2 times$/);
  assert.match(at(0.02) ?? "", /^open: the baseline is still worse at its largest size in 5 of 5 seeds$/);
});

test("no statement is readable at a size where SFT kept its start in half of the seeds, whatever the numbers", () => {
  const kept = (count: number) =>
    SFT.map((run) => (run.size === 125 && run.seed <= count ? { ...run, bestUpdate: 0 } : run));
  const judged = (count: number) =>
    wordsStatements([...kept(count), ...seeded("rft", 125, 0.2)]).map(({ verdict }) => verdict);
  for (const verdict of judged(3)) {
    assert.equal(verdict, "not readable: SFT kept the policy that it began with in 3 of 5 seeds");
  }
  assert.equal(judged(2)[0], "agrees"); // SFT's error at 250
  const elsewhere = kept(5).map((run) => ({ ...run, size: run.size === 125 ? 60 : run.size }));
  assert.equal(
    wordsStatements([...elsewhere, ...seeded("sft", 125, 0.4), ...seeded("rft", 125, 0.2)])[0]?.verdict,
    "agrees",
  );
});

test("each statement has its rule, and the same numbers give the other verdict where their signs are turned", () => {
  const found = verdicts(
    seeded("rft", 125, 0.3, 0.2),
    seeded("dpo", 125, 0.45),
    seeded("step-dpo-full", 125, 0.1, 0.05),
    seeded("step-dpo-forked", 125, 0.1),
    seeded("step-dpo-shuffled", 125, 0.2),
  );
  assert.deepEqual(
    [found["DPO on whole responses does not beat SFT"], found["own right solutions amplify spurious steps"]],
    ["agrees: not above SFT", "agrees"],
  );
  assert.equal(found["credit does it: the first pit against a random step"], "agrees");
  assert.equal(found["per-step pairs beat whole responses"], "agrees");
  assert.equal(found["own wrong steps unlearn spurious steps"], "agrees");
  assert.equal(found["more samples gain too (pass@k)"], "agrees");
  const turned = verdicts(
    seeded("rft", 125, 0.3, 0.05),
    seeded("dpo", 125, 0.1),
    seeded("step-dpo-full", 125, 0.2, 0.2),
    seeded("step-dpo-forked", 125, 0.2),
    seeded("step-dpo-shuffled", 125, 0.2),
  );
  assert.equal(turned["DPO on whole responses does not beat SFT"], "not so here: above SFT");
  assert.equal(turned["own right solutions amplify spurious steps"], "against it");
  assert.equal(turned["per-step pairs beat whole responses"], "against it");
  assert.equal(turned["credit does it: the first pit against a random step"], "not told apart");
});

test("what was not run has no row, and too few seeds are refused", () => {
  const found = wordsStatements([...SFT, ...seeded("dpo", 125, 0.3)]);
  assert.deepEqual(
    found.map(({ statement, problems }) => [statement, problems]),
    [["DPO on whole responses does not beat SFT", 125]],
  );
  assert.throws(() => wordsStatements(SFT), /a method beside SFT/);
  assert.throws(() => wordsStatements(SFT.filter(({ seed }) => seed === 1)), /records of two seeds or more/);
});

test("a policy without a wrong sample counts as half a wrong one", () => {
  const [one] = seeded("sft", 125, 0);
  assert.ok(one !== undefined);
  assert.equal(sampledError(one), 0.5 / 800);
});
