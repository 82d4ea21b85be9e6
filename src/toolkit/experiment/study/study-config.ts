/** @file The configuration of a study: one typed record, checked whole before anything runs. */
import { requireBetween, requireCount, requireOneOf, requirePositive, wrong } from "../../core/argument-checks.ts";
import type { ChainArithmeticOptions, TeacherStyle } from "../../tasks/index.ts";

/** The ways to train that a study compares. */
export const METHODS = [
  ...(["sft", "rft", "rft-process", "dpo", "dpo-farthest"] as const),
  ...(["step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"] as const),
] as const;

export type Method = (typeof METHODS)[number];

/** What the learner reads, whose steps it is to learn. The seed of each run is added to it. */
export type StudyTask = Pick<ChainArithmeticOptions, "operators" | "modulus" | "lengths"> &
  Partial<Pick<ChainArithmeticOptions, "zipf" | "tables" | "cue">> & { readonly teacher: Partial<TeacherStyle> };

/** Updates, and how large each is. */
export interface TrainingBudget {
  readonly learningRate: number;
  readonly batchSize: number;
  /** validation accuracies taken at even distances; the best one's policy is kept */
  readonly checks: number;
}

export interface StudyConfig {
  readonly task: StudyTask;
  /** the learner before the study: chains of known operators in small steps, so that it knows how and not all facts */
  readonly base: TrainingBudget & {
    readonly lengths: readonly [number, number];
    readonly updates: number;
    /** operators 0 to knownOperators - 1, the most frequent ones, are those that it has seen */
    readonly knownOperators: number;
  };
  readonly model: { readonly layers: number; readonly channels: number; readonly heads: number };
  /** problems with a teacher's solution, for supervised fine-tuning alone */
  readonly sizes: readonly number[];
  /** those of `sizes` at which the other methods run */
  readonly comparedSizes: readonly number[];
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** passes over the problems; the number of updates follows from it */
  readonly sft: TrainingBudget & { readonly epochs: number };
  readonly rollouts: {
    /** completions a problem */
    readonly samples: number;
    /** wrong ones a problem whose steps are valued */
    readonly negatives: number;
    /** right ones a problem whose steps are valued, for advantage filtering */
    readonly positives: number;
    /** rollouts a prefix */
    readonly valueSamples: number;
  };
  readonly preference: TrainingBudget & {
    readonly beta: number;
    /** updates as a share of those of supervised fine-tuning at the same size */
    readonly updatesShare: number;
    /** pairs a problem, at most */
    readonly pairs: number;
  };
  /** right samples a problem that rejection fine-tuning keeps, at most: a policy for each */
  readonly rftKept: readonly number[];
  readonly validationProblems: number;
  readonly testProblems: number;
  /** what each policy's own steps are worth to it: test problems, and rollouts a prefix; not measured by default */
  readonly credit?: { readonly problems: number; readonly samples: number };
}

/** @throws RangeError or TypeError that names the setting */
export function requireStudy(config: StudyConfig): void {
  const caller = "a study";
  const counts: [string, number, number][] = [
    ["base.updates", config.base.updates, 1],
    ["base.knownOperators", config.base.knownOperators, 1],
    ["model.layers", config.model.layers, 1],
    ["model.channels", config.model.channels, 1],
    ["model.heads", config.model.heads, 1],
    ["rollouts.samples", config.rollouts.samples, 1],
    ["rollouts.negatives", config.rollouts.negatives, 1],
    ["rollouts.positives", config.rollouts.positives, 0],
    ["rollouts.valueSamples", config.rollouts.valueSamples, 1],
    ["preference.pairs", config.preference.pairs, 1],
    ["validationProblems", config.validationProblems, 1],
    ["testProblems", config.testProblems, 1],
    ...(config.credit === undefined ? [] : creditCounts(config.credit)),
    ...config.rftKept.map((kept, at): [string, number, number] => [`rftKept[${at}]`, kept, 1]),
    ...config.sizes.map((size, at): [string, number, number] => [`sizes[${at}]`, size, 1]),
    ...config.seeds.map((seed, at): [string, number, number] => [`seeds[${at}]`, seed, 0]),
  ];
  for (const [name, value, least] of counts) requireCount(caller, name, value, least, Number.MAX_SAFE_INTEGER);
  for (const name of ["base", "sft", "preference"] as const) {
    requirePositive(caller, `${name}.learningRate`, config[name].learningRate);
    requireCount(caller, `${name}.batchSize`, config[name].batchSize, 1, 2 ** 16);
    requireCount(caller, `${name}.checks`, config[name].checks, 1, 1000);
  }
  requirePositive(caller, "sft.epochs", config.sft.epochs);
  requirePositive(caller, "preference.beta", config.preference.beta);
  requireBetween(caller, "preference.updatesShare", config.preference.updatesShare, 0, 100);
  for (const method of config.methods) requireOneOf(caller, "methods", method, METHODS);
  for (const list of ["sizes", "seeds"] as const) {
    if (new Set(config[list]).size !== config[list].length || config[list].length === 0) {
      throw wrong(caller, `${list} to be different and at least one`, config[list]);
    }
  }
  const unknown = config.comparedSizes.find((size) => !config.sizes.includes(size));
  if (unknown !== undefined)
    throw wrong(caller, `comparedSizes to be among sizes (${config.sizes.join(", ")})`, unknown);
}

function creditCounts({ problems, samples }: NonNullable<StudyConfig["credit"]>): [string, number, number][] {
  return [
    ["credit.problems", problems, 1],
    ["credit.samples", samples, 1],
  ];
}

/** What the stages that give a compared policy are told. */
export interface TrainedSettings extends TrainingBudget {
  readonly task: ChainArithmeticOptions;
  readonly model: StudyConfig["model"];
  readonly seed: number;
  readonly validationProblems: number;
  readonly method: Method;
  readonly size: number;
  readonly updates: number;
  readonly testProblems: number;
  readonly credit?: NonNullable<StudyConfig["credit"]>;
}
