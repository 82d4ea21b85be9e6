/** @file Word problems: short stories in sentences, solved in lines with calculator marks, as GSM8K's are, and generated without end. */
import { createStream } from "../../core/random-stream.ts";
import { gsm8kAnswer, sameNumericAnswer } from "../mathematics/gsm8k.ts";
import { stepEnds } from "../mathematics/text-steps.ts";
import type { StepSpan, Task, Verdict } from "../task.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { type WordProblemsConfig, type WordProblemsOptions, wordProblemsConfig } from "./options.ts";
import { judgeLines } from "./oracle.ts";
import { drawWordProblem, heldOutStories, type WordProblem } from "./problem.ts";
import { FAMILIES, type Family, filled, IRRELEVANT, STORIES, USELESS } from "./stories.ts";
import { requireStoryWords, storyVocabulary } from "./story-vocabulary.ts";
import { writeSolution } from "./teacher.ts";

/** Word problems have an oracle always. */
export interface WordProblems extends Task<WordProblem> {
  readonly oracle: NonNullable<Task<WordProblem>["oracle"]>;
  readonly config: WordProblemsConfig;
  /** places in STORIES of the ten stories that no known problem tells */
  readonly heldOut: ReadonlySet<number>;
}

/**
 * The task: a story of 2 to 4 steps with numbers to 999, some of them of no use, and a solution in sentences,
 * "Ann starts with 3 * 4 = <<3*4=12>>12 apples.", that ends in "#### 12". It is read by the splitter and the verifier of GSM8K. Forty
 * stories; ten of them, a function of the seed, are never trained on and come with `stories: "held-out"`.
 *
 * @throws RangeError or TypeError that names the option, where there are fewer names than people in a story, or the word or sign that a
 *   vocabulary of one's own cannot write
 * @example
 * ```ts
 * const task = wordProblems({ seed: 7, teacher: { terseRate: 0.3 } });
 * const problem = task.problem("train", 0);
 * task.verifyProcess(problem, task.teach(problem)) // => "right"
 * ```
 */
export function wordProblems(options: WordProblemsOptions): WordProblems {
  const config = wordProblemsConfig(options);
  const root = createStream(config.seed).split("word problems");
  const splitKey = root.split("split");
  const heldOut = heldOutStories(root);
  const stories = STORIES.flatMap((_, at) => (heldOut.has(at) === (config.stories === "held-out") ? [at] : []));
  const streams = { train: root.split("train"), validation: root.split("validation"), test: root.split("test") };
  const teacher = root.split("teacher");
  const vocabulary = options.vocabulary ?? storyVocabulary(config.names);
  if (options.vocabulary !== undefined) requireStoryWords("wordProblems", vocabulary, config.names);
  const { endId } = vocabulary;
  const linesOf = (completion: readonly number[]): string[] =>
    spansOf(vocabulary, completion).map(({ start, end }) =>
      vocabulary.decode(completion.slice(start, end).filter((id) => id !== endId)),
    );
  const verifyAnswer = (problem: WordProblem, completion: readonly number[]): Verdict => {
    const end = completion.indexOf(endId);
    const given = end < 0 ? undefined : gsm8kAnswer(vocabulary.decode(completion.slice(0, end)));
    if (given === undefined) return "unanswered";
    return sameNumericAnswer(given, String(problem.values.at(-1))) ? "right" : "wrong";
  };
  const oracle: WordProblems["oracle"] = (problem, completion) => judgeLines(problem, linesOf(completion));
  return {
    name: "word problems",
    vocabulary,
    config,
    heldOut,
    longest: longestOf(vocabulary, config),
    size: () => Infinity,
    problem: (split, index) =>
      drawWordProblem(config, splitKey, stories, streams[split].split(index), { split, index }),
    prompt: ({ text }) => vocabulary.encode(`${text}\n`),
    teach: (problem, variant = 0) => {
      const stream = teacher.split(problem.split).split(problem.index).split(variant);
      return [...vocabulary.encode(writeSolution(problem, config.teacher, stream)), endId];
    },
    steps: (completion) => spansOf(vocabulary, completion),
    verifyAnswer,
    verifyProcess: (problem, completion) => {
      const verdict = verifyAnswer(problem, completion);
      const holds = verdict === "right" && oracle(problem, completion).every((step) => step.holds);
      return verdict === "right" && !holds ? "wrong" : verdict;
    },
    oracle,
  };
}

/** Ends of steps in the text as places between tokens. A learner may write what no text encodes to, such as two words run together. */
function spansOf({ decode }: Vocabulary, completion: readonly number[]): StepSpan[] {
  if (completion.length === 0) return [];
  const text = decode(completion);
  let length = 0;
  const alone = completion.map((id) => {
    length += decode([id]).length;
    return length;
  });
  // a sign of several bytes may be told by several tokens, of which none has it alone
  const written =
    length === text.length ? alone : completion.map((_, at) => decode(completion.slice(0, at + 1)).length);
  const ends = stepEnds(text).map((end) => written.findIndex((upTo) => upTo >= end) + 1);
  const inside = ends.filter((end, at) => end > (ends[at - 1] ?? 0) && end < completion.length);
  return [...inside, completion.length].map((end, at, all) => ({ start: all[at - 1] ?? 0, end }));
}

/** Every sentence at its longest, with the number and the names of most tokens, so that no problem and no solution is longer. */
function longestOf(vocabulary: Vocabulary, { steps: [, most], names }: WordProblemsConfig): Task["longest"] {
  const count = (text: string): number =>
    Math.max(vocabulary.encode(text).length, vocabulary.encode(` ${text}`).length);
  const ofMost = (texts: readonly string[]): string =>
    texts.reduce((longest, text) => (count(text) > count(longest) ? text : longest), texts[0] ?? "");
  const number = ofMost(Array.from({ length: 1000 }, (_, at) => String(999 - at)));
  const name = ofMost(names);
  const tokens = (sentences: readonly string[], sum = number): number =>
    Math.max(
      ...STORIES.flatMap(({ words }) => {
        const places = { ...words, a: name, b: name, n: number, q: number, sum };
        return sentences.map((sentence) => count(filled(everyWord(sentence, words), places)));
      }),
    );
  const families: readonly Family[] = Object.values(FAMILIES);
  const equation = (sides: string): string => `${sides} = <<${sides.replaceAll(" ", "")}=${number}>>${number}`;
  const single = equation(`${number} * ${number}`);
  const double = equation(`(${number} + ${number}) * ${number}`); // a terse line stands for two
  const prompts = families.map(({ start, moves, question, questionShared = [] }) => {
    return tokens(start) + most * tokens(Object.values(moves).flat()) + tokens([...question, ...questionShared]);
  });
  const lines = families.map(({ solution }) => tokens(Object.values(solution).flat(), single));
  const extra = tokens([USELESS], single) + count(double) - count(single);
  return {
    prompt: Math.max(...prompts) + tokens(IRRELEVANT) + 1,
    completion: most * (Math.max(...lines) + 1) + extra + vocabulary.encode(`#### ${number}`).length + 1,
  };
}

/** Places that the setting does not have are one word long in the settings that have them. */
function everyWord(sentence: string, words: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    name in words || ["a", "b", "n", "q", "sum"].includes(name) ? place : "cases",
  );
}
