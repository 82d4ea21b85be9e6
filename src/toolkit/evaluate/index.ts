/** @file Evaluation: accuracy, pass@k, spurious steps and kinds of errors with their intervals, and policies compared in pairs.
 *
 * A new measure is a function of rollouts that gives a value with its interval. Tests: tests/toolkit/evaluate, by simulation and by hand.
 */
export { type Accuracy, accuracy } from "./accuracy.ts";
export { type CueTestSets, cueFollowing, cueTestSets } from "./cue-reliance.ts";
export { type PairedDifference, type PairedOptions, pairedBootstrap } from "./paired-bootstrap.ts";
export { meanPassAtK, type PassAtKCounts, passAtK } from "./pass-at-k.ts";
export { type Interval, type Part, type Rate, rateOf, shareOf } from "./rate.ts";
export { reportSolutions, type SolutionReport } from "./solution-report.ts";
export { advantagesByKind, type MeanAdvantage } from "./spurious-advantage.ts";
