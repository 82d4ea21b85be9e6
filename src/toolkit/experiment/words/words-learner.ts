/** @file What every stage of the study of word problems needs: its task, its model's configuration, and its random streams. */
import { createStream } from "../../core/random-stream.ts";
import { type WordProblems, wordProblems } from "../../tasks/index.ts";
import { type Learner, learnerOf } from "../methods/learner.ts";
import type { WordsConfig } from "./words-config.ts";

/** The settings that all stages of a run share. */
export interface WordsSettings
  extends Pick<WordsConfig, "teacher" | "steps" | "model" | "validationProblems" | "validationSamples"> {
  readonly seed: number;
}

/** @param stage whose random numbers are drawn */
export function createWordsLearner({ seed, model, ...task }: WordsSettings, stage: string): Learner<WordProblems> {
  const words = wordProblems({ seed, steps: task.steps, teacher: task.teacher });
  return learnerOf(words, model, words.longest.completion, createStream(seed).split("words study").split(stage));
}

/** The problems of the base learner: two steps, told one by one. */
export function baseProblems({ seed }: WordsSettings): WordProblems {
  return wordProblems({ seed, steps: [2, 2] });
}

/** The ten stories that nothing is trained on. */
export function foreignStories({ seed, steps, teacher }: WordsSettings): WordProblems {
  return wordProblems({ seed, steps, teacher, stories: "held-out" });
}
