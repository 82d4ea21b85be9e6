/** @file Written problems as a task: fixed sets of questions with solutions, split for good by a hash of the question. */
import { createHash } from "node:crypto";
import { requireCount } from "../../core/argument-checks.ts";
import type { Problem, Split, StepSpan, Task, Verdict } from "../task.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { stepEnds } from "./text-steps.ts";

/** The question is the id. */
export interface TextProblem extends Problem {
  readonly question: string;
  /** the solution that the data set gives */
  readonly solution: string;
  /** its final answer, as text */
  readonly answer: string;
}

export type TextItem = Pick<TextProblem, "question" | "solution" | "answer">;

export interface TextTask extends Task<TextProblem> {
  /** questions of the train file that stand in the test file too, or twice; left out of train and validation */
  readonly leftOut: number;
}

export interface TextTaskParts {
  name: string;
  train: readonly TextItem[];
  test: readonly TextItem[];
  vocabulary: Vocabulary;
  /** the final answer of a written solution, or undefined */
  answerIn(text: string): string | undefined;
  sameAnswer(one: string, other: string): boolean;
  /** whether all that can be checked in a solution besides its answer is right */
  processHolds(text: string): boolean;
}

const VALIDATION_SHARE = 0.1; // of the train file: 747 of GSM8K's 7,473 problems, up to chance

/** A prompt is the question and a line break; a completion is the solution and the end token. */
export function textTask(parts: TextTaskParts): TextTask {
  const { name, vocabulary, answerIn, sameAnswer, processHolds } = parts;
  const { splits, leftOut } = splitItems(parts);
  const textOf = (completion: readonly number[]): string | undefined => {
    const end = completion.indexOf(vocabulary.endId);
    return end < 0 ? undefined : vocabulary.decode(completion.slice(0, end));
  };
  const prompt = ({ question }: TextItem) => vocabulary.encode(`${question}\n`);
  const teach = ({ solution }: TextItem) => [...vocabulary.encode(solution), vocabulary.endId];
  const verifyAnswer = ({ answer }: TextItem, completion: readonly number[]): Verdict => {
    const given = answerIn(textOf(completion) ?? "");
    if (given === undefined) return "unanswered";
    return sameAnswer(given, answer) ? "right" : "wrong";
  };
  return {
    name,
    vocabulary,
    leftOut,
    longest: longestOf(Object.values(splits).flat(), prompt, teach),
    size: (split) => splits[split].length,
    problem: (split, index) => {
      requireCount("problem", "index", index, 0, splits[split].length - 1);
      const item = splits[split][index] as TextItem;
      return { id: item.question, split, index, ...item };
    },
    prompt,
    teach,
    steps: (completion) => spansOf(vocabulary, completion),
    verifyAnswer,
    verifyProcess: (problem, completion) => {
      const verdict = verifyAnswer(problem, completion);
      return verdict === "right" && !processHolds(textOf(completion) ?? "") ? "wrong" : verdict;
    },
  };
}

function splitItems({ name, train, test }: TextTaskParts): { splits: Record<Split, TextItem[]>; leftOut: number } {
  const seen = new Set(test.map(({ question }) => question));
  const splits: Record<Split, TextItem[]> = { train: [], validation: [], test: [...test] };
  let leftOut = 0;
  for (const item of train) {
    if (seen.has(item.question)) leftOut++;
    else splits[hashShare(name, item.question) < VALIDATION_SHARE ? "validation" : "train"].push(item);
    seen.add(item.question);
  }
  return { splits, leftOut };
}

/** A number in [0, 1) that is a function of the two texts. */
function hashShare(key: string, text: string): number {
  return createHash("sha256").update(`${key}\n${text}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

function longestOf(
  items: readonly TextItem[],
  prompt: (item: TextItem) => number[],
  teach: (item: TextItem) => number[],
): Task["longest"] {
  let longest = { prompt: 0, completion: 0 };
  for (const item of items) {
    longest = {
      prompt: Math.max(longest.prompt, prompt(item).length),
      completion: Math.max(longest.completion, teach(item).length),
    };
  }
  return longest;
}

/** Ends of steps in the text, counted in tokens: as many as the text up to there has. */
function spansOf(vocabulary: Vocabulary, completion: readonly number[]): StepSpan[] {
  if (completion.length === 0) return [];
  const text = vocabulary.decode(completion);
  const ends = stepEnds(text).map((end) => vocabulary.encode(text.slice(0, end)).length);
  const inside = ends.filter((end, at) => end > (ends[at - 1] ?? 0) && end < completion.length);
  return [...inside, completion.length].map((end, at, all) => ({ start: all[at - 1] ?? 0, end }));
}
