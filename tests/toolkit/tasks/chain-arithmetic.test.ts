/** @file Chain arithmetic: problems are as asked, the teacher is right, the oracle knows each step, and splits are disjoint. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type ChainArithmeticOptions,
  chainArithmetic,
  distinctProblems,
  problemStream,
} from "../../../src/toolkit/tasks/index.ts";

const BASE = { seed: 7, operators: 48, modulus: 10, lengths: [3, 5], zipf: 0.7 } as const;

/** Every option in some combination that can be generated. */
const OPTIONS: fc.Arbitrary<ChainArithmeticOptions> = fc
  .record({
    seed: fc.nat(),
    named: fc.constantFrom("none", "in order", "shuffled"),
    joins: fc.boolean(),
    distractors: fc.nat(3),
    verbose: fc.boolean(),
    random: fc.boolean(),
    rates: fc.tuple(fc.constantFrom(0, 0.5, 1), fc.constantFrom(0, 0.5, 1), fc.constantFrom(0, 0.5, 1)),
    cue: fc.constantFrom(undefined, "answer", "steps"),
    tables: fc.constantFrom("random", "permutation"),
  })
  .map(({ seed, named, joins, distractors, verbose, random, rates, cue, tables }) => {
    const joined = joins && named !== "none";
    const [skipRate, uselessRate, harmfulRate] = rates;
    const order = random && joined ? "random" : "dependency";
    return {
      ...BASE,
      seed,
      tables,
      definitions: named,
      joinOperators: joined ? 3 : 0,
      distractors: named === "none" ? 0 : distractors,
      teacher: { order, verbose, skipRate, uselessRate, harmfulRate },
      ...(cue === undefined ? {} : { cue: { place: cue, rate: 0.8 } }),
    };
  });

test("whatever the options, the teacher's answer verifies, its text is its ids, and its steps have no gaps", () => {
  fc.assert(
    fc.property(OPTIONS, fc.nat(1000), fc.constantFrom("train", "validation", "test"), (options, index, split) => {
      const task = chainArithmetic(options);
      const problem = task.problem(split, index);
      const prompt = task.prompt(problem);
      const completion = task.teach(problem);
      assert.equal(task.verifyAnswer(problem, completion), "right");
      for (const ids of [prompt, completion]) {
        assert.ok(!ids.includes(task.vocabulary.padId));
        assert.deepEqual(task.vocabulary.encode(task.vocabulary.decode(ids)), ids);
      }
      assert.ok(prompt.length <= task.longest.prompt && completion.length <= task.longest.completion);
      const spans = task.steps(completion);
      assert.equal(spans[0]?.start, 0);
      assert.equal(spans.at(-1)?.end, completion.length);
      assert.ok(spans.every(({ start, end }, k) => end > start && (k === 0 || start === spans[k - 1]?.end)));
      if (options.teacher?.harmfulRate === 0) assert.equal(task.verifyProcess(problem, completion), "right");
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("a problem is a function of seed, split and index, and other options over the same seed keep the tables", () => {
  const task = chainArithmetic(BASE);
  assert.deepEqual(chainArithmetic(BASE).problem("test", 5), task.problem("test", 5));
  assert.notEqual(chainArithmetic({ ...BASE, seed: 8 }).problem("test", 5).id, task.problem("test", 5).id);
  const short = chainArithmetic({ ...BASE, lengths: [1, 2], teacher: { skipRate: 0.5 } });
  for (let operator = 0; operator < 48; operator++) {
    for (let value = 0; value < 10; value++)
      assert.equal(short.apply(operator, [value]), task.apply(operator, [value]));
  }
  assert.deepEqual(short.vocabulary.encode("f3 9 <end>"), task.vocabulary.encode("f3 9 <end>"));
});

test("no problem stands in two splits, nor in another split of a variant with other lengths", () => {
  const splits = ["train", "validation", "test"] as const;
  const variants = [
    { ...BASE, operators: 4, modulus: 5, lengths: [1, 3] },
    { ...BASE, operators: 4, modulus: 5, lengths: [2, 4], teacher: { skipRate: 0.5 } },
  ] as const;
  const home = new Map<string, string>();
  for (const task of variants.map(chainArithmetic)) {
    for (const split of splits) {
      for (const { id } of problemStream(task, split, { count: 1500 })) {
        assert.equal(home.get(id) ?? split, split, id);
        home.set(id, split);
      }
    }
  }
  assert.deepEqual(new Set(home.values()), new Set(splits));
});

test("lengths are those asked for, and operators follow Zipf's law", () => {
  const task = chainArithmetic({ ...BASE, lengths: [1, 2], zipf: 1 });
  const lengths = new Map<number, number>();
  const counts = new Map<number, number>();
  for (const { length, definitions } of problemStream(task, "train", { count: 6000 })) {
    lengths.set(length, (lengths.get(length) ?? 0) + 1);
    if (length !== 1) continue;
    const operator = definitions[0]?.operator as number;
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  assert.deepEqual([...lengths.keys()].sort(), [1, 2]);
  const share = (rank: number) => (counts.get(rank) ?? 0) / [...counts.values()].reduce((sum, count) => sum + count, 0);
  // weights 1, 1/2, ... 1/48 sum to 4.46; which single operators are in the train split moves shares by a few per cent
  assert.ok(Math.abs(share(0) - 1 / 4.46) < 0.08 && share(0) > share(3) && share(3) > share(30));
});

test("a cue is right at its rate in training and at chance in the test split, on the same problems", () => {
  const rates = (task: ReturnType<typeof chainArithmetic>, split: "train" | "test") => {
    let right = 0;
    for (const { cues, answer } of problemStream(task, split, { count: 4000 })) if (cues[0] === answer) right++;
    return right / 4000;
  };
  const broken = chainArithmetic({ ...BASE, cue: { place: "answer", rate: 0.9 } });
  const kept = chainArithmetic({ ...BASE, cue: { place: "answer", rate: 0.9, brokenIn: [] } });
  const bound = 4 * Math.sqrt(0.25 / 4000);
  assert.ok(Math.abs(rates(broken, "train") - 0.9) < bound);
  assert.ok(Math.abs(rates(broken, "test") - 0.1) < bound);
  assert.ok(Math.abs(rates(kept, "test") - 0.9) < bound);
  assert.equal(kept.problem("test", 3).id, broken.problem("test", 3).id);
});

test("the terse teacher skips at its rate: two operators and one value", () => {
  const task = chainArithmetic({ ...BASE, lengths: [2, 2], teacher: { skipRate: 0.3 } });
  let skipped = 0;
  for (const problem of problemStream(task, "train", { count: 4000 })) {
    const text = task.vocabulary.decode(task.teach(problem));
    if (/^f\d+ f\d+ \d <end>$/.test(text)) skipped++;
    else assert.match(text, /^f\d+ \d f\d+ \d <end>$/);
  }
  assert.ok(Math.abs(skipped / 4000 - 0.3) < 4 * Math.sqrt(0.21 / 4000));
});

test("the oracle tells a needed step from a useless one and a harmful one", () => {
  const only = (rate: "uselessRate" | "harmfulRate") =>
    chainArithmetic({ ...BASE, lengths: [4, 4], teacher: { [rate]: 1 } });
  const useless = only("uselessRate");
  const problem = useless.problem("train", 0);
  const judged = useless.oracle(problem, useless.teach(problem));
  assert.equal(judged.length, 7); // 4 steps, and one after each but the last
  assert.ok(judged.every(({ holds }) => holds));
  assert.equal(judged.filter(({ needed }) => needed).length, 4);
  const harmful = only("harmfulRate");
  const misled = harmful.oracle(problem, harmful.teach(problem));
  assert.equal(misled.filter(({ error }) => error === "value").length, 3);
  assert.equal(misled.at(-1)?.holds, true);
  assert.equal(harmful.verifyAnswer(problem, harmful.teach(problem)), "right");
  assert.equal(harmful.verifyProcess(problem, harmful.teach(problem)), "wrong");
});

test("each error of a step has its name", () => {
  const task = chainArithmetic({ ...BASE, lengths: [3, 3] });
  const problem = task.problem("train", 1);
  const [a, b, c] = problem.definitions.map(({ operator }) => `f${operator}`) as [string, string, string];
  const [x, y, z] = problem.values as [number, number, number];
  const start = Number(problem.id.split(" ")[0]);
  const absent = [0, 1, 2, 3].map((operator) => `f${operator}`).find((name) => ![a, b, c].includes(name));
  const off = (value: number) => (value + 1) % 10;
  const errors = (text: string) => task.oracle(problem, task.vocabulary.encode(text)).map(({ error }) => error);
  const fine = undefined;
  assert.deepEqual(errors(`${a} ${x} ${b} ${y} ${c} ${z} <end>`), [fine, fine, fine]);
  assert.deepEqual(errors(`${a} ${b} ${y} ${c} ${z} <end>`), [fine, fine]);
  assert.deepEqual(errors(`${start} ${a} ${x} ${x} ${b} ${y} <end>`), [fine, fine]);
  assert.deepEqual(errors(`${a} ${off(x)}`), ["value"]);
  assert.deepEqual(errors(`${a} ${b} ${off(y)}`), ["skipped value"]);
  assert.deepEqual(errors(`${b} ${y}`), ["order"]);
  assert.deepEqual(errors(`${b} ${a} ${y}`), ["order"]);
  assert.deepEqual(errors(`${off(start)} ${a} ${x}`), ["operand"]);
  assert.deepEqual(errors(`${absent} 3`), ["unknown name"]);
  assert.deepEqual(errors(`${a} ${x} : <end>`), [fine, "unreadable"]);
  assert.deepEqual(errors(`${a} ${x} ${b}`), [fine, "unreadable"]);
  assert.deepEqual(errors("<end>"), ["unreadable"]);
  // after a wrong value, going on rightly from it holds
  assert.deepEqual(errors(`${a} ${off(x)} ${b} ${task.apply(problem.definitions[1]?.operator ?? 0, [off(x)])}`), [
    "value",
    fine,
  ]);
});

test("a completion without an end, or that ends without a value, is unanswered", () => {
  const task = chainArithmetic(BASE);
  const problem = task.problem("train", 0);
  const completion = task.teach(problem);
  for (const cut of [
    [],
    completion.slice(0, -1),
    task.vocabulary.encode("f3 <end>"),
    task.vocabulary.encode("<end>"),
  ]) {
    assert.equal(task.verifyAnswer(problem, cut), "unanswered");
    assert.equal(task.verifyProcess(problem, cut), "unanswered");
  }
  const off = (problem.answer + 1) % 10;
  assert.equal(task.verifyAnswer(problem, task.vocabulary.encode(`f3 ${off} <end>`)), "wrong");
});

test("what cannot be generated is refused by name", () => {
  const refused = (options: Partial<ChainArithmeticOptions>, message: RegExp) =>
    assert.throws(() => chainArithmetic({ ...BASE, ...options }), message);
  refused({ operators: 4 }, /chainArithmetic requires operators to be at least 5, .*, got 4/);
  refused({ definitions: "shuffled", labels: 4 }, /labels to be at least 5, .*, got 4/);
  refused({ distractors: 1 }, /definitions to be "in order" or "shuffled" with distractors, got "none"/);
  refused(
    { definitions: "in order", joinOperators: 2, lengths: [2, 3] },
    /lengths to be at least 3 with joinOperators, got 2/,
  );
  refused({ teacher: { order: "random" } }, /joinOperators to be at least 1/);
  refused({ teacher: { skipRate: 1.5 } }, /teacher.skipRate to be a number in \[0, 1\], got 1.5/);
  refused({ lengths: [3, 2] }, /lengths\[1\] to be an integer in \[3, 1000\], got 2/);
});

test("a split that is too small says so, and a data set counts its duplicates", () => {
  const tiny = chainArithmetic({ seed: 7, operators: 1, modulus: 2, lengths: [1, 1] }); // two problems for three splits
  const errors = (["train", "validation", "test"] as const).filter((split) => {
    try {
      tiny.problem(split, 0);
      return false;
    } catch (error) {
      return /requires problems enough for three splits, got none for/.test((error as Error).message);
    }
  });
  assert.ok(errors.length >= 1);
  const small = chainArithmetic({ seed: 7, operators: 3, modulus: 5, lengths: [1, 2] });
  const all = distinctProblems(small, "train", 1000); // at most 5 * (3 + 6) problems in all
  assert.ok(!all.ok && /different problems for "train" after/.test(all.reason) && all.problems.length < 45);
  const some = distinctProblems(small, "train", 10);
  assert.ok(some.ok && some.problems.length === 10 && new Set(some.problems.map(({ id }) => id)).size === 10);
  assert.deepEqual(some.problems, all.problems.slice(0, 10));
});
