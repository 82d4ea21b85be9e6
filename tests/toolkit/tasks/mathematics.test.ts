/** @file Answers and steps of written mathematics: numbers, LaTeX, calculator marks, sentences, bytes. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import {
  boxedAnswer,
  byteVocabulary,
  equationHolds,
  gsm8kAnswer,
  loadMaths,
  readNumber,
  sameLatex,
  stepEnds,
} from "../../../src/toolkit/tasks/index.ts";

test("numbers are read as people write them", () => {
  const cases: [text: string, value: number | undefined][] = [
    ["18", 18],
    ["1,080", 1080],
    ["109,200,000 people", 109200000],
    ["$70,000.50", 70000.5],
    ["-5", -5],
    ["−5 degrees", -5],
    ["-$5", -5],
    ["$-5", -5],
    ["- 7", -7],
    ["+7", 7],
    [".5", 0.5],
    ["-.5", -0.5],
    ["5.", 5],
    ["25%", 25],
    ["3/4 cup", 0.75],
    ["1 1/2 hours", 1.5],
    ["x-5", 5], // no sign: a word goes before
    ["about 12 eggs", 12],
    ["€1,000", 1000],
    ["12,34", undefined],
    ["1,0800", undefined],
    ["none", undefined],
    ["", undefined],
  ];
  for (const [text, value] of cases) assert.equal(readNumber(text), value, text);
});

test("the answer is what stands after the last mark or the last words", () => {
  assert.equal(gsm8kAnswer("a\n#### 5"), "5");
  assert.equal(gsm8kAnswer("#### 4\nno\n#### 5 eggs"), "5 eggs");
  assert.equal(gsm8kAnswer("So the answer is 12."), "12.");
  assert.equal(gsm8kAnswer("The answer is: $3"), "$3");
  assert.equal(gsm8kAnswer("I have 5 eggs"), undefined);
  assert.equal(gsm8kAnswer("#### many"), undefined);
});

test("equations hold when their right side is the value, perhaps cut off or rounded", () => {
  for (const right of [
    "16-3-4=9",
    "2/3=.67",
    "2/3=.66",
    "10/4=2.5",
    "(1+2)*3=9",
    "-2*-3=6",
    "7/2=3",
    "3/4=3/4",
    "1,000*2=2000",
    "+3+3=6",
    "561//10=56",
    "3*+6=18",
  ]) {
    assert.ok(equationHolds(right), right);
  }
  for (const wrong of [
    "16-3-4=8",
    "2/3=.65",
    "2*3=7",
    "10/4=2.7",
    "1/0=1",
    "2+=3",
    "2",
    "=",
    "",
    "2**3=8",
    "a=a",
    "(1=1",
  ]) {
    assert.ok(!equationHolds(wrong), wrong);
  }
});

test("the last box is read with its braces", () => {
  assert.equal(boxedAnswer("\\boxed{1} then \\boxed{\\frac{1}{\\sqrt{2}}}."), "\\frac{1}{\\sqrt{2}}");
  assert.equal(boxedAnswer("$\\boxed 5$"), "5");
  assert.equal(boxedAnswer("\\fbox{7}"), "7");
  assert.equal(boxedAnswer("\\boxed{1"), undefined);
  assert.equal(boxedAnswer("5"), undefined);
});

test("LaTeX answers are the same when their meaning is", () => {
  const same: [string, string][] = [
    ["\\dfrac{1}{2}", "\\frac12"],
    ["0.5", "\\frac{1}{2}"],
    ["1/2", "\\frac{1}{2}"],
    ["-\\frac{3}{4}", "-0.75"],
    ["\\frac{-3}{4}", "-\\frac{3}{4}"],
    ["1,000", "1000"],
    ["50\\%", "50"],
    ["90^\\circ", "90"],
    ["12\\text{ cm}", "12"],
    ["x=3", "3"],
    ["\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\frac{\\pi}{2})"],
    ["\\sqrt3", "\\sqrt{3}"],
    ["\\$5.00", "5"],
    ["\\text{Evelyn}", "Evelyn"],
    ["2.", "2"],
  ];
  for (const [one, other] of same) assert.ok(sameLatex(one, other) && sameLatex(other, one), `${one} and ${other}`);
  const different: [string, string][] = [
    ["\\frac{1}{2}", "\\frac{1}{3}"],
    ["(1,2)", "(2,1)"],
    ["(1,200)", "1200"],
    ["5", "-5"],
    ["\\sqrt{2}", "2"],
    ["1000", "1"],
    ["x^2", "x^3"],
  ];
  for (const [one, other] of different) assert.ok(!sameLatex(one, other), `${one} and ${other}`);
});

test("steps are lines, or sentences that no abbreviation, decimal or formula ends", () => {
  const steps = (text: string) => stepEnds(text).map((end, at, ends) => text.slice(ends[at - 1] ?? 0, end).trim());
  assert.deepEqual(steps("a\n\nb\n#### 1\n"), ["a", "b", "#### 1"]);
  assert.deepEqual(steps("Mr. Lee has 3.5 kg. He sells 2. How many? 1.5!"), [
    "Mr. Lee has 3.5 kg.",
    "He sells 2.",
    "How many?",
    "1.5!",
  ]);
  assert.deepEqual(steps("Let $x = 1. y$ be it. Then (so.) done"), ["Let $x = 1. y$ be it.", "Then (so.)", "done"]);
  assert.deepEqual(steps("\n"), [""]);
  assert.deepEqual(steps(""), []);
});

test("steps joined are the text, whatever it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", ".", "\n", " ", "$", "é", "5") }), (text) => {
      const ends = stepEnds(text);
      assert.ok(ends.every((end, at) => end > (ends[at - 1] ?? 0)));
      assert.equal(ends.at(-1) ?? 0, text.length);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test("bytes give back every well-formed text", () => {
  const codePoint = fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
  fc.assert(
    fc.property(fc.array(codePoint, { maxLength: 40 }), (codes) => {
      const text = String.fromCodePoint(...codes);
      assert.equal(byteVocabulary.decode(byteVocabulary.encode(text)), text);
    }),
    { numRuns: 300, seed: 5 },
  );
  assert.throws(() => byteVocabulary.decode([256]), /decode requires ids to be integers in \[0, 255\], got 256/);
});

test("files in MATH's format are loaded, and a solution without a box is named", async (t) => {
  const place = await mkdtemp(join(tmpdir(), "eightfold-"));
  t.after(() => rm(place, { recursive: true }));
  const line = (problem: string, solution: string) => `${JSON.stringify({ problem, solution, level: "Level 1" })}\n`;
  const file = async (name: string, text: string) => {
    await writeFile(join(place, name), text);
    return { from: join(place, name), sha256: "any" };
  };
  const good = await file("good.jsonl", line("Half of one?", "It is $\\boxed{\\frac12}$."));
  const task = await loadMaths({ train: await file("empty.jsonl", line("One?", "$\\boxed{1}$")), test: good });
  const problem = task.problem("test", 0);
  const answered = (text: string) =>
    task.verifyAnswer(problem, [...task.vocabulary.encode(text), task.vocabulary.endId]);
  assert.equal(task.verifyAnswer(problem, task.teach(problem)), "right");
  assert.equal(answered("\\boxed{0.5}"), "right");
  assert.equal(answered("\\boxed{0.6}"), "wrong");
  assert.equal(answered("0.5"), "unanswered");
  const bad = await file("bad.jsonl", line("One?", "one"));
  await assert.rejects(
    loadMaths({ train: bad, test: good }),
    /bad\.jsonl, line 1: expected a solution with \\boxed\{\.\.\.\}/,
  );
});
