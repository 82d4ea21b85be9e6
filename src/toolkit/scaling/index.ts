/** @file Scaling laws of learning curves: fit, compare, predict, and say how much data a method saves. */
export { type FitOptions, fitScalingLaw } from "./fit-scaling-law.ts";
export { equivalentDataSize, predict } from "./predict.ts";
export { predictionBand } from "./prediction-band.ts";
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
