/** @file What the word problems are like, and how their teacher writes; checked before anything is drawn. */
import { requireCount, requireOneOf, requireWithin, wrong } from "../../core/argument-checks.ts";
import type { Vocabulary } from "../vocabulary.ts";
import { NAMES } from "./stories.ts";

/** How the teacher writes. Rates in [0, 1]; all 0: small steps, each needed and right. */
export interface WordTeacherStyle {
  /** chance of a step that takes two operations at once */
  readonly terseRate: number;
  /** chance of a true product that nothing rests on */
  readonly uselessRate: number;
  /** chance of a solution with two wrong steps that end in the right answer all the same */
  readonly luckyRate: number;
}

export interface WordProblemsOptions {
  /** an integer >= 0: the same problems and the same ten untrained stories for the same seed */
  seed: number;
  /** fewest and most steps of a solution, in [2, 4]; [2, 4] by default */
  steps?: readonly [number, number];
  /** the thirty stories that may be trained on, by default, or the ten that never are */
  stories?: "known" | "held-out";
  /** the largest number on the way to an answer, in [99, 999]; 999 by default */
  largest?: number;
  /** chance of a number in the text that is of no use, in [0, 1]; 0.5 by default */
  irrelevantRate?: number;
  /** who the stories are about; a story of comparisons needs one more than it has steps */
  names?: readonly string[];
  teacher?: Partial<WordTeacherStyle>;
  /** a model's own, such as modelVocabulary gives; by default one of the words of the stories */
  vocabulary?: Vocabulary;
}

export type WordProblemsConfig = Required<Omit<WordProblemsOptions, "teacher" | "vocabulary">> & {
  readonly teacher: WordTeacherStyle;
};

/** @throws RangeError or TypeError that names the option */
export function wordProblemsConfig(options: WordProblemsOptions): WordProblemsConfig {
  const caller = "wordProblems";
  const { seed, steps = [2, 4], stories = "known", largest = 999, irrelevantRate = 0.5, names = NAMES } = options;
  const { terseRate = 0, uselessRate = 0, luckyRate = 0 } = options.teacher ?? {};
  requireCount(caller, "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount(caller, "steps[0]", steps[0], 2, 4);
  requireCount(caller, "steps[1]", steps[1], steps[0], 4);
  requireCount(caller, "largest", largest, 99, 999);
  requireOneOf(caller, "stories", stories, ["known", "held-out"]);
  requireWithin(caller, "irrelevantRate", irrelevantRate, 0, 1);
  for (const [name, rate] of Object.entries({ terseRate, uselessRate, luckyRate })) {
    requireWithin(caller, `teacher.${name}`, rate, 0, 1);
  }
  const unfit = names.find((name, at) => !/^[A-Za-z]+$/.test(name) || names.indexOf(name) !== at);
  if (unfit !== undefined) throw wrong(caller, "names to be different words of letters", unfit);
  if (names.length <= steps[1]) {
    throw wrong(caller, `a free name for each of the ${steps[1] + 1} people of its longest story`, names);
  }
  return { seed, steps, stories, largest, irrelevantRate, names, teacher: { terseRate, uselessRate, luckyRate } };
}
