/** @file Training data chosen from rollouts: what it must hold, what it must not, and that nothing is left out in silence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  advantageFiltered,
  advantageWeighted,
  countVerdicts,
  editDistance,
  randomPairs,
  sampleRollouts,
  selectNegatives,
  selectPositives,
  stepAdvantages,
  type ValuedSolution,
} from "../../../src/toolkit/rollout/index.ts";
import { kept, problems, RATES, record, same, sampleSixty, scripted, TASK, valuedNegatives } from "./scripted.ts";

const stream = createStream(5);
const END = TASK.vocabulary.endId;
const sampled = sampleSixty(stream);

test("positives are right, different, and nested in the number that is kept", async () => {
  const records = await sampled;
  const all = kept(selectPositives(TASK, records, { verifier: "answer", stream }));
  for (const { split, index, completion } of all) {
    assert.equal(TASK.verifyAnswer(TASK.problem(split, index), completion), "right");
  }
  assert.equal(new Set(all.map(({ index, completion }) => `${index}: ${completion}`)).size, all.length);
  const one = kept(selectPositives(TASK, records, { verifier: "answer", atMost: 1, stream }));
  const two = kept(selectPositives(TASK, records, { verifier: "answer", atMost: 2, stream }));
  assert.equal(new Set(one.map(({ index }) => index)).size, one.length);
  for (const solution of one) assert.ok(two.some((other) => same(other.completion, solution.completion)));
});

test("the process verifier keeps a part of what the answer verifier keeps: no step that does not hold", async () => {
  const records = await sampleRollouts(TASK, problems(60), scripted({ ...RATES, errorRate: 0.4 }), {
    samples: 16,
    stream,
  });
  const byAnswer = selectPositives(TASK, records, { verifier: "answer", stream });
  const byProcess = selectPositives(TASK, records, { verifier: "process", stream });
  assert.ok(kept(byProcess).length < kept(byAnswer).length);
  for (const { split, index, completion } of kept(byProcess)) {
    assert.ok(TASK.oracle(TASK.problem(split, index), completion).every(({ holds }) => holds));
  }
});

test("every sample and every problem is kept or counted", async () => {
  const records = await sampled;
  const selection = selectPositives(TASK, records, { verifier: "answer", atMost: 2, stream });
  const { "all wrong": hopeless = 0, ...samples } = selection.skipped;
  const counted = Object.values(samples).reduce((sum, count) => sum + count, kept(selection).length);
  assert.equal(counted, 60 * 12);
  assert.equal(hopeless, records.filter(({ rollouts }) => rollouts.every(({ verdict }) => verdict !== "right")).length);
  const { right, wrong, unanswered } = countVerdicts(records);
  assert.equal(right + wrong + unanswered, 60 * 12);
});

test("a least distance keeps solutions apart", () => {
  const rollouts = record(0, [[1, 2, 3], "right"], [[1, 2, 4], "right"], [[5, 6, 7], "right"]);
  const apart = selectPositives(TASK, [rollouts], { verifier: "answer", leastDistance: 2, stream });
  assert.equal(kept(apart).length, 2);
  assert.deepEqual(apart.skipped, { duplicate: 1 });
});

test("edit distance is a metric", () => {
  const text = fc.array(fc.nat(3), { maxLength: 8 });
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      assert.equal(editDistance(a, b), editDistance(b, a));
      assert.equal(editDistance(a, b) === 0, same(a, b));
      assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c));
      assert.ok(editDistance(a, b) <= Math.max(a.length, b.length));
    }),
    { numRuns: 300, seed: 3 },
  );
  const letters = (word: string) => [...word].map((letter) => letter.charCodeAt(0));
  assert.equal(editDistance(letters("kitten"), letters("sitting")), 3); // the textbook's example
});

test("advantage filters keep the tokens of helping steps, weights grow with the advantage and stop at their largest", async () => {
  const solutions = await valuedNegatives(await sampled, stream);
  const byText = new Map(solutions.map((solution) => [`${solution.index}: ${solution.completion}`, solution]));
  for (const { index, completion, weights } of kept(advantageFiltered(solutions))) {
    const solution = byText.get(`${index}: ${completion}`) as ValuedSolution;
    assert.equal(weights.length, completion.length);
    for (const [step, { value }] of stepAdvantages(solution).entries()) {
      const { start, end } = solution.spans[step] as { start: number; end: number };
      assert.ok(weights.slice(start, end).every((weight) => weight === (value > 0 ? 1 : 0)));
    }
  }
  const spans = [
    { start: 0, end: 1 },
    { start: 1, end: 3 },
  ];
  const counts = [2, 3, 0].map((right) => ({ right, samples: 4, continuations: [] }));
  const solution: ValuedSolution = {
    split: "train",
    index: 0,
    id: "",
    prompt: [],
    completion: [1, 2, END],
    verdict: "wrong",
    spans,
    tallies: counts,
  };
  const [weighted] = kept(advantageWeighted([solution], { beta: 0.5 }));
  assert.deepEqual(weighted?.weights, [Math.exp(0.5), Math.exp(-1.5), Math.exp(-1.5)]); // advantages .25 and -.75 over beta
  const [clipped] = kept(advantageWeighted([solution], { beta: 0.01, largest: 3 }));
  assert.equal(clipped?.weights[0], 3);
  const bad = advantageFiltered([{ ...solution, tallies: counts.map((tally) => ({ ...tally, right: 0 })) }]);
  assert.ok(!bad.ok && bad.reason === "no completions with a good step left: 1 no good step");
});

test("a policy that never answers gives verdicts, and no data set of a kind is made in silence", async () => {
  const records = await sampleRollouts(TASK, problems(4), scripted({ ...RATES, silenceRate: 1 }), {
    samples: 3,
    stream,
  });
  assert.deepEqual(countVerdicts(records), { right: 0, wrong: 0, unanswered: 12 });
  for (const selection of [
    selectPositives(TASK, records, { verifier: "answer", stream }),
    selectNegatives(records, { stream }),
    randomPairs(records, { stream }),
  ]) {
    assert.ok(!selection.ok && selection.reason.includes("12 unanswered"), JSON.stringify(selection));
  }
});
