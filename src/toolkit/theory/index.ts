/** @file The RL-inspired conceptual model: problems as graphs of steps, exact values, exact optima and exact learning curves.
 *
 * Everything is exact: no engine, and no samples but for sampled-reinforcement.ts. A new method is an `Objective` (objective.ts) or data for one.
 * Tests: tests/toolkit/theory, by finite differences, by properties of random graphs and by rollouts; tests/reference/theory.py in Python.
 */
export { advantageFilteredSteps, advantageWeightedOptimum, advantageWeightedSteps } from "./advantage-data.ts";
export { type CueProblemOptions, type CueProblems, cueProblems } from "./cue-problems.ts";
export { type CurvePoint, dataReaching } from "./data-reaching.ts";
export { bestOfK, type ExactValues, exactPassAtK, exactValues } from "./exact-values.ts";
export { findOptimum, type Optimum } from "./find-optimum.ts";
export { firstPitChances } from "./first-pit.ts";
export { type FlowOptions, type FlowPoint, gradientFlow } from "./gradient-flow.ts";
export { likelihoodOptimum, weightedLikelihood } from "./likelihood.ts";
export { lossAndGradient, type Objective, type Slope, sumOfObjectives } from "./objective.ts";
export { policyDivergence } from "./policy-divergence.ts";
export { type ReinforcementParts, reinforcement } from "./policy-gradient.ts";
export {
  type PreferenceOptions,
  type PreferencePair,
  type PreferencePairs,
  preferenceObjective,
} from "./preference.ts";
export { type PitPairOptions, pitPairs, responsePairs } from "./preference-data.ts";
export { type ProverFit, proverFit } from "./prover.ts";
export { type RandomGraphOptions, randomStepGraph } from "./random-graph.ts";
export { sampleContinuation } from "./sample-solution.ts";
export { type SampledReinforcementOptions, sampledReinforcement } from "./sampled-reinforcement.ts";
export { type ShortcutProblemOptions, shortcutProblems } from "./shortcut-problems.ts";
export { policyAt, type SoftmaxFamily, type StepTable, softmaxFamily, type WeightedPolicy } from "./softmax-family.ts";
export { type Continuation, type Solution, type StepPlace, solutionsOf } from "./solutions.ts";
export { type ComparisonOptions, stepComparisons } from "./step-comparison.ts";
export {
  type Policy,
  type StepAction,
  type StepGraph,
  type StepStart,
  type StepState,
  writtenPolicy,
} from "./step-graph.ts";
export { type RandomKindsOptions, randomStepKinds, type StepKind, stepKindGraph } from "./step-kinds.ts";
export { pairExamples, type StepSignal, stepSignal, type TrainingExample } from "./step-signal.ts";
export { unfold } from "./unfold.ts";
export { type RejectionOptions, rejectionSteps, verifiedPolicy, verifiedSteps } from "./verified-data.ts";
