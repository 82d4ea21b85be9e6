/** @file What the pipeline's contestants are asked and answer. */

/** In the order in which they are worked through. */
export const STAGES = ["start", "base", "sft", "rollouts", "values", "greedy", "dpo", "step-dpo"] as const;
export type Stage = (typeof STAGES)[number];
export const POLICIES = ["sft", "dpo", "step-dpo"] as const;
export type Policy = (typeof POLICIES)[number];

export interface Training {
  readonly updates: number;
  readonly batchSize: number;
  /** the peak of a cosine after 20 updates of warm-up */
  readonly rate: number;
}

export interface Job {
  readonly seed: number;
  readonly threads: number;
  /** short problems for the base policy, problems for the others, problems of the test split: counts */
  readonly lessons: number;
  readonly problems: number;
  readonly tests: number;
  /** rollouts a problem, and a prefix */
  readonly samples: number;
  readonly prefixSamples: number;
  readonly base: Training;
  readonly sft: Training;
  readonly preference: Training;
}

/** What the peer works on, in the words of the task, with spaces between. */
export interface PeerData {
  readonly vocabulary: readonly string[];
  readonly contextLength: number;
  readonly maxTokens: number;
  /** prompt, completion */
  readonly lesson: readonly (readonly [string, string])[];
  readonly examples: readonly (readonly [string, string])[];
  readonly train: readonly string[];
  readonly test: readonly string[];
  readonly prefixes: readonly string[];
  /** context, chosen, rejected */
  readonly pairs: readonly (readonly [string, string, string])[];
  readonly steps: readonly (readonly [string, string, string])[];
}

/** Greedy answers to the test problems, in their order, in words. */
export type PeerAnswers = Readonly<Record<Policy, readonly string[]>>;

export interface StageTimes {
  readonly seconds: Readonly<Record<Stage, number>>;
  /** of all threads */
  readonly cpuSeconds: Readonly<Record<Stage, number>>;
  /** share of the test problems that are not answered rightly, greedy */
  readonly errors: Readonly<Record<Policy, number>>;
  readonly peakMb: number;
}
