/** @file The configuration of the study of word problems with a published model: beside the methods, the checkpoint and the ways to train it. */
import { requireList, requireOneOf, requirePositive, wrong } from "../../core/argument-checks.ts";
import type { LowRankOptions } from "../../model/index.ts";
import { LONGER_WORDS, requireWordsMethods, WORDS_STUDY, type WordsMethods } from "./words-config.ts";

/** A way to train: all weights, or adapters beside them; each with rates of its own. */
export interface Training {
  readonly name: "full" | "low-rank";
  readonly lowRank?: LowRankOptions;
  readonly rates: { readonly sft: number; readonly preference: number };
}

export interface PretrainedWordsConfig extends WordsMethods {
  /** a folder as transformers saves them, or a GGUF file; undefined: none yet, and nothing can be run */
  readonly checkpoint?: string;
  readonly trainings: readonly Training[];
}

/** For a GPU: hours of two cores for each policy of a model of 135 million weights. */
const PRETRAINED_STUDY: PretrainedWordsConfig = {
  ...{ teacher: WORDS_STUDY.teacher, steps: WORDS_STUDY.steps },
  ...{ sizes: WORDS_STUDY.sizes, comparedSizes: WORDS_STUDY.comparedSizes },
  methods: [
    ...(["sft", "sft-early", "rft", "rft-from-sft", "dpo"] as const),
    ...(["step-dpo-full", "step-dpo-full-teacher", "step-dpo-full-shuffled"] as const),
    ...(["step-dpo-forked", "step-dpo-shuffled"] as const),
  ],
  seeds: [51, 52],
  trainings: [
    { name: "full", rates: { sft: 5e-5, preference: 2e-6 } },
    { name: "low-rank", lowRank: { rank: 16, alpha: 32 }, rates: { sft: 5e-4, preference: 2e-5 } },
  ],
  sft: { epochs: 3, learningRate: 5e-5, batchSize: 16, checks: 3, longer: LONGER_WORDS },
  rollouts: WORDS_STUDY.rollouts,
  preference: {
    learningRate: 2e-6,
    batchSize: 16,
    checks: 3,
    beta: 0.1,
    pairs: 8,
    longer: LONGER_WORDS,
  },
  rftKept: WORDS_STUDY.rftKept,
  ...{ validationProblems: 300, validationSamples: 4, testProblems: 2000 },
  sampled: WORDS_STUDY.sampled,
};

/** One round of SFT, RFT, DPO and per-step DPO, by either training: it shows that all of it runs on a checkpoint, and no number to be read. */
const PRETRAINED_QUICK: PretrainedWordsConfig = {
  ...PRETRAINED_STUDY,
  steps: [2, 2],
  ...{ sizes: [4], comparedSizes: [4], seeds: [51] },
  methods: ["sft", "rft", "dpo", "step-dpo-full-teacher"],
  trainings: [
    { name: "full", rates: { sft: 2e-4, preference: 1e-5 } },
    { name: "low-rank", lowRank: { rank: 8 }, rates: { sft: 4e-3, preference: 1e-4 } },
  ],
  sft: { epochs: 4, learningRate: 2e-4, batchSize: 4, checks: 1 },
  rollouts: { samples: 4, negatives: 1, positives: 0, valueSamples: 2 },
  preference: { learningRate: 1e-5, batchSize: 1, checks: 1, beta: 0.1, pairs: 1 },
  ...{ validationProblems: 1, validationSamples: 1, testProblems: 1 },
  sampled: { problems: 1, samples: 1 },
};

/** By the names that `npm run study` takes. */
export const PRETRAINED_PROFILES: Readonly<Record<string, PretrainedWordsConfig>> = {
  "words-pretrained": PRETRAINED_STUDY,
  "words-pretrained-quick": PRETRAINED_QUICK,
};

export const CALLER = "a words study of a pretrained model";

/** @throws RangeError or TypeError that names the setting */
export function requirePretrainedWords(config: PretrainedWordsConfig): void {
  requireWordsMethods(config);
  requireTrainings(config.trainings);
}

function requireTrainings(trainings: readonly Training[]): void {
  requireList(CALLER, "trainings to be an array", trainings);
  if (trainings.length === 0) throw wrong(CALLER, "at least one training", 0);
  for (const { name, lowRank, rates } of trainings) {
    requireOneOf(CALLER, "trainings' name", name, ["full", "low-rank"]);
    if ((lowRank !== undefined) !== (name === "low-rank")) throw wrong(CALLER, `lowRank for "low-rank" alone`, name);
    for (const [of, rate] of Object.entries(rates)) requirePositive(CALLER, `rates.${of}`, rate);
  }
}
