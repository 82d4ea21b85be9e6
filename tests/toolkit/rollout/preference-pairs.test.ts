/** @file Preference pairs: right against wrong, forked where they say, without an end token that nobody wrote. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  describeSelection,
  editDistance,
  farthestPairs,
  randomPairs,
  stepPairs,
  type ValuedSolution,
} from "../../../src/toolkit/rollout/index.ts";
import type { Verdict } from "../../../src/toolkit/tasks/index.ts";
import { kept, problems, record, same, sampleSixty, TASK, valuedNegatives } from "./scripted.ts";

const stream = createStream(5);
const END = TASK.vocabulary.endId;
const sampled = sampleSixty(stream);

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
  const solutions = await valuedNegatives(await sampled, stream);
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
  const solutions = await valuedNegatives(await sampled, stream);
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
