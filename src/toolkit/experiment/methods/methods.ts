/** @file The ways to train that studies compare, and the settings that they share, checked before anything runs. */
import { requireCount, requireOneOf, requirePositive, wrong } from "../../core/argument-checks.ts";
import type { LowRankOptions } from "../../model/index.ts";

export const METHODS = [
  ...(["sft", "rft", "rft-process", "dpo", "dpo-farthest"] as const),
  ...(["step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"] as const),
] as const;

/**
 * Arms that no stored record has yet: SFT after its first run alone, whose samples the methods take where they would else be those of an SFT
 * that knows its training problems by heart; RFT that goes on from the SFT policy; the base learner's own right samples and no teacher; the
 * paper's full pairs with the teacher's solution as the chosen side; and full pairs cut at a random step, their control.
 */
export const ARMS = [
  ...(["sft-early", "rft-from-sft", "rft-no-teacher"] as const),
  ...(["step-dpo-full-teacher", "step-dpo-full-shuffled"] as const),
] as const;

export type Method = (typeof METHODS)[number] | (typeof ARMS)[number];

/** All that a study may compare. */
export const ALL_METHODS: readonly Method[] = [...METHODS, ...ARMS];

export interface ModelSettings {
  readonly layers: number;
  readonly channels: number;
  readonly heads: number;
}

/** Runs from the same start: each so many times as long as the one before, and how many may follow the first. */
export interface LongerRuns {
  readonly times: number;
  readonly most: number;
  /** how many in a row must be no better than the best before them, to end it; 1 by default */
  readonly patience?: number;
}

/** Updates, and how large each is. */
export interface TrainingBudget {
  readonly learningRate: number;
  readonly batchSize: number;
  /** validation accuracies taken at even distances; the best one's policy is kept */
  readonly checks: number;
  /** longer runs that may follow while the best check still rises; default: one run, however it ends */
  readonly longer?: LongerRuns;
  /** adapters beside frozen weights; default: all weights are trained */
  readonly lowRank?: LowRankOptions;
}

/** What a supervised method is trained by: an early SFT policy is that of the first run. */
export function budgetOf<Budget extends TrainingBudget>(method: Method, budget: Budget): Budget {
  return method === "sft-early" ? { ...budget, longer: undefined } : budget;
}

/** What a policy's checks are made of. */
export interface ValidationSettings {
  readonly validationProblems: number;
  /** at temperature 1 of each problem: accuracy is pass@1; default: greedy answers */
  readonly validationSamples?: number;
}

/** What a policy writes for its training problems, and which of it is valued. */
export interface RolloutSettings {
  /** completions a problem */
  readonly samples: number;
  /** wrong ones a problem whose steps are valued */
  readonly negatives: number;
  /** right ones a problem whose steps are valued, for advantage filtering */
  readonly positives: number;
  /** rollouts a prefix */
  readonly valueSamples: number;
}

export interface PreferenceSettings extends TrainingBudget {
  readonly beta: number;
  /** pairs a problem, at most */
  readonly pairs: number;
}

/** What every study of methods sets. */
interface MethodSettings extends ValidationSettings {
  /** of a learner that begins untrained, with what it learns before the study */
  readonly model?: ModelSettings;
  readonly base?: TrainingBudget & { readonly updates: number };
  readonly sft: TrainingBudget;
  readonly methods: readonly Method[];
  readonly rollouts: RolloutSettings;
  readonly preference: PreferenceSettings;
  readonly seeds: readonly number[];
  readonly testProblems: number;
}

/** @param known the methods that the study can plan @throws RangeError or TypeError that names the setting */
export function requireMethodSettings(caller: string, config: MethodSettings, known = ALL_METHODS): void {
  const { base, model } = config;
  requireCounts(caller, {
    ...(base && { "base.updates": base.updates }),
    ...(model && { "model.layers": model.layers, "model.channels": model.channels, "model.heads": model.heads }),
    "rollouts.samples": config.rollouts.samples,
    "rollouts.negatives": config.rollouts.negatives,
    "rollouts.valueSamples": config.rollouts.valueSamples,
    "preference.pairs": config.preference.pairs,
    validationProblems: config.validationProblems,
    ...(config.validationSamples !== undefined && { validationSamples: config.validationSamples }),
    testProblems: config.testProblems,
  });
  requireCounts(caller, { "rollouts.positives": config.rollouts.positives, ...listed("seeds", config.seeds) }, 0);
  for (const [name, budget] of Object.entries({
    ...(base && { base }),
    sft: config.sft,
    preference: config.preference,
  })) {
    requirePositive(caller, `${name}.learningRate`, budget.learningRate);
    requireCount(caller, `${name}.batchSize`, budget.batchSize, 1, 2 ** 16);
    requireCount(caller, `${name}.checks`, budget.checks, 1, 1000);
    const { longer } = budget;
    if (longer === undefined) continue;
    requireCount(caller, `${name}.longer.times`, longer.times, 2, 100);
    requireCount(caller, `${name}.longer.most`, longer.most, 1, 20);
    requireCount(caller, `${name}.longer.patience`, longer.patience ?? 1, 1, longer.most);
  }
  requirePositive(caller, "preference.beta", config.preference.beta);
  for (const method of config.methods) requireOneOf(caller, "methods", method, known);
  requireDifferent(caller, "seeds", config.seeds);
}

/** Throws unless each is an integer that is not below `least`. */
export function requireCounts(caller: string, counts: Readonly<Record<string, number>>, least = 1): void {
  for (const [name, value] of Object.entries(counts)) {
    requireCount(caller, name, value, least, Number.MAX_SAFE_INTEGER);
  }
}

/** The values of a list by the names that an error gives them. */
export function listed(name: string, values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, at) => [`${name}[${at}]`, value]));
}

/** Throws unless the list holds something, and nothing twice. */
export function requireDifferent(caller: string, name: string, values: readonly number[]): void {
  if (new Set(values).size === values.length && values.length > 0) return;
  throw wrong(caller, `${name} to be different and at least one`, values);
}
