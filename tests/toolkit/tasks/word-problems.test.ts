/** @file Word problems by what holds for every seed: numbers, splits, styles of the teacher, the oracle, and GSM8K's own readers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  byteVocabulary,
  checkMarks,
  gsm8kAnswer,
  type Split,
  stepEnds,
  type WordProblem,
  type WordProblems,
  type WordTeacherStyle,
  wordProblems,
  wordVocabulary,
} from "../../../src/toolkit/tasks/index.ts";

const RUNS = { seed: 7, numRuns: 60, endOnFailure: true };
const someProblem = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  index: fc.integer({ min: 0, max: 1e6 }),
  split: fc.constantFrom<Split>("train", "validation", "test"),
});

/** Checks something of a problem of any seed, with a teacher's solution as token ids and as text. */
function always(
  teacher: Partial<WordTeacherStyle>,
  check: (task: WordProblems, problem: WordProblem, ids: number[], text: string) => void,
): void {
  fc.assert(
    fc.property(someProblem, ({ seed, index, split }) => {
      const task = wordProblems({ seed, teacher });
      const problem = task.problem(split, index);
      const ids = task.teach(problem);
      check(task, problem, ids, task.vocabulary.decode(ids.slice(0, -1)));
    }),
    RUNS,
  );
}

test("numbers are whole, from 1 to 999, and the answer is what the moves make of the start", () => {
  always({}, (_, { start, moves, values }) => {
    let value = start;
    for (const [at, { kind, number }] of moves.entries()) {
      value = { times: value * number, more: value + number, fewer: value - number, shared: value / number }[kind];
      assert.equal(value, values[at + 1]);
    }
    assert.ok(values.every((each) => Number.isInteger(each) && each >= 1 && each <= 999));
    assert.ok(moves.length >= 2 && moves.length <= 4);
  });
});

test("a problem's text tells every number of the story, and no place is left unfilled", () => {
  always({}, (_, { text, start, moves, irrelevant }) => {
    const told = (text.match(/\d+/g) ?? []).map(Number);
    const wanted = [start, ...moves.map(({ number }) => number), ...(irrelevant === null ? [] : [irrelevant])];
    assert.deepEqual(told.sort(), wanted.sort());
    assert.doesNotMatch(text, /[{}]|undefined/);
  });
});

test("small steps: a line for each move, every one right and needed", () => {
  always({}, (task, problem, ids, text) => {
    const judged = task.oracle(problem, ids);
    assert.equal(judged.length, problem.moves.length + 1);
    assert.ok(judged.every(({ holds, needed }) => holds && needed));
    assert.equal(task.verifyProcess(problem, ids), "right");
    assert.equal(stepEnds(text).length, judged.length);
    assert.ok(checkMarks(text).every(({ holds }) => holds));
    assert.equal(gsm8kAnswer(text), String(problem.values.at(-1)));
  });
});

test("a terse teacher writes fewer lines, all right", () => {
  always({ terseRate: 1 }, (task, problem, ids) => {
    assert.equal(task.steps(ids).length, Math.ceil(problem.moves.length / 2) + 1);
    assert.equal(task.verifyProcess(problem, ids), "right");
    assert.ok(task.oracle(problem, ids).every(({ needed }) => needed));
  });
});

test("a useless product is true, and the oracle alone sees that nothing rests on it", () => {
  always({ uselessRate: 1 }, (task, problem, ids, text) => {
    const judged = task.oracle(problem, ids);
    assert.equal(task.verifyProcess(problem, ids), "right");
    const useless = judged.filter(({ needed }) => !needed).length;
    assert.equal(useless, text.includes("By the way") ? 1 : 0);
  });
});

test("wrong but lucky: the answer is right, two steps are not, and only the process verifier says so", () => {
  always({ luckyRate: 1 }, (task, problem, ids) => {
    assert.equal(task.verifyAnswer(problem, ids), "right");
    assert.equal(task.verifyProcess(problem, ids), "wrong");
    assert.equal(task.oracle(problem, ids).filter(({ holds }) => !holds).length, 2);
  });
});

test("styles come at their rates", () => {
  const task = wordProblems({ seed: 3, teacher: { uselessRate: 0.2, luckyRate: 0.05 } });
  const count = 4000;
  let [useless, lucky] = [0, 0];
  for (let index = 0; index < count; index++) {
    const problem = task.problem("train", index);
    const ids = task.teach(problem);
    if (task.oracle(problem, ids).some(({ needed }) => !needed)) useless++;
    if (task.verifyProcess(problem, ids) === "wrong") lucky++;
  }
  const fourErrors = (rate: number) => 4 * Math.sqrt((rate * (1 - rate)) / count);
  assert.ok(Math.abs(lucky / count - 0.05) < fourErrors(0.05), `${lucky}`);
  assert.ok(useless / count < 0.2 + fourErrors(0.2) && useless / count > 0.15, `${useless}`); // some stories have no such product
});

test("a true equation that is not of the story is a wrong step where the answer rests on it, and useless where not", () => {
  const task = wordProblems({ seed: 7 });
  const problem = Array.from({ length: 50 }, (_, index) => task.problem("train", index)).find(
    ({ moves }) => moves.length === 2 && moves[0]?.kind === "times" && moves[1]?.kind === "more",
  );
  assert.ok(problem !== undefined);
  const [q0 = 0, q1 = 0] = problem.moves.map(({ number }) => number);
  const { start } = problem;
  const judge = (lines: string[]) =>
    task.oracle(problem, [...task.vocabulary.encode(lines.join("\n")), task.vocabulary.endId]);
  const sum = (one: number, other: number, value = one + other) =>
    `Then there are <<${one}+${other}=${value}>>${value}.`;
  const wrong = judge([sum(start, q0), sum(start + q0, q1), `#### ${start + q0 + q1}`]);
  assert.deepEqual(
    wrong.map(({ holds }) => holds),
    [false, false, false],
  );
  assert.match(wrong[0]?.error ?? "", /no quantity of the story/);
  const right = judge([
    sum(start, q0),
    `Then there are <<${start}*${q0}+${q1}=${problem.values[2]}>>${problem.values[2]}.`,
    `#### ${problem.values[2]}`,
  ]);
  assert.deepEqual(right, [
    { holds: true, needed: false },
    { holds: true, needed: true },
    { holds: true, needed: true },
  ]);
  const foreign = judge([sum(start, 990), `#### ${start + 990}`]);
  assert.match(foreign[0]?.error ?? "", /990 stands neither in the story nor in a step before/);
});

test("text and token ids are each other's inverse, and nothing is longer than the task says", () => {
  always({ terseRate: 0.3, uselessRate: 0.2, luckyRate: 0.05 }, (task, problem, ids, text) => {
    assert.deepEqual(task.vocabulary.encode(text), ids.slice(0, -1));
    assert.equal(task.vocabulary.decode(task.prompt(problem)), `${problem.text}\n`);
    assert.ok(task.prompt(problem).length <= task.longest.prompt && ids.length <= task.longest.completion);
    assert.deepEqual(
      task.steps(ids).map(({ start }) => start),
      [
        0,
        ...task
          .steps(ids)
          .slice(0, -1)
          .map(({ end }) => end),
      ],
    );
  });
  assert.ok(wordProblems({ seed: 1 }).vocabulary.size < 700);
});

test("no problem stands in two splits, and ten stories are in none of the known task's problems", () => {
  const known = wordProblems({ seed: 5 });
  const foreign = wordProblems({ seed: 5, stories: "held-out" });
  assert.equal(known.heldOut.size, 10);
  const ids = (task: WordProblems, split: Split) =>
    Array.from({ length: 1500 }, (_, index) => task.problem(split, index)).map(({ id, story }) => ({ id, story }));
  const splits = (["train", "validation", "test"] as const).map((split) => ids(known, split));
  const [train = [], validation = [], tests = []] = splits;
  const trained = new Set(train.map(({ id }) => id));
  assert.ok([...validation, ...tests].every(({ id }) => !trained.has(id)));
  assert.ok(splits.flat().every(({ story }) => !known.heldOut.has(story)));
  assert.ok(ids(foreign, "test").every(({ story }) => foreign.heldOut.has(story)));
  assert.deepEqual(known.heldOut, foreign.heldOut);
});

test("the same seed gives the same problem; another variant of the teacher is another text with the same answer", () => {
  always({ terseRate: 0.5 }, (task, problem) => {
    const again = wordProblems({ seed: task.config.seed, teacher: { terseRate: 0.5 } });
    assert.deepEqual(again.problem(problem.split, problem.index), problem);
    assert.equal(task.verifyProcess(problem, task.teach(problem, 1)), "right");
  });
});

test("a completion that is cut short, or ends without an answer, is unanswered", () => {
  const task = wordProblems({ seed: 7 });
  const problem = task.problem("train", 0);
  const { endId } = task.vocabulary;
  assert.equal(task.verifyAnswer(problem, task.teach(problem).slice(0, -1)), "unanswered");
  assert.equal(task.verifyAnswer(problem, [endId]), "unanswered");
  assert.equal(task.verifyAnswer(problem, [...task.vocabulary.encode("#### 1000"), endId]), "wrong");
});

const BAD: [what: string, make: () => unknown, error: RegExp][] = [
  [
    "a story without a free name",
    () => wordProblems({ seed: 1, names: ["Ann", "Ben"] }),
    /wordProblems requires a free name for each of the 5 people of its longest story, got /,
  ],
  [
    "a name twice",
    () => wordProblems({ seed: 1, names: ["Ann", "Ann"] }),
    /names to be different words of letters, got "Ann"/,
  ],
  [
    "a name that is no word",
    () => wordProblems({ seed: 1, names: ["R2 D2"] }),
    /names to be different words of letters, got "R2 D2"/,
  ],
  [
    "a vocabulary that lacks a word",
    () => wordProblems({ seed: 1, vocabulary: wordVocabulary(["apples", "0", "1"]) }),
    /wordProblems requires a vocabulary that can write "<<", which its stories have, got /,
  ],
  [
    "a vocabulary that loses a sign",
    () =>
      wordProblems({
        ...{ seed: 1, vocabulary: { ...byteVocabulary, encode: (text) => byteVocabulary.encode(text.toLowerCase()) } },
      }),
    /wordProblems requires a vocabulary that can write "A\w*", which its stories have, got "a\w*"/,
  ],
  [
    "a largest number that no story of four steps stays below",
    () => wordProblems({ seed: 1, largest: 50 }),
    /largest to be an integer in \[99, 999\], got 50/,
  ],
  ["too many steps", () => wordProblems({ seed: 1, steps: [2, 9] }), /steps\[1\] to be an integer in \[2, 4\], got 9/],
  [
    "a rate above 1",
    () => wordProblems({ seed: 1, teacher: { terseRate: 2 } }),
    /teacher\.terseRate to be (?:a number )?in \[0, 1\], got 2/,
  ],
  [
    "a word of no story",
    () => wordProblems({ seed: 1 }).vocabulary.encode("Ann has zebras."),
    /encode requires text to be made of the words and signs .*got " zebras"/,
  ],
  [
    "an id of no word",
    () => wordProblems({ seed: 1 }).vocabulary.decode([9999]),
    /decode requires ids to be integers in \[0, 5\d\d\], got 9999/,
  ],
];

for (const [what, make, error] of BAD) {
  test(`${what} is refused with what was expected`, () => assert.throws(make, error));
}

test("whatever tokens a learner writes, its steps are spans without gaps, and it is judged", () => {
  const task = wordProblems({ seed: 7 });
  const problem = task.problem("train", 0);
  const tokens = fc.array(fc.integer({ min: 0, max: task.vocabulary.size - 1 }), { maxLength: 40 });
  fc.assert(
    fc.property(tokens, (completion) => {
      const spans = task.steps(completion);
      assert.equal(spans.at(-1)?.end ?? 0, completion.length);
      assert.ok(spans.every(({ start, end }, at) => end > start && start === (spans[at - 1]?.end ?? 0)));
      assert.equal(task.oracle(problem, completion).length, spans.length);
      assert.match(task.verifyProcess(problem, completion), /right|wrong|unanswered/);
    }),
    { ...RUNS, numRuns: 300 },
  );
});

test("no number on the way is above the largest that was asked for", () => {
  const task = wordProblems({ seed: 5, largest: 99 });
  for (let index = 0; index < 200; index++)
    assert.ok(task.problem("train", index).values.every((value) => value <= 99));
});

test("in a model's own tokens a problem is the same text, judged the same, and nothing is longer than the task says", () => {
  const teacher = { terseRate: 0.3, uselessRate: 0.2, luckyRate: 0.05 };
  const words = wordProblems({ seed: 7, teacher });
  const bytes = wordProblems({ seed: 7, teacher, vocabulary: byteVocabulary });
  for (let index = 0; index < 100; index++) {
    const problem = bytes.problem("train", index);
    assert.deepEqual(problem, words.problem("train", index));
    const [ids, told] = [bytes.teach(problem), words.teach(problem)];
    assert.equal(byteVocabulary.decode(ids.slice(0, -1)), words.vocabulary.decode(told.slice(0, -1)));
    assert.deepEqual(bytes.oracle(problem, ids), words.oracle(problem, told));
    assert.equal(bytes.verifyProcess(problem, ids), words.verifyProcess(problem, told));
    assert.ok(bytes.prompt(problem).length <= bytes.longest.prompt && ids.length <= bytes.longest.completion);
  }
});

test("a sign that several tokens tell together shifts no step: each ends after its line", () => {
  const task = wordProblems({ seed: 7, vocabulary: byteVocabulary });
  const text = "5 – 3 = <<5-3=2>>2 apples.\nThen 2 – 1 = <<2-1=1>>1.\n#### 1";
  const ids = [...byteVocabulary.encode(text), byteVocabulary.endId];
  const lines = task.steps(ids).map(({ start, end }) => byteVocabulary.decode(ids.slice(start, end)));
  assert.deepEqual(lines, ["5 – 3 = <<5-3=2>>2 apples.\n", "Then 2 – 1 = <<2-1=1>>1.\n", "#### 1\u0003"]);
});
