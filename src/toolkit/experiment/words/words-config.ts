/** @file The configuration of the study of word problems: one typed record, checked whole before anything runs, and its profiles. */
import { requireCount, requirePositive, wrong } from "../../core/argument-checks.ts";
import type { WordTeacherStyle } from "../../tasks/index.ts";
import {
  ALL_METHODS,
  listed,
  type Method,
  type ModelSettings,
  type PreferenceSettings,
  type RolloutSettings,
  requireCounts,
  requireDifferent,
  requireMethodSettings,
  type TrainingBudget,
  type ValidationSettings,
} from "../methods/methods.ts";
import type { Sampled } from "../methods/sampled.ts";

/** What is asked of any learner. */
export interface WordsMethods extends ValidationSettings {
  readonly teacher: WordTeacherStyle;
  readonly steps: readonly [number, number];
  /** the largest number on the way to an answer; 999 by default */
  readonly largest?: number;
  /** problems with a teacher's solution, for supervised fine-tuning alone */
  readonly sizes: readonly number[];
  /** those of `sizes` at which the other methods run */
  readonly comparedSizes: readonly number[];
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** passes over the problems; the number of updates follows from it */
  readonly sft: TrainingBudget & { readonly epochs: number };
  readonly rollouts: RolloutSettings;
  readonly preference: PreferenceSettings;
  /** right samples a problem that rejection fine-tuning keeps, at most */
  readonly rftKept: number;
  /** greedy answers, of the known stories and of those that are never trained on */
  readonly testProblems: number;
  /** samples at temperature 1 of each of so many test problems: the primary measure, pass@1 */
  readonly sampled: Sampled;
}

/** Sums without a story, each drawn anew. */
export type SumsBudget = Pick<TrainingBudget, "learningRate" | "batchSize"> & { readonly updates: number };

/** With a learner from scratch. */
export interface WordsConfig extends WordsMethods {
  readonly model: ModelSettings;
  /** the learner before the study: it has practised sums, and then read solutions of two steps, in small steps */
  readonly base: TrainingBudget & {
    readonly sums: SumsBudget;
    readonly updates: number;
    readonly problems: number;
  };
}

/** Four and sixteen times the passes; the best of the three runs is kept. */
export const LONGER_WORDS = { times: 4, most: 2, patience: 2 };

/** docs/study-protocol.md, "Word problems", says why each number is what it is. */
export const WORDS_STUDY: WordsConfig = {
  teacher: { terseRate: 0.3, uselessRate: 0.2, luckyRate: 0.05 },
  steps: [2, 4],
  model: { layers: 4, channels: 160, heads: 4 },
  base: {
    ...{ problems: 16_000, updates: 1500, learningRate: 2e-3, batchSize: 64, checks: 1 },
    sums: { updates: 4000, learningRate: 2e-3, batchSize: 128 },
  },
  sizes: [500, 1000, 2000, 4000, 8000],
  comparedSizes: [500, 1000, 2000],
  methods: ALL_METHODS,
  seeds: [31, 32, 33, 34, 35],
  sft: { epochs: 24, learningRate: 1e-3, batchSize: 64, checks: 8, longer: LONGER_WORDS },
  rollouts: { samples: 8, negatives: 8, positives: 2, valueSamples: 5 },
  preference: {
    learningRate: 1e-4,
    batchSize: 64,
    checks: 8,
    beta: 0.1,
    pairs: 8,
    longer: LONGER_WORDS,
  },
  rftKept: 4,
  validationProblems: 300,
  validationSamples: 4,
  testProblems: 5000,
  sampled: { problems: 2000, samples: 8 },
};

/** Three minutes of two cores a seed: a small learner, numbers to 99 and few problems. It shows the road, not what the paper's claims are worth. */
const WORDS_QUICK: WordsConfig = {
  ...WORDS_STUDY,
  ...{ steps: [2, 3], largest: 99 },
  model: { layers: 2, channels: 64, heads: 4 },
  base: {
    ...{ problems: 16_000, updates: 1200, learningRate: 5e-3, batchSize: 32, checks: 1 },
    sums: { updates: 1500, learningRate: 5e-3, batchSize: 128 },
  },
  sizes: [100, 200, 400],
  comparedSizes: [100],
  methods: ["sft", "rft", "dpo", "step-dpo-full", "step-dpo-forked", "step-dpo-shuffled"],
  seeds: [41],
  sft: { epochs: 8, learningRate: 5e-4, batchSize: 32, checks: 2, longer: { times: 2, most: 1 } },
  rollouts: { samples: 8, negatives: 4, positives: 0, valueSamples: 5 },
  preference: { learningRate: 2e-4, batchSize: 32, checks: 2, beta: 0.1, pairs: 4, longer: { times: 2, most: 1 } },
  ...{ validationProblems: 64, validationSamples: 2, testProblems: 200 },
  sampled: { problems: 200, samples: 4 },
};

/** By the names that `npm run study` takes. */
export const WORDS_PROFILES: Readonly<Record<string, WordsConfig>> = { words: WORDS_STUDY, "words-quick": WORDS_QUICK };

/** @throws RangeError or TypeError that names the setting */
export function requireWordsConfig(config: WordsConfig): void {
  const { problems, sums } = config.base;
  requireCounts(CALLER, { "base.problems": problems, "base.sums.updates": sums.updates });
  requireCount(CALLER, "base.sums.batchSize", sums.batchSize, 1, 2 ** 16);
  requirePositive(CALLER, "base.sums.learningRate", sums.learningRate);
  requireWordsMethods(config);
}

const CALLER = "a words study";

/** @throws RangeError or TypeError that names the setting */
export function requireWordsMethods(config: WordsMethods): void {
  const caller = CALLER;
  requireMethodSettings(caller, config);
  requireCounts(caller, {
    rftKept: config.rftKept,
    "sampled.problems": config.sampled.problems,
    "sampled.samples": config.sampled.samples,
    ...listed("sizes", config.sizes),
  });
  requirePositive(caller, "sft.epochs", config.sft.epochs);
  requireDifferent(caller, "sizes", config.sizes);
  const unknown = config.comparedSizes.find((size) => !config.sizes.includes(size));
  if (unknown !== undefined) {
    throw wrong(caller, `comparedSizes to be among sizes (${config.sizes.join(", ")})`, unknown);
  }
}
