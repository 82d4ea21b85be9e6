/** @file The configuration of the star graph's study: one typed record, checked whole before anything runs, and the protocol. */
import { requirePositive } from "../../core/argument-checks.ts";
import type { StarGraphOptions } from "../../tasks/index.ts";
import {
  METHODS,
  type ModelSettings,
  type PreferenceSettings,
  type RolloutSettings,
  requireCounts,
  requireMethodSettings,
  type TrainingBudget,
} from "../methods/methods.ts";

/** How long the policy was trained by SFT from which a method's data is sampled. */
export const STAR_POLICIES = ["early-stopped", "over-trained"] as const;

export type StarPolicy = (typeof STAR_POLICIES)[number];

/** Forward paths, whose first node is the only choice, or the control without one. */
export type StarTarget = NonNullable<StarGraphOptions["target"]>;

export interface StarConfig {
  /** the seed of each run is added */
  readonly graph: Pick<StarGraphOptions, "degree" | "armLength" | "labels">;
  readonly model: ModelSettings;
  /** the learner before the study: it has read paths backwards in other graphs, so that it can look up an edge */
  readonly base: TrainingBudget & {
    readonly updates: number;
    readonly problems: number;
    /** of its initial weights */
    readonly deviation: number;
  };
  /** problems with the right path */
  readonly size: number;
  readonly sft: TrainingBudget & { readonly updates: Readonly<Record<StarPolicy, number>> };
  readonly methods: readonly Exclude<(typeof METHODS)[number], "sft">[];
  readonly rollouts: RolloutSettings;
  readonly preference: PreferenceSettings & { readonly updates: number };
  /** right samples a problem that rejection fine-tuning keeps, at most */
  readonly rftKept: number;
  readonly seeds: readonly number[];
  readonly validationProblems: number;
  readonly testProblems: number;
}

/** docs/study-protocol.md, "The star graph", says why each number is what it is. */
export const STAR_STUDY: StarConfig = {
  graph: { degree: 2, armLength: 3, labels: 10 },
  model: { layers: 3, channels: 64, heads: 4 },
  base: { problems: 32_000, updates: 400, deviation: 0.1, learningRate: 3e-3, batchSize: 64, checks: 1 },
  size: 2000,
  sft: {
    updates: { "early-stopped": 300, "over-trained": 1000 },
    ...{ learningRate: 2e-3, batchSize: 64, checks: 4 },
  },
  methods: ["rft", "dpo", "step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"],
  rollouts: { samples: 8, negatives: 4, positives: 2, valueSamples: 5 },
  preference: { updates: 150, learningRate: 3e-4, batchSize: 32, checks: 5, beta: 0.1, pairs: 4 },
  rftKept: 4,
  seeds: [21, 22, 23],
  validationProblems: 300,
  testProblems: 3000,
};

/** @throws RangeError or TypeError that names the setting */
export function requireStarConfig(config: StarConfig): void {
  const caller = "a star study";
  requireMethodSettings(caller, config, METHODS);
  requireCounts(caller, {
    "base.problems": config.base.problems,
    size: config.size,
    ...Object.fromEntries(STAR_POLICIES.map((policy) => [`sft.updates, ${policy},`, config.sft.updates[policy]])),
    "preference.updates": config.preference.updates,
    rftKept: config.rftKept,
  });
  requirePositive(caller, "base.deviation", config.base.deviation);
}
