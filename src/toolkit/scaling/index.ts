/** @file Scaling laws of learning curves: fit, compare, predict, and say how much data a method saves. */
export { type BackTest, type BackTestRow, backTest } from "./back-test.ts";
export { bootstrapLaw, type LawBootstrap, type LawBootstrapOptions } from "./bootstrap-law.ts";
export { compareFits, type FitComparisonRow, type NestedTest, nestedTest } from "./compare-fits.ts";
export { compareLaws, type LawComparisonRow } from "./compare-laws.ts";
export { type DataMultiplierEstimate, type DataMultiplierFailure, dataMultiplier } from "./data-multiplier.ts";
export { type Doubt, type DoubtKind, fitDoubts } from "./fit-doubts.ts";
export { fitLaw, type LawFit, type LawFitResult } from "./fit-law.ts";
export { type FitOptions, fitScalingLaw } from "./fit-scaling-law.ts";
export { type CurveColumns, fitScalingLaws } from "./fit-scaling-laws.ts";
export { fitScoredRuns } from "./fit-scored-runs.ts";
export { impliedExponent } from "./implied-exponent.ts";
export { type LawBandRow, lawBand } from "./law-band.ts";
export type { LawColumns } from "./law-measurements.ts";
export type { LawFitOptions } from "./law-request.ts";
export { brokenPowerLaw } from "./laws/broken-power-law.ts";
export { chinchillaLaw } from "./laws/chinchilla.ts";
export { defineLaw, type LawDefinition } from "./laws/define-law.ts";
export type { Dual, DualArithmetic, Term } from "./laws/dual-numbers.ts";
export type { Law } from "./laws/law.ts";
export { logLinearLaw, powerFloorLaw, powerLaw } from "./laws/learning-curves.ts";
export { repeatedDataLaw } from "./laws/repeated-data.ts";
export type { ResidualSpace } from "./least-squares/law-problem.ts";
export type { Loss } from "./least-squares/loss.ts";
export { type Measurement, measurementDeviation } from "./measurement-noise.ts";
export { equivalentDataSize, predict } from "./predict.ts";
export { predictionBand } from "./prediction-band.ts";
export { type LikelihoodProfile, profileLaw } from "./profile-law.ts";
export { type RunsTest, runsTest } from "./runs-test.ts";
export type { ScoredRun } from "./scored-runs.ts";
export { meanOverSeeds, type SeedMean } from "./seed-mean.ts";
export { type SeededMultiplier, type SeededRun, seededMultiplier } from "./seed-multiplier.ts";
export {
  pairedMultiplier,
  type SharedShapeMultiplier,
  type SharedShapeOptions,
  sharedShapeMultiplier,
} from "./shared-shape-multiplier.ts";
export type { Starts } from "./start-grid.ts";
export type {
  BootstrapDraws,
  ErrorModel,
  Estimate,
  Failure,
  FittedScalingLaw,
  Interval,
  IntervalMethod,
  LawName,
  LearningCurvePoint,
  ParameterName,
  PredictionBandRow,
  ResamplingKind,
  ScalingLawFit,
} from "./types.ts";
