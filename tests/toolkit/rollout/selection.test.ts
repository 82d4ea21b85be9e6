/** @file Training data chosen from rollouts: what it must hold, what it must not, and that nothing is left out in silence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  advantageFiltered,
  advantageWeighted,
  countVerdicts,
  describeSelection,
  editDistance,
  farthestPairs,
  type ProblemRollouts,
  randomPairs,
  type Selection,
  sampleRollouts,
  selectNegatives,
  selectPositives,
  stepAdvantages,
  stepPairs,
  type ValuedSolution,
  valueSteps,
} from "../../../src/toolkit/rollout/index.ts";
import type { Verdict } from "../../../src/toolkit/tasks/index.ts";
import { problems, RATES, scripted, TASK } from "./scripted.ts";

const stream = createStream(5);
const END = TASK.vocabulary.endId;

function record(
  index: number,
  ...rollouts: [completion: number[], verdict: Verdict, count?: number][]
): ProblemRollouts {
  return {
    split: "train",
    index,
    id: TASK.problem("train", index).id,
    prompt: [9, 9],
    rollouts: rollouts.map(([completion, verdict, count = 1]) => ({ completion, verdict, count })),
  };
}

function kept<Item>(selection: Selection<Item>): Item[] {
  assert.ok(selection.ok, selection.ok ? "" : selection.reason);
  return selection.kept;
}

function same(one: readonly number[], other: readonly number[]): boolean {
  return one.join() === other.join();
}

const sampled = sampleRollouts(TASK, problems(60), scripted(), { samples: 12, stream: stream.split("rollouts") });

async function valuedNegatives(): Promise<ValuedSolution[]> {
  const negatives = kept(selectNegatives(await sampled, { atMost: 4, stream }));
  return valueSteps(TASK, negatives, scripted(), { samples: 8, stream: stream.split("values") });
}

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

test("pairs of whole solutions join a right and a wrong one; the farthest are at least as far as the random ones", async () => {
  const records = await sampled;
  const random = kept(randomPairs(records, { stream }));
  const farthest = kept(farthestPairs(records, { stream }));
  assert.equal(random.length, farthest.length);
  let further = 0;
  for (const [at, pair] of farthest.entries()) {
    const problem = TASK.problem(pair.split, pair.index);
    assert.equal(TASK.verifyAnswer(problem, pair.chosen), "right");
    assert.equal(TASK.verifyAnswer(problem, pair.rejected), "wrong");
    assert.deepEqual(pair.context, TASK.prompt(problem));
    const other = random[at] as typeof pair;
    assert.equal(other.index, pair.index);
    const gain = editDistance(pair.chosen, pair.rejected) - editDistance(other.chosen, other.rejected);
    assert.ok(gain >= 0);
    if (gain > 0) further++;
  }
  assert.ok(further > 0);
});

test("problems all right, all wrong or never answered make no pairs and are counted", () => {
  const records = [
    record(0, [[1, END], "right", 3]),
    record(1, [[2, END], "wrong", 2], [[3], "unanswered"]),
    record(2, [[4], "unanswered", 4]),
  ];
  const none = randomPairs(records, { stream });
  assert.deepEqual(none, {
    ok: false,
    reason: "no pairs left: 3 duplicate, 1 all right, 5 unanswered, 2 all wrong",
    kept: [],
    skipped: { duplicate: 3, "all right": 1, unanswered: 5, "all wrong": 2 },
  });
  const both = randomPairs([...records, record(3, [[5, END], "right"], [[6, END], "wrong"])], { stream });
  assert.equal(kept(both).length, 1);
  assert.equal(describeSelection(both), "1 kept; skipped: 3 duplicate, 1 all right, 5 unanswered, 2 all wrong");
});

test("a full step pair rejects the text up to its pit, a forked one the pit alone, and neither gains an end token", async () => {
  const records = await sampled;
  const solutions = await valuedNegatives();
  const full = kept(stepPairs(solutions, records, { form: "full", fork: "first pit", stream }));
  const forked = kept(stepPairs(solutions, records, { form: "forked", fork: "first pit", stream }));
  const of = (index: number) => solutions.filter((solution) => solution.index === index);
  for (const { index, context, chosen, rejected } of full) {
    const problem = TASK.problem("train", index);
    assert.deepEqual(context, TASK.prompt(problem));
    assert.equal(TASK.verifyAnswer(problem, chosen), "right");
    const source = of(index).find(({ completion }) => same(completion.slice(0, rejected.length), rejected));
    assert.ok(source?.spans.some(({ end }) => end === rejected.length));
    assert.equal(rejected.includes(END), rejected.length === source?.completion.length);
  }
  for (const { index, context, chosen, rejected } of forked) {
    const problem = TASK.problem("train", index);
    const prompt = TASK.prompt(problem);
    assert.deepEqual(context.slice(0, prompt.length), prompt);
    const before = context.slice(prompt.length);
    assert.equal(TASK.verifyAnswer(problem, [...before, ...chosen]), "right");
    assert.equal(TASK.steps([...before, ...rejected]).length, TASK.steps(before).length + 1);
    assert.ok(!same(chosen.slice(0, rejected.length), rejected));
  }
  assert.ok(full.length > 20 && forked.length > 20);
});

test("the shuffled control forks the same solutions elsewhere", async () => {
  const records = await sampled;
  const solutions = await valuedNegatives();
  const options = { form: "full", stream } as const;
  const pits = stepPairs(solutions, records, { ...options, fork: "first pit" });
  const control = stepPairs(solutions, records, { ...options, fork: "random" });
  assert.equal(control.skipped["no pit"], pits.skipped["no pit"]);
  assert.equal(
    new Set(kept(control).map(({ index }) => index)).size,
    new Set(kept(pits).map(({ index }) => index)).size,
  );
  const lengths = (selection: typeof pits) =>
    kept(selection)
      .map(({ rejected }) => rejected.length)
      .join();
  assert.notEqual(lengths(control), lengths(pits));
});

test("a solution without a pit, a right one and a cut one make no step pair; equal pairs count once", async () => {
  const [problem] = problems(1);
  assert.ok(problem);
  const base = {
    split: "train",
    index: 0,
    id: problem.id,
    prompt: [9, 9],
    completion: [1, 2, END],
    spans: [
      { start: 0, end: 1 },
      { start: 1, end: 3 },
    ],
  } as const;
  const tallies = (...right: number[]) =>
    right.map((count) => ({ right: count, samples: 4, continuations: count > 0 ? [[7, END]] : [] }));
  const solution = (verdict: Verdict, ...right: number[]): ValuedSolution => ({
    ...base,
    verdict,
    tallies: tallies(...right),
  });
  const list = [
    solution("wrong", 0, 0, 0),
    solution("right", 4, 4, 4),
    solution("unanswered", 4, 0, 0),
    solution("wrong", 3, 2, 0),
    solution("wrong", 3, 2, 0),
  ];
  const records = [record(0, [[8, END], "right"])];
  for (const form of ["full", "forked"] as const) {
    const pairs = stepPairs(list, records, { form, fork: "first pit", stream });
    assert.deepEqual(pairs.skipped, { "no pit": 1, "all right": 1, unanswered: 1, duplicate: 1 });
    const [pair] = kept(pairs);
    const expected = {
      full: { context: [9, 9], chosen: [8, END], rejected: [1, 2, END] },
      forked: { context: [9, 9, 1], chosen: [7, END], rejected: [2, END] },
    };
    assert.deepEqual(pair, { split: "train", index: 0, id: problem.id, ...expected[form] });
  }
  const alone = stepPairs(list.slice(0, 1), records, { form: "full", fork: "first pit", stream });
  assert.ok(!alone.ok && alone.reason === "no step pairs left: 1 no pit");
  const unmatched = stepPairs(list.slice(3, 4), [record(0, [[3, END], "wrong"])], {
    form: "full",
    fork: "first pit",
    stream,
  });
  assert.deepEqual(unmatched.skipped, { "all wrong": 1 });
  const echo = stepPairs(list.slice(3, 4), [record(0, [[1, 2, END], "right"])], {
    form: "full",
    fork: "first pit",
    stream,
  });
  assert.deepEqual(echo.skipped, { "chosen begins with rejected": 1 });
});

test("advantage filters keep the tokens of helping steps, weights grow with the advantage and stop at their largest", async () => {
  const solutions = await valuedNegatives();
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
