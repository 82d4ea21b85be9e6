/** @file The configuration of the chain study: one typed record, checked whole before anything runs. */
import { requireBetween, requirePositive, wrong } from "../../core/argument-checks.ts";
import type { ChainArithmeticOptions, TeacherStyle } from "../../tasks/index.ts";
import {
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

/** What the learner reads, whose steps it is to learn. The seed of each run is added to it. */
export type ChainTask = Pick<ChainArithmeticOptions, "operators" | "modulus" | "lengths"> &
  Partial<Pick<ChainArithmeticOptions, "zipf" | "tables" | "cue">> & { readonly teacher: Partial<TeacherStyle> };

export interface ChainConfig extends ValidationSettings {
  readonly task: ChainTask;
  /** the learner before the study: chains of known operators in small steps, so that it knows how and not all facts */
  readonly base: TrainingBudget & {
    readonly lengths: readonly [number, number];
    readonly updates: number;
    /** operators 0 to knownOperators - 1, the most frequent ones, are those that it has seen */
    readonly knownOperators: number;
  };
  readonly model: ModelSettings;
  /** problems with a teacher's solution, for supervised fine-tuning alone */
  readonly sizes: readonly number[];
  /** those of `sizes` at which the other methods run */
  readonly comparedSizes: readonly number[];
  readonly methods: readonly Method[];
  readonly seeds: readonly number[];
  /** passes over the problems, from which the number of updates follows, or so many updates at every size */
  readonly sft: TrainingBudget & ({ readonly epochs: number } | { readonly updates: number });
  readonly rollouts: RolloutSettings;
  readonly preference: PreferenceSettings & {
    /** updates as a share of those of supervised fine-tuning at the same size */
    readonly updatesShare: number;
  };
  /** right samples a problem that rejection fine-tuning keeps, at most: a policy for each */
  readonly rftKept: readonly number[];
  readonly testProblems: number;
  /** test problems that pass@k is measured on; by default 500, five times each */
  readonly sampled?: Sampled;
  /** what each policy's own steps are worth to it: test problems, and rollouts a prefix; not measured by default */
  readonly credit?: { readonly problems: number; readonly samples: number };
}

/** @throws RangeError or TypeError that names the setting */
export function requireChainConfig(config: ChainConfig): void {
  const caller = "a study";
  requireMethodSettings(caller, config);
  requireCounts(caller, {
    "base.knownOperators": config.base.knownOperators,
    ...(config.credit && { "credit.problems": config.credit.problems, "credit.samples": config.credit.samples }),
    ...(config.sampled && { "sampled.problems": config.sampled.problems }),
    ...listed("rftKept", config.rftKept),
    ...listed("sizes", config.sizes),
  });
  if (config.sampled) requireCounts(caller, { "sampled.samples": config.sampled.samples }, 5); // pass@5 is reported
  if ("updates" in config.sft) requireCounts(caller, { "sft.updates": config.sft.updates });
  else requirePositive(caller, "sft.epochs", config.sft.epochs);
  requireBetween(caller, "preference.updatesShare", config.preference.updatesShare, 0, 100);
  requireDifferent(caller, "sizes", config.sizes);
  const unknown = config.comparedSizes.find((size) => !config.sizes.includes(size));
  if (unknown !== undefined) {
    throw wrong(caller, `comparedSizes to be among sizes (${config.sizes.join(", ")})`, unknown);
  }
}
