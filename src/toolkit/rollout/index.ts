/** @file Rollouts: what a policy writes, how good each step of it is, and the training data that is chosen from it.
 *
 * A policy is a `ContinueFrom` (policy.ts); a new choice of data is a function of rollouts beside preference-pairs.ts and solutions.ts.
 * A request's tokens may not hang on its batch. Tests: tests/toolkit/rollout; sample.test.ts for the cache, selection.test.ts for the choices.
 */
export { advantageFiltered, advantageWeighted, type WeightedCompletion } from "./advantage-weights.ts";
export type { TokenOptions } from "./choose-token.ts";
export { continueFrom } from "./continue-from.ts";
export { editDistance } from "./edit-distance.ts";
export type { ContinueFrom, Prefix } from "./policy.ts";
export { farthestPairs, type PairOptions, type PreferencePair, randomPairs } from "./preference-pairs.ts";
export type { SampleRequest } from "./prompt-groups.ts";
export { type RecordedWork, recordBatches } from "./recorded-batches.ts";
export {
  countVerdicts,
  type ProblemKey,
  type ProblemRollouts,
  type Rollout,
  type SamplingOptions,
  sampleRollouts,
  type VerdictCounts,
} from "./rollouts.ts";
export { requestsFor, type Sampled, type SampleOptions, sample } from "./sample.ts";
export { describeSelection, type Selection, type SkipCounts, type SkipReason } from "./selection.ts";
export { type SequenceLogProb, sequenceLogProbs } from "./sequence-log-probs.ts";
export { type PositiveOptions, selectNegatives, selectPositives } from "./solutions.ts";
export { type StepPairOptions, stepPairs } from "./step-pairs.ts";
export {
  type PrefixTally,
  problemOf,
  type Solution,
  type ValuedSolution,
  type ValuingOptions,
  valueSteps,
} from "./step-values.ts";
export type { TransformerPolicy } from "./transformer-policy.ts";
export { chanceOfAny, firstPit, prefixValue, prefixValues, stepAdvantages, type ValueEstimate } from "./values.ts";
