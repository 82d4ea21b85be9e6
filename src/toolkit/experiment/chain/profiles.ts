/** @file The protocols of the chain study: the full one, a quick one that shows the same in minutes, and those that vary one thing. */
import type { ChainConfig } from "./chain-config.ts";

/** docs/study-protocol.md says why each number is what it is. */
export const FULL_STUDY: ChainConfig = {
  task: { operators: 24, modulus: 10, lengths: [4, 4], zipf: 0.7, teacher: { skipRate: 0.5 } },
  base: { lengths: [1, 3], updates: 500, knownOperators: 24, learningRate: 3e-3, batchSize: 128, checks: 2 },
  model: { layers: 2, channels: 64, heads: 4 },
  sizes: [250, 500, 1000, 2000, 4000, 8000, 16_000],
  comparedSizes: [1000, 2000, 4000],
  methods: [
    ...(["sft", "rft", "rft-process", "dpo", "dpo-farthest"] as const),
    ...(["step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"] as const),
  ],
  seeds: [21, 22, 23, 24, 25],
  sft: { epochs: 10, learningRate: 2e-3, batchSize: 64, checks: 5 },
  rollouts: { samples: 8, negatives: 4, positives: 2, valueSamples: 5 },
  preference: { learningRate: 1e-4, batchSize: 64, checks: 5, beta: 0.1, updatesShare: 1, pairs: 4 },
  rftKept: [4],
  validationProblems: 500,
  testProblems: 20_000,
};

/** One seed, three sizes, four methods: what the full study finds, without its certainty. */
export const QUICK_STUDY: ChainConfig = {
  ...FULL_STUDY,
  sizes: [250, 500, 1000],
  comparedSizes: [1000],
  methods: ["sft", "rft", "dpo", "step-dpo-forked"],
  seeds: [21],
  validationProblems: 250,
  testProblems: 2000,
};

/** Rejection fine-tuning with more and more samples a problem, all at equal updates. */
export const RFT_SAMPLES_STUDY: ChainConfig = {
  ...FULL_STUDY,
  sizes: [2000],
  comparedSizes: [2000],
  methods: ["sft", "rft", "rft-process"],
  rollouts: { ...FULL_STUDY.rollouts, samples: 64 },
  rftKept: [1, 2, 4, 8, 16, 32, 64],
};

/** With a cue for the answer, right half the time in training and at chance where policies are chosen and tested. */
export const CUE_STUDY: ChainConfig = {
  ...FULL_STUDY,
  task: { ...FULL_STUDY.task, cue: { place: "answer", rate: 0.5, brokenIn: ["validation", "test"] } },
  sizes: [125, 250, 500, 1000, 2000, 4000],
  comparedSizes: [2000],
  testProblems: 5000,
  credit: { problems: 200, samples: 5 },
};

/** With the likely mechanism switched off: a teacher who writes as the learner does, in small steps. */
export const SMALL_STEPS_STUDY: ChainConfig = {
  ...FULL_STUDY,
  task: { ...FULL_STUDY.task, teacher: { skipRate: 0 } },
  sizes: [250, 1000],
  comparedSizes: [250, 1000],
  methods: ["sft", "rft", "dpo", "step-dpo-forked"],
  testProblems: 5000,
};

/** Longer runs, until held-out error has stopped falling. */
const UNTIL_IT_STOPS = { times: 4, most: 3, patience: 2 };

/** Once more, by what was learnt from the full study: every policy trained until held-out error stops falling, measured by pass@1. */
export const TRAINED_OUT_STUDY: ChainConfig = {
  ...FULL_STUDY,
  task: { ...FULL_STUDY.task, teacher: { skipRate: 0.3 } },
  sizes: [500, 1000, 2000, 4000, 8000, 16_000],
  comparedSizes: [1000, 2000],
  methods: [
    ...(["sft", "sft-early", "rft", "rft-from-sft", "rft-no-teacher", "dpo", "advantage-filtered"] as const),
    ...(["step-dpo-full", "step-dpo-full-teacher", "step-dpo-full-shuffled"] as const),
    ...(["step-dpo-forked", "step-dpo-shuffled"] as const),
  ],
  seeds: [121, 122, 123, 124, 125, 126, 127, 128, 129, 130],
  sft: { learningRate: 2e-3, batchSize: 64, checks: 5, updates: 312, longer: UNTIL_IT_STOPS },
  rollouts: { ...FULL_STUDY.rollouts, negatives: 8 },
  preference: { ...FULL_STUDY.preference, pairs: 8, updatesShare: 0.5, longer: UNTIL_IT_STOPS },
  validationSamples: 4,
  sampled: { problems: 5000, samples: 5 },
  testProblems: 5000,
};

/** More samples a problem once more, each policy trained until held-out error stops falling: neither updates nor passes are equal, both are enough. */
export const KEPT_TRAINED_OUT_STUDY: ChainConfig = {
  ...TRAINED_OUT_STUDY,
  sizes: [2000],
  comparedSizes: [2000],
  methods: ["sft", "sft-early", "rft", "rft-process"],
  seeds: [121, 122, 123, 124, 125],
  rollouts: { ...TRAINED_OUT_STUDY.rollouts, samples: 64 },
  rftKept: [1, 4, 16, 64],
};

/** By the names that `npm run study` takes. */
export const CHAIN_PROFILES: Readonly<Record<string, ChainConfig>> = {
  quick: QUICK_STUDY,
  full: FULL_STUDY,
  "trained-out": TRAINED_OUT_STUDY,
  "rft-samples": RFT_SAMPLES_STUDY,
  "kept-trained-out": KEPT_TRAINED_OUT_STUDY,
  cue: CUE_STUDY,
  "small-steps": SMALL_STEPS_STUDY,
};
