/** @file npm run evaluate: a checkpoint's answers and recorded ones are judged, and what does not fit is said in one line. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { evaluateFile } from "../../../src/toolkit/experiment/evaluate-file.ts";

const QUESTIONS = [
  { question: "What is 9 * 2?", answer: "9 * 2 = <<9*2=18>>18\n#### 18" },
  { question: "What is 3 + 4?", answer: "#### 7" },
  { question: "What is 5 - 4?", answer: "#### 1" },
];

function files(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "evaluate-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return (name: string, lines: readonly object[]): string => {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return path;
  };
}

test("recorded answers are judged by the rules that are asked for", async (t) => {
  const file = files(t);
  const data = file("test.jsonl", QUESTIONS);
  const answers = file("answers.jsonl", [{ text: "It is $18" }, { text: "#### 7" }, { text: "no idea" }]);
  const verdicts = async (rules: "eightfold" | "lm-eval-flexible") =>
    (await evaluateFile({ data, answers, rules })).judged.map(({ verdict }) => verdict);
  assert.deepEqual(await verdicts("eightfold"), ["unanswered", "right", "unanswered"]);
  assert.deepEqual(await verdicts("lm-eval-flexible"), ["right", "right", "unanswered"]);
  const { right, format } = await evaluateFile({ data, answers, rules: "eightfold", limit: 2 });
  assert.deepEqual([format, right.value], ["gsm8k", 0.5]);
});

test("a published checkpoint answers every problem, here a tiny random one", async (t) => {
  const file = files(t);
  const data = file(
    "test.jsonl",
    QUESTIONS.map(({ question, answer }) => ({ problem: question, solution: `\\boxed{${answer.at(-1)}}` })),
  );
  const model = join(import.meta.dirname, "../../reference/pretrained/llama");
  const { format, judged } = await evaluateFile({ data, model, rules: "lm-eval-strict", maxTokens: 5 });
  assert.equal(format, "math");
  assert.equal(judged.length, 3);
  assert.ok(judged.every(({ text, verdict }) => text.length > 0 && verdict === "wrong"));
});

test("what does not fit is refused: which file or option, what was expected", async (t) => {
  const file = files(t);
  const data = file("test.jsonl", QUESTIONS);
  const rules = "eightfold";
  const answers = file("answers.jsonl", [{ text: "#### 18" }, { answer: "7" }]);
  await assert.rejects(evaluateFile({ data, rules }), /either a model or recorded answers/);
  await assert.rejects(
    evaluateFile({ data, rules, answers }),
    /answers\.jsonl: 2 answers, expected one for each of 3 problems/,
  );
  await assert.rejects(
    evaluateFile({ data, rules, answers, limit: 2 }),
    /answers\.jsonl, line 2: expected text under "text"/,
  );
  await assert.rejects(evaluateFile({ data, rules, answers, limit: 0 }), /limit to be an integer in \[1, /);
  await assert.rejects(evaluateFile({ data, answers, rules: "mine" as never }), /rules to be "?eightfold/);
  await assert.rejects(
    evaluateFile({ data: file("bad.jsonl", [{ question: 3 }]), answers, rules }),
    /bad\.jsonl, line 1: expected text under "question" and "answer"/,
  );
  await assert.rejects(
    evaluateFile({ data, rules, model: "/no/such/folder" }),
    /expected a model's folder or a \.gguf file/,
  );
  assert.ok(readFileSync(data, "utf8").length > 0);
});
