/** @file Which answer a written solution gives, and whether it is the data set's: our rules, and those of lm-evaluation-harness. */
import type { Verdict } from "../task.ts";
import { gsm8kAnswer, sameNumericAnswer } from "./gsm8k.ts";
import { boxedAnswer, sameLatex } from "./latex-answer.ts";

export type AnswerFormat = "gsm8k" | "math";

/** The rules by name: our own; of the harness the answer after ####, or the last number of a text. For MATH it has one rule. */
export const ANSWER_RULES = ["eightfold", "lm-eval-strict", "lm-eval-flexible"] as const;

export type AnswerRules = (typeof ANSWER_RULES)[number];

/**
 * The verdict on a written solution.
 *
 * @param text what was written, without an end token
 * @param solution the data set's, whose answer counts
 * @source lm-evaluation-harness 0.4: tasks/gsm8k/gsm8k.yaml, tasks/hendrycks_math/utils.py
 * @example judgeAnswer("gsm8k", "lm-eval-flexible", "So it is $1,080.", "#### 1080") // => "right"
 * @example judgeAnswer("math", "eightfold", "So \\boxed{0.5}", "\\boxed{\\frac12}") // => "right"
 */
export function judgeAnswer(format: AnswerFormat, rules: AnswerRules, text: string, solution: string): Verdict {
  if (rules === "eightfold") return format === "gsm8k" ? byNumber(text, solution) : byBox(text, solution);
  return format === "gsm8k" ? byHarnessNumber(rules, text, solution) : byHarnessLatex(text, solution);
}

function byNumber(text: string, solution: string): Verdict {
  const given = gsm8kAnswer(text);
  if (given === undefined) return "unanswered";
  return sameNumericAnswer(given, gsm8kAnswer(solution) ?? "") ? "right" : "wrong";
}

function byBox(text: string, solution: string): Verdict {
  const given = boxedAnswer(text);
  if (given === undefined) return "unanswered";
  return sameLatex(given, boxedAnswer(solution) ?? "") ? "right" : "wrong";
}

const STRICT = /#### (-?[0-9.,]+)/;
const FLEXIBLE = /(-?[$0-9.,]{2,})|(-?[0-9]+)/g;

/** exact_match of gsm8k.yaml: the extracted text against the solution, both without what regexes_to_ignore lists. */
function byHarnessNumber(rules: AnswerRules, text: string, solution: string): Verdict {
  const given = rules === "lm-eval-strict" ? STRICT.exec(text)?.[1] : [...text.matchAll(FLEXIBLE)].at(-1)?.[0];
  if (given === undefined) return "unanswered";
  return withoutIgnored(given) === withoutIgnored(solution) ? "right" : "wrong";
}

function withoutIgnored(text: string): string {
  return text
    .replaceAll(",", "")
    .replaceAll("$", "")
    .replace(/.*#### /s, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

/** process_results of hendrycks_math: what stands between the first and the last $, or all of it; it knows no missing answer. */
function byHarnessLatex(text: string, solution: string): Verdict {
  const [first, last] = [text.indexOf("$"), text.lastIndexOf("$")];
  const given = last > first ? text.slice(first + 1, last) : text;
  const wanted = boxedAnswer(solution) ?? "";
  const [one, other] = [strippedLatex(given), strippedLatex(wanted)];
  const same = one === undefined || other === undefined ? given === wanted : one === other;
  return same ? "right" : "wrong";
}

/** strip_string of hendrycks_math; undefined where that fails, and the texts themselves are compared. */
function strippedLatex(text: string): string | undefined {
  let plain = text.replaceAll("\n", "").replaceAll("\\!", "").replaceAll("\\\\", "\\");
  plain = plain
    .replaceAll("tfrac", "frac")
    .replaceAll("dfrac", "frac")
    .replaceAll("\\left", "")
    .replaceAll("\\right", "");
  plain = plain.replaceAll("^{\\circ}", "").replaceAll("^\\circ", "").replaceAll("\\$", "");
  const units = plain.split("\\text{ ");
  if (units.length > 2) return undefined;
  plain = (units[0] ?? "").replaceAll("\\%", "").replaceAll(" .", " 0.").replaceAll("{.", "{0.");
  if (plain === "") return plain;
  if (plain.startsWith(".")) plain = `0${plain}`;
  const sides = plain.split("=");
  if (sides.length === 2 && (sides[0] ?? "").length <= 2) plain = sides[1] ?? "";
  const braced = withBraces(plain);
  return braced === "0.5" ? "\\frac{1}{2}" : braced && asFraction(braced);
}

/** a/b of two whole numbers as \frac; undefined where a side is none, at which the original fails. */
function asFraction(text: string): string | undefined {
  const sides = text.split("/");
  if (sides.length !== 2) return text;
  if (!sides.every((side) => /^[-+]?\d+$/.test(side))) return undefined;
  const [numerator, denominator] = sides.map((side) => BigInt(side.replace("+", "")));
  return `${numerator}/${denominator}` === text ? `\\frac{${numerator}}{${denominator}}` : text;
}

/** \sqrt3 and \frac12 with the braces that they lack: fix_sqrt, then no spaces, then fix_fracs; undefined where one ends the text. */
function withBraces(text: string): string | undefined {
  const [head = "", ...roots] = text.split("\\sqrt");
  if (roots.includes("")) return undefined;
  const sqrt = roots.map((part) => (part.startsWith("{") ? `\\sqrt${part}` : `\\sqrt{${part[0]}}${part.slice(1)}`));
  const plain = [head, ...sqrt].join("").replaceAll(" ", "");
  const [start = "", ...fractions] = plain.split("\\frac");
  let fixed = start;
  for (const part of fractions) {
    if (part === "") return undefined;
    if (!part.startsWith("{") && part.length < 2) return plain;
    const [numerator, denominator, rest] = [part[0], part[1], part.slice(2)];
    if (part.startsWith("{")) fixed += `\\frac${part}`;
    else fixed += `\\frac{${numerator}}${denominator === "{" ? "{" : `{${denominator}}`}${rest}`;
  }
  return fixed;
}
