/** @file Scaling laws: fit them, doubt them, predict by them, and say how much data a method saves.
 *
 * laws/ are formulas, solvers/ find minima, fit/ makes a FittedLaw of rows and a law, which shows itself with its doubts (fit/doubts);
 * doubt/ and multiplier/ take FittedLaws. A
 * new law is a file in laws/ (laws.test.ts: its optimum by scipy), a new solver an object of solvers/task.ts (law-noise.test.ts:
 * solvers agree), a new question to a fit a file in doubt/ (its coverage is simulated: docs/statistics.md has the table).
 */
export {
  type AverageBackTest,
  type AverageForecast,
  averageForecast,
  backTestAverage,
} from "./doubt/average-forecast.ts";
export { type BackTest, type BackTestRow, backTest } from "./doubt/back-test.ts";
export {
  compareFits,
  type FitComparison,
  type FitComparisonRow,
  type NestedTest,
  nestedTest,
} from "./doubt/compare-fits.ts";
export {
  type ComputeOptimum,
  computeOptimum,
  type IsoFlopFrontier,
  isoFlopFrontier,
} from "./doubt/compute-optimal.ts";
export {
  type DerivedOptions,
  type DerivedQuantity,
  deriveQuantity,
  parameterCorrelations,
} from "./doubt/derived-quantity.ts";
export { type GoodnessOfFit, goodnessOfFit } from "./doubt/goodness.ts";
export { type JointRegion, jointRegion } from "./doubt/joint-region.ts";
export { type LikelihoodProfile, profileLaw } from "./doubt/profile-law.ts";
export { predictThrough, type StagedPrediction } from "./doubt/two-stages.ts";
export { fitDoubts } from "./fit/doubts/fit-doubts.ts";
export type { Doubt, DoubtKind } from "./fit/doubts/request-doubts.ts";
export { residualRuns } from "./fit/doubts/residual-runs.ts";
export { type RunsTest, runsTest } from "./fit/doubts/runs-test.ts";
export { fitGroups, type GroupedFit, type GroupedFitOptions } from "./fit/fit-groups.ts";
export { fitScalingLawsInParallel } from "./fit/fit-in-parallel.ts";
export { fitLaw, withIntervals } from "./fit/fit-law.ts";
export { type FitOptions, fitScalingLaw, type LawName } from "./fit/fit-scaling-law.ts";
export { type CurveColumns, fitScalingLaws } from "./fit/fit-scaling-laws.ts";
export {
  type BootstrapDraws,
  type Draw,
  type Estimate,
  type FailedFit,
  type Failure,
  type FittedLaw,
  type FittedScalingLaw,
  fittedMeasurements,
  type Interval,
  type IntervalMethod,
  type LawColumns,
  type LawFit,
  type LawRequest,
  type Measurement,
  type NoiseKind,
  type ResamplingKind,
  type ScalingLawFit,
  type SeedEffect,
} from "./fit/fitted-law.ts";
export type { IntervalOptions, LawFitOptions } from "./fit/law-request.ts";
export { type MeasurementNoise, measurementDeviation } from "./fit/measurement-noise.ts";
export type { MeasurementColumns } from "./fit/measurements.ts";
export type { ErrorModel, LearningCurvePoint } from "./fit/point-checks.ts";
export { type Prediction, predict } from "./fit/predict.ts";
export { type BandOptions, type BandRow, type PredictionRow, predictionBand } from "./fit/prediction-band.ts";
export type { ReadAt } from "./fit/read-law.ts";
export { brokenPowerLaw, brokenPowerLawWith } from "./laws/broken-power-law.ts";
export { chinchillaLaw } from "./laws/chinchilla.ts";
export { dataMixingLaw } from "./laws/data-mixing.ts";
export { defineLaw, type LawDefinition } from "./laws/define-law.ts";
export type { Dual, DualArithmetic, Term } from "./laws/dual-numbers.ts";
export { farseerLaw } from "./laws/farseer.ts";
export { frontierLaw, isoFlopLaw } from "./laws/iso-flop.ts";
export { kaplanLaw } from "./laws/kaplan.ts";
export type { Law, Tie } from "./laws/law.ts";
export { logLinearLaw, type PowerParameter, powerFloorLaw, powerLaw } from "./laws/learning-curves.ts";
export { overTrainingLaw } from "./laws/over-training.ts";
export { dataConstrainedLaw, repeatedDataLaw } from "./laws/repeated-data.ts";
export { chanceCeilingLaw, computeSigmoidLaw, coverageLaw, errorByLossLaw } from "./laws/saturating-laws.ts";
export type { Starts } from "./laws/start-grid.ts";
export {
  type DataMultiplierEstimate,
  type DataMultiplierFailure,
  dataMultiplier,
} from "./multiplier/data-multiplier.ts";
export { type EquivalentDataSize, equivalentDataSize } from "./multiplier/equivalent-data-size.ts";
export { fitScoredRuns } from "./multiplier/fit-scored-runs.ts";
export { impliedExponent } from "./multiplier/implied-exponent.ts";
export type { ScoredRun } from "./multiplier/scored-runs.ts";
export { meanOverSeeds, type SeedMean } from "./multiplier/seed-mean.ts";
export { type SeededMultiplier, type SeededRun, seededMultiplier } from "./multiplier/seed-multiplier.ts";
export {
  pairedMultiplier,
  type SharedShapeMultiplier,
  type SharedShapeOptions,
  sharedShapeMultiplier,
} from "./multiplier/shared-shape-multiplier.ts";
export type { ResidualSpace } from "./solvers/trust-region/law-problem.ts";
export type { Loss } from "./solvers/trust-region/loss.ts";
