/** @file Reports of solutions: rates worked by hand, a teacher's injected steps found again, cues followed or not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { advantagesByKind, cueFollowing, cueTestSets, reportSolutions } from "../../../src/toolkit/evaluate/index.ts";
import { type Solution, type ValuedSolution, valueSteps } from "../../../src/toolkit/rollout/index.ts";
import {
  type ChainArithmetic,
  type ChainProblem,
  chainArithmetic,
  problemStream,
} from "../../../src/toolkit/tasks/index.ts";
import { scripted } from "../rollout/scripted.ts";

const BASE = { seed: 7, operators: 48, modulus: 10, lengths: [4, 4], zipf: 0.7 } as const;

function taught(task: ChainArithmetic, count: number): Solution[] {
  return [...problemStream(task, "test", { count })].map((problem) => solution(problem, task.teach(problem)));
}

function solution({ split, index, id }: ChainProblem, completion: readonly number[]): Solution {
  return { split, index, id, completion };
}

test("three solutions by hand: one right, one wrong at its second step, one cut short", () => {
  const task = chainArithmetic(BASE);
  const problem = task.problem("test", 0);
  const [a, b, c, d] = problem.definitions.map(({ operator }) => `f${operator}`);
  const [w, x, y, z] = problem.values as [number, number, number, number];
  const off = (value: number) => (value + 1) % 10;
  const texts = [
    `${a} ${w} ${b} ${x} ${a} ${w} ${c} ${y} ${d} ${z} <end>`, // five steps, the third useless
    `${a} ${w} ${b} ${off(x)} ${c} ${d} ${off(z)} <end>`, // three steps, the second wrong
    `${a} ${w}`,
  ];
  const report = reportSolutions(
    task,
    texts.map((text) => solution(problem, task.vocabulary.encode(text))),
  );
  assert.equal(report.answers.right.value, 1 / 3);
  assert.equal(report.answers.unanswered.value, 1 / 3);
  assert.equal(report.process.value, 1 / 3);
  assert.equal(report.spuriousSteps.value, 1 / 5);
  assert.equal(report.spuriousSteps.total, 5);
  assert.deepEqual(report.errorKinds, { value: 1, unanswered: 1 });
  const wrong = task.oracle(problem, task.vocabulary.encode(texts[1] as string)).filter(({ holds }) => !holds).length;
  assert.equal(report.wrongSteps.value, wrong / 9);
});

test("the rate of injected steps is found again", () => {
  const useless = chainArithmetic({ ...BASE, teacher: { uselessRate: 0.4 } });
  const found = reportSolutions(useless, taught(useless, 1500));
  const expected = (3 * 0.4) / (4 + 3 * 0.4); // after each step but the last, over all steps
  assert.ok(found.spuriousSteps.interval.low < expected && expected < found.spuriousSteps.interval.high + 0.01);
  assert.equal(found.wrongSteps.value, 0);
  const harmful = chainArithmetic({ ...BASE, teacher: { harmfulRate: 0.4 } });
  const misled = reportSolutions(harmful, taught(harmful, 1500));
  assert.ok(Math.abs(misled.wrongSteps.value - (3 * 0.4) / 4) < 0.03); // any step but the last
  assert.equal(misled.answers.right.value, 1);
  assert.ok(Math.abs(misled.process.value - 0.6 ** 3) < 4 * Math.sqrt((0.216 * 0.784) / 1500));
});

test("a harmful step has a negative advantage and the useful ones a positive one", async () => {
  const task = chainArithmetic({ ...BASE, teacher: { harmfulRate: 0.3 } });
  const follower = scripted({ errorRate: 0.1, skipRate: 0, skippedErrorRate: 0, silenceRate: 0 }, task);
  const values: ValuedSolution[] = await valueSteps(task, taught(task, 60), follower, {
    samples: 30,
    stream: createStream(3),
  });
  const { spurious, useful } = advantagesByKind(task, values);
  assert.ok(spurious.mean + 3 * spurious.standardError < 0 && useful.mean - 3 * useful.standardError > 0);
  assert.equal(spurious.steps + useful.steps, 240);
});

test("cue test sets hold the same problems; a policy that copies the cue is right in distribution and follows it", () => {
  const options = { ...BASE, cue: { place: "answer", rate: 0.9 } } as const;
  const { inDistribution, cueBroken } = cueTestSets(options);
  const copies = (task: ChainArithmetic) =>
    [...problemStream(task, "test", { count: 1000 })].map((problem) =>
      solution(problem, task.vocabulary.encode(`f0 ${problem.cues[0]} <end>`)),
    );
  const kept = reportSolutions(inDistribution, copies(inDistribution));
  const broken = reportSolutions(cueBroken, copies(cueBroken));
  assert.ok(Math.abs(kept.answers.right.value - 0.9) < 0.04 && Math.abs(broken.answers.right.value - 0.1) < 0.04);
  assert.equal(cueFollowing(cueBroken, copies(cueBroken)).value, 1);
  assert.equal(cueFollowing(cueBroken, taught(cueBroken, 200)).value, 0);
  assert.deepEqual(
    taught(cueBroken, 50).map(({ id }) => id),
    taught(inDistribution, 50).map(({ id }) => id),
  );
  assert.throws(() => cueTestSets(BASE), /cueTestSets requires options with a cue, got undefined/);
  assert.throws(
    () => cueFollowing(chainArithmetic(BASE), []),
    /cueFollowing requires a task with a cue in place "answer"/,
  );
});

test("a report of a policy that never answers says so, and one of another task is refused", () => {
  const task = chainArithmetic(BASE);
  const problem = task.problem("test", 0);
  const silent = reportSolutions(task, [solution(problem, []), solution(problem, [])]);
  assert.deepEqual(silent.errorKinds, { unanswered: 2 });
  assert.ok(Number.isNaN(silent.spuriousSteps.value));
  const other = chainArithmetic({ ...BASE, seed: 8 });
  assert.throws(() => reportSolutions(other, [solution(problem, [])]), /the record is of another task or seed/);
});

test("what is no task, no solution or no tally is named at the door of each measure", () => {
  const task = chainArithmetic({ ...BASE, cue: { place: "answer", rate: 0.9 } });
  const [solution] = taught(task, 1) as [Solution];
  const valued = (tallies: unknown) => [{ ...solution, tallies }];
  const tally = { right: 1, samples: 2, continuations: [] };
  const measures: Record<string, Unchecked> = {
    cueFollowing: cueFollowing as never,
    reportSolutions: reportSolutions as never,
    advantagesByKind: advantagesByKind as never,
  };
  for (const [caller, measure] of Object.entries(measures)) {
    const cases: [unknown, unknown, RegExp][] = [
      [undefined, [], /requires task to be a task, got undefined \(hint: chainArithmetic makes one\)/],
      [null, [], /requires task to be a task, got null/],
      [{}, [], /requires task\.problem to be a function, got undefined/],
      [task, undefined, /requires solutions to be an array of \{ split, index, id, completion \}, got undefined/],
      [task, solution, /requires solutions to be an array of .*, got an object/],
      [task, [null], /requires solutions\[0\]\.split to be "train" or "validation" or "test", got undefined/],
      [task, [{ ...solution, index: "0" }], /requires solutions\[0\]\.index to be an integer in .*, got "0"/],
      [task, [{ ...solution, completion: "f1 2" }], /requires solutions\[0\]\.completion to be an array of token ids/],
    ];
    for (const [given, solutions, expected] of cases) {
      assert.throws(() => measure(given, solutions), new RegExp(`${caller} ${expected.source}`));
    }
  }
  const { oracle: _, ...blind } = task;
  const tests: Unchecked = cueTestSets as never;
  const advantages: Unchecked = advantagesByKind as never;
  const cases: [() => unknown, RegExp][] = [
    [
      () => reportSolutions(blind as never, []),
      /reportSolutions requires task\.oracle to be a function, got undefined \(hint: a task without an oracle/,
    ],
    [() => cueFollowing({ ...task, config: null } as never, []), /cueFollowing requires a task with a cue in place/],
    [() => tests(null), /cueTestSets requires options with a cue, got undefined/],
    [() => tests({ ...BASE, cue: "answer" }), /cueTestSets requires options with a cue, got "answer"/],
    [() => advantages(task, valued(undefined)), /advantagesByKind requires solutions\[0\]\.tallies to be an array/],
    [
      () => advantages(task, valued([tally])),
      /the number of solutions\[0\]\.tallies to be an integer in \[\d, .*, got 1/,
    ],
    [() => advantages(task, valued(new Array(9).fill(null))), /solutions\[0\]\.tallies\[0\]\.samples to be an integer/],
    [
      () => advantages(task, valued(new Array(9).fill({ ...tally, right: 3 }))),
      /solutions\[0\]\.tallies\[0\]\.right to be an integer in \[0, 2\], got 3/,
    ],
    [() => advantages(task, valued([]), "1"), /advantagesByKind requires bestOf to be an integer in .*, got "1"/],
  ];
  for (const [call, expected] of cases) assert.throws(call, expected);
});

type Unchecked = (...given: unknown[]) => unknown;
