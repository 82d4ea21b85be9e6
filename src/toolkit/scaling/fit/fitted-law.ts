/** @file One notion of a fitted law: what was asked, the estimates with their intervals, and what is needed to fit it again. */
import { wrong } from "../../core/argument-checks.ts";
import type { displayMethod, inspectMethod, MimeBundle } from "../../core/mime-bundle.ts";
import type { Law } from "../laws/law.ts";
import type { PowerParameter } from "../laws/learning-curves.ts";
import type { Starts } from "../laws/start-grid.ts";
import type { Solver } from "../solvers/task.ts";
import type { ResidualSpace } from "../solvers/trust-region/law-problem.ts";
import type { Loss } from "../solvers/trust-region/loss.ts";

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
  /** or why the data set no end to it */
  interval: Interval | Failure;
  /** does the law fix the value */
  fixed: boolean;
}

/** One outcome with the inputs it was measured at, and what is known of its noise. */
export interface Measurement<Input extends string = string> {
  /** by the law's names, as values */
  inputs: Record<Input, number>;
  outcome: number;
  /** test items that `outcome` is a share of, a count >= 1 */
  items?: number;
  /** standard deviation of `outcome`, > 0; where `runs` are told, moderated over all rows (moderated-errors.ts) */
  standardError?: number;
  /** from how many runs the standard error was estimated, a count >= 2 */
  runs?: number;
  /** the training seed, or another level, whose effect all of its rows share */
  trainingSeed?: string;
  /** of the squared residual, > 0 */
  weight?: number;
  /** true when it is kept out of the fit, to test its prediction */
  holdOut?: boolean;
}

/**
 * How the noise of an outcome depends on the law's value mu.
 * - binomial: a share of test items, variance mu (1 - mu) / items
 * - overdispersed: the same up to a factor that is estimated from the residuals: runs differ by more than their test items, as
 *   by their training seeds
 * - standardErrors: each measurement carries its own standard deviation
 * - estimatedErrors: the same, estimated from a few runs each: one factor is estimated from those runs and the residuals together
 * - weights: variance 1 / weight up to a factor that is estimated from the residuals
 * - relative: standard deviation proportional to mu, its factor estimated from the residuals
 * - equal: one standard deviation for all, estimated from the residuals
 */
export type NoiseKind =
  | "binomial"
  | "overdispersed"
  | "standardErrors"
  | "estimatedErrors"
  | "weights"
  | "relative"
  | "equal";

/** The size of this noise is known; of the others, one factor is estimated from the residuals. */
export function noiseIsKnown(noise: NoiseKind): boolean {
  return noise === "binomial" || noise === "standardErrors";
}

/** Is an outcome of this noise a share of test items? */
export function isShare(noise: NoiseKind): boolean {
  return noise === "binomial" || noise === "overdispersed";
}

/**
 * How new data are drawn.
 * - parametric: from the fitted law and its noise, at the same inputs: binomial counts where there are items, normal errors
 *   otherwise, whose size, where it is estimated, is drawn too. It trusts the law and needs few rows.
 * - residuals: the fit's residuals, dealt to the measurements at random: it trusts the law, and not that noise is normal.
 * - cases: as many rows with replacement. Nothing is assumed of the noise, so it holds where residuals differ in size from row
 *   to row, and under Huber's loss; it needs some 20 rows.
 */
export type Draw = "parametric" | "residuals" | "cases";

/** What a bootstrap drew anew: outcomes as above, or test items with all their verdicts (and training seeds). */
export type ResamplingKind = Draw | "items" | "items and seeds";

/** The refits of resampled data. */
export interface BootstrapDraws<Parameter extends string = string> {
  kind: ResamplingKind;
  requested: number;
  /** refits without a solution; not among the draws */
  failed: number;
  /** which of the resamples, counted from 0, (refits) */
  resample: number[];
  /** (refits) by parameter */
  draws: Record<Parameter, number[]>;
}

/** Which columns hold what. */
export interface LawColumns<Input extends string = string> {
  /** by the law's names; its inputs are columns of their own names, unless others are named */
  inputs: Record<Input, string>;
  /** the measured outcome */
  y: string;
  standardError?: string;
  weight?: string;
  items?: string;
  runs?: string;
  trainingSeed?: string;
}

/** What is asked of a fit: enough to fit the same again, to other measurements. */
export interface LawRequest<Parameter extends string = string, Input extends string = string> {
  /** which curve or table this is, for tables and legends */
  name: string;
  /** with its bounds and fixed parameters */
  law: Law<Parameter, Input>;
  columns: LawColumns<Input>;
  /** all of them, the held-out ones too */
  measurements: Measurement<Input>[];
  noise: NoiseKind;
  /** degrees of freedom by which the runs behind standard errors tell the size of the noise, beside the residuals; else 0 */
  noiseFreedom: number;
  space: ResidualSpace;
  loss: Loss;
  /** where to start; null for the solver's own starts */
  start: Starts<Parameter> | null;
  /** has the caller narrowed the law's bounds */
  bounded: boolean;
  /** nominal coverage of the intervals */
  level: number;
  /** the first one fills each parameter's `interval` */
  intervalMethods: readonly IntervalMethod[];
  /** of the bootstrap; null where none is asked for */
  seed: number | null;
  resamples: number;
  draw: Draw;
}

/**
 * The random effect of training seeds: measurement = law + effect of its seed + noise of its own. Effects are in the unit of the residuals
 * (of logarithms, in the space "log"); of shares and of relative noise, in proportion to the law.
 */
export interface SeedEffect {
  /** how many seeds */
  levels: number;
  /** standard deviation between seeds, >= 0 */
  deviation: number;
  /** variance between seeds over that of the noise, >= 0 */
  ratio: number;
  /** the best linear prediction of each seed's effect, by seed */
  effects: Record<string, number>;
  /** derivative of `covariance` by the logarithm of the ratio */
  covarianceSlope: number[][];
  /** covariance of the logarithms of the noise's variance and of the ratio, (2, 2); zero where one is known, or 0 */
  componentCovariance: number[][];
}

/** A law fitted to measurements, whatever the solver. */
export interface FittedLaw<Parameter extends string = string, Input extends string = string>
  extends LawRequest<Parameter, Input> {
  ok: true;
  solver: Solver["name"];
  parameters: Record<Parameter, Estimate>;
  /** every interval that was made, by method; a method that found none says why */
  intervals: Record<Parameter, Partial<Record<IntervalMethod, Interval | Failure>>>;
  /** in the order of law.parameters; zero rows where the law fixes a parameter */
  covariance: number[][];
  /** outcome minus law in the residual space, in the order of `measurements` without the held-out ones */
  residuals: number[];
  /** share of each measurement in its own fitted value, in [0, 1], in the same order */
  leverages: number[];
  /** residuals over the standard deviations that the noise has at the law */
  standardisedResiduals: number[];
  residualSumOfSquares: number;
  /** what was minimised: half the deviance, or the sum of the losses, r^2 / 2 near 0, of residuals over their deviations */
  objective: number;
  /** variance of a residual over what the noise says of it: 1 where the noise is known, else estimated */
  dispersion: number;
  /** -2 log likelihood, up to a constant that depends on the measurements and their noise alone */
  deviance: number;
  /** fitted measurements minus free parameters, plus noiseFreedom */
  degreesOfFreedom: number;
  /** the random effect of seeds; null where no column tells them */
  seedEffect: SeedEffect | null;
  /** "converged", or "converged at" the bounds on which parameters stand */
  status: string;
  /** which test ended the search */
  ended: string;
  /** the same with the bounds it ended at, and whether the start led astray */
  reason: string;
  /** parameters that stand at a bound */
  atBound: Parameter[];
  /** which parameters left their start, or were solved for without one */
  moved: Record<Parameter, boolean>;
  /** whose start led to the best minimum: the caller's, or one of the law's or the solver's own */
  startedFrom: "given" | "own";
  /** how many starts, the given ones and the own ones, reached the best minimum */
  startsAgreeing: { agree: number; total: number };
  /** evaluations of all measurements, over all starts */
  iterations: number;
  /** null where none was asked for */
  bootstrap: BootstrapDraws<Parameter> | null;
  /** in a notebook: its parameters with their intervals, what it was made of, its doubts */
  [displayMethod](): MimeBundle;
  /** the same as text, where it is printed or part of another value */
  [inspectMethod](): string;
}

/** A request that could not be met, with the reason. */
export type FailedFit<Parameter extends string = string, Input extends string = string> = Failure &
  LawRequest<Parameter, Input> &
  Pick<FittedLaw, typeof displayMethod | typeof inspectMethod>;

export type LawFit<Parameter extends string = string, Input extends string = string> =
  | FittedLaw<Parameter, Input>
  | FailedFit<Parameter, Input>;

/** The fit of a learning curve: of a power law, with or without a floor. */
export type ScalingLawFit = LawFit<PowerParameter, "dataSize">;
export type FittedScalingLaw = FittedLaw<PowerParameter, "dataSize">;

/** The measurements that took part in the fit. */
export function fittedMeasurements<Input extends string>(
  fit: Pick<LawRequest<string, Input>, "measurements">,
): Measurement<Input>[] {
  if (!Array.isArray(fit?.measurements)) throw wrong("fittedMeasurements", "a fit with its measurements", fit);
  return fit.measurements.filter(({ holdOut }) => holdOut !== true);
}
