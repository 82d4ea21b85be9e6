/** @file The nouns of a scaling-law analysis: points, laws, estimates with their intervals, and fits, all plain data. */

/** How an interval was made: from the covariance, from the likelihood's profile, or from refits of resampled data. */
export type IntervalMethod = "wald" | "profile" | "bootstrap";

/** A range that holds the true value in a share `level` of repeated studies. */
export interface Interval {
  low: number;
  high: number;
  /** nominal coverage, in (0, 1) */
  level: number;
  method: IntervalMethod;
}

/** A failure of the problem, not of the call; the reason advises. */
export interface Failure {
  ok: false;
  reason: string;
}

/** A fitted number with its uncertainty. */
export interface Estimate {
  value: number;
  /** from the covariance of the fit; exactly 0 when the law fixes the value */
  standardError: number;
  interval: Interval;
}

/** One measurement of a learning curve. */
export interface LearningCurvePoint {
  /** how much training data, in any unit, > 0 */
  dataSize: number;
  /** test error or loss, > 0 (0 and 1 are allowed when it is a share of test items) */
  error: number;
  /** test items that `error` is a share of, a count >= 1 */
  items?: number;
  /** standard deviation of `error`, > 0 */
  standardError?: number;
  /** true when the point is kept out of the fit, to test its prediction */
  holdOut?: boolean;
}

/**
 * "power": error = amplitude * dataSize^-exponent.
 * "power + floor": error = amplitude * dataSize^-exponent + irreducibleError, with irreducibleError >= 0.
 */
export type LawName = "power" | "power + floor";

export type ParameterName = "amplitude" | "exponent" | "irreducibleError";

/**
 * How the noise of an observed error depends on the curve's value mu.
 * - binomial: `error` is a share of test items, variance mu (1 - mu) / items (items here, or on each point)
 * - standardErrors: each point carries its own standard deviation
 * - relative: standard deviation proportional to mu, its factor estimated from the residuals
 * - equal: one standard deviation for all points, estimated from the residuals
 */
export type ErrorModel =
  | { kind: "binomial"; items?: number }
  | { kind: "standardErrors" }
  | { kind: "relative" }
  | { kind: "equal" };

/**
 * What new data the bootstrap drew: fresh test scores, fresh noise of the stated size, residuals of the fit, or test items with
 * all their verdicts (and training seeds).
 */
export type ResamplingKind = "binomial" | "normal" | "residual" | "items" | "items and seeds";

/** The refits of resampled data; element i of the four lists is one refit. */
export interface BootstrapDraws {
  kind: ResamplingKind;
  requested: number;
  /** refits without a solution; not among the draws */
  failed: number;
  /** which of the resamples, counted from 0 */
  resample: number[];
  amplitude: number[];
  exponent: number[];
  irreducibleError: number[];
}

/** A law fitted to a learning curve. */
export interface FittedScalingLaw {
  ok: true;
  /** which curve this is, for tables and legends */
  name: string;
  law: LawName;
  errorModel: ErrorModel;
  /** all points as given, the held-out ones included, by rising dataSize */
  points: LearningCurvePoint[];
  /**
   * amplitude: error above the floor at dataSize = 1, in the unit of the points' dataSize; exponent: without unit;
   * irreducibleError: in the unit of error, fixed at 0 (standardError 0) by the law "power".
   */
  parameters: Record<ParameterName, Estimate>;
  /** every interval that was made, by method; a method that found none says why */
  intervals: Record<ParameterName, Partial<Record<IntervalMethod, Interval | Failure>>>;
  /** of [amplitude, exponent, irreducibleError]; zero rows where the law fixes a parameter */
  covariance: number[][];
  /** error minus curve at each fitted point, in the order of `points` without the held-out ones */
  residuals: number[];
  /** residuals over the standard deviations that the error model gives at the curve */
  standardisedResiduals: number[];
  /** plain sum of squared residuals, in the unit of error squared */
  residualSumOfSquares: number;
  /** -2 log likelihood of the fit, up to a constant that depends on data and error model alone */
  deviance: number;
  /** fitted points minus free parameters */
  degreesOfFreedom: number;
  status: "converged" | "converged at irreducibleError = 0";
  /** did the solution leave its start */
  moved: boolean;
  /** how many starts reached the best solution */
  startsAgreeing: { agree: number; total: number };
  /** curve evaluations over all starts */
  iterations: number;
  /** nominal coverage of the intervals */
  level: number;
  seed: number;
  bootstrap: BootstrapDraws;
}

export type ScalingLawFit = FittedScalingLaw | (Failure & { name: string; law: LawName; points: LearningCurvePoint[] });

/** The curve with its band at one data size. */
export interface PredictionBandRow {
  dataSize: number;
  value: number;
  low: number;
  high: number;
}
