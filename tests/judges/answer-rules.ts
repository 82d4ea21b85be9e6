/** @file Our verdicts by the rules of lm-evaluation-harness beside its own, on recorded answers and on 3,000 made of their parts.
 *
 *     node --import tsx tests/judges/answer-rules.ts FOLDER_OF_THE_UNPACKED_WHEEL PYTHON SCRATCH
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createStream } from "../../src/toolkit/core/random-stream.ts";
import { type AnswerFormat, type AnswerRules, judgeAnswer } from "../../src/toolkit/tasks/index.ts";
import { RECORDED } from "../toolkit/tasks/recorded-answers.ts";

const [wheel = "", python = "python3", scratch = "."] = process.argv.slice(2);

const PARTS: Readonly<Record<AnswerFormat, readonly string[]>> = {
  gsm8k: [
    "#### ",
    "18",
    "-3",
    "1,080",
    "$",
    ".",
    ",",
    "5.50",
    " so ",
    "The answer is ",
    "\n",
    "0",
    "####",
    "12.",
    " apples",
  ],
  math: [
    ...[
      "$",
      "\\frac",
      "\\sqrt",
      "{",
      "}",
      "1",
      "2",
      "/",
      "x",
      "=",
      ".5",
      "\\boxed{",
      " ",
      "\\left(",
      "\\right)",
      "\\text{ cm}",
    ],
    ...["\\%", "^\\circ", "\\$", "tfrac", "0.5", "-", "\\!", ",", "\\\\", "ab"],
  ],
};
const SOLUTIONS = {
  gsm8k: ["She has 9 + 9 = <<9+9=18>>18.\n#### 18", "#### 1,080", "#### -3", "#### 5.50", "#### 12"],
  math: [
    "$\\boxed{\\frac{1}{2}}$",
    "\\boxed{x=12}",
    "so $\\boxed{\\sqrt{2}}$",
    "\\boxed{(1,2)}",
    "\\boxed{50\\%}",
    "\\boxed{1/2}",
  ],
} as const;

const stream = createStream(7);
const pick = <Item>(items: readonly Item[]): Item => items[stream.integer(items.length)] as Item;
const made = Array.from({ length: 3000 }, (_, at) => {
  const format: AnswerFormat = at % 2 === 0 ? "gsm8k" : "math";
  const text = Array.from({ length: 1 + stream.integer(7) }, () => pick(PARTS[format])).join("");
  return { format, text, solution: pick(SOLUTIONS[format]) };
});
const cases = [...RECORDED.map(({ format, text, solution }) => ({ format, text, solution })), ...made];

const file = join(scratch, "cases.json");
writeFileSync(file, JSON.stringify(cases));
const script = join(import.meta.dirname, "answer_rules.py");
const output = execFileSync(python, ["-W", "ignore", script, wheel, file], { encoding: "utf8", maxBuffer: 2 ** 26 });
const theirs = JSON.parse(output) as Record<string, boolean>[];

const RULES: Readonly<Record<string, AnswerRules>> = {
  strict: "lm-eval-strict",
  flexible: "lm-eval-flexible",
  math: "lm-eval-strict",
};
let [same, right] = [0, 0];
for (const [at, verdicts] of theirs.entries()) {
  const { format, text, solution } = cases[at] as (typeof cases)[number];
  for (const [rule, expected] of Object.entries(verdicts)) {
    const found = judgeAnswer(format, RULES[rule] as AnswerRules, text, solution) === "right";
    if (expected) right++;
    if (found === expected) same++;
    else
      console.log(
        `FAILED: ${format}, ${rule}: ${JSON.stringify(text)} for ${JSON.stringify(solution)}: harness ${expected}, here ${found}`,
      );
  }
}
const all = theirs.reduce((sum, verdicts) => sum + Object.keys(verdicts).length, 0);
console.log(`${same} of ${all} verdicts are those of lm-evaluation-harness, ${right} of them "right"`);
process.exit(same === all && right > 50 ? 0 : 1);
