/** @file Verdicts by our rules and by those of lm-evaluation-harness, on recorded answers; the judge asks the harness itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ANSWER_RULES, judgeAnswer } from "../../../src/toolkit/tasks/index.ts";
import { RECORDED } from "./recorded-answers.ts";

for (const { format, text, solution, verdicts } of RECORDED) {
  test(`${format}: ${JSON.stringify(text)} for ${JSON.stringify(solution)} has the verdicts of each rule`, () => {
    assert.deepEqual(
      ANSWER_RULES.map((rules) => judgeAnswer(format, rules, text, solution)),
      verdicts,
    );
  });
}
