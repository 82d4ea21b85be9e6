/** @file Recorded answers of the kinds that models give, with the verdicts by each set of rules, read by hand from the rules' texts. */
import type { AnswerFormat, Verdict } from "../../../src/toolkit/tasks/index.ts";

export interface RecordedAnswer {
  readonly format: AnswerFormat;
  readonly text: string;
  readonly solution: string;
  /** by our rules, and by the harness's strict and flexible ones */
  readonly verdicts: readonly [eightfold: Verdict, strict: Verdict, flexible: Verdict];
}

const [right, wrong, none] = ["right", "wrong", "unanswered"] as const;

const gsm8k = (text: string, solution: string, ...verdicts: [Verdict, Verdict, Verdict]): RecordedAnswer => {
  return { format: "gsm8k", text, solution, verdicts };
};
/** For MATH the harness has one rule. */
const math = (text: string, solution: string, own: Verdict, harness: Verdict): RecordedAnswer => {
  return { format: "math", text, solution, verdicts: [own, harness, harness] };
};

const EIGHTEEN = "She has 9 * 2 = <<9*2=18>>18.\n#### 18";

export const RECORDED: readonly RecordedAnswer[] = [
  gsm8k("9 * 2 = 18\n#### 18", EIGHTEEN, right, right, right),
  gsm8k("9 * 2 = 18\n#### 18.", EIGHTEEN, right, right, right),
  gsm8k("#### $18", EIGHTEEN, right, none, right),
  gsm8k("#### 18 apples", EIGHTEEN, right, right, right),
  gsm8k("The answer is 18", EIGHTEEN, right, none, right),
  gsm8k("So there are 18 apples in 2 boxes", EIGHTEEN, none, none, wrong),
  gsm8k("#### 17", EIGHTEEN, wrong, wrong, wrong),
  gsm8k("#### 18.0", EIGHTEEN, right, wrong, wrong),
  gsm8k("#### 1,080", "#### 1080", right, right, right),
  gsm8k("#### 5 then #### 18", EIGHTEEN, right, wrong, right),
  gsm8k("", EIGHTEEN, none, none, none),
  math("so $\\boxed{\\frac{1}{2}}$", "\\boxed{\\frac12}", right, wrong),
  math("$\\frac12$", "\\boxed{\\frac{1}{2}}", none, right),
  math("The answer is $0.5$", "\\boxed{\\frac{1}{2}}", none, right),
  math("x=3", "\\boxed{3}", none, right),
  math("\\boxed{1,000}", "\\boxed{1000}", right, wrong),
  math("$x/2$", "\\boxed{x/2}", none, right),
  math("$\\sqrt3$", "\\boxed{\\sqrt{3}}", none, right),
];
