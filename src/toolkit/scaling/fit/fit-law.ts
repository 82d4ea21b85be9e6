/** @file Fits any law to any table: bounded, weighted, by squares or by Huber's loss, of values or of their logarithms. */
import { displayMethod, inspectMethod } from "../../core/mime-bundle.ts";
import { createStream } from "../../core/random-stream.ts";
import { estimateOf, freeParameters, fromCoordinate } from "../laws/coordinates.ts";
import { type Starts, startGrid } from "../laws/start-grid.ts";
import { tiedBeyond } from "../laws/ties.ts";
import { solverOf } from "../solvers/choose.ts";
import type { LawTask, Minimum, NoisyMeasurements, Refusal, Solver } from "../solvers/task.ts";
import { covarianceAt, type FlatDirection } from "../solvers/trust-region/law-covariance.ts";
import { logDeterminant, withoutEffects } from "../solvers/trust-region/seed-levels.ts";
import { drawBootstrap, type GivenDraws } from "./bootstrap.ts";
import { printFit, showFit } from "./doubts/fit-summary.ts";
import { type Evidence, minimumOf, solvedTask } from "./evidence.ts";
import type {
  Estimate,
  FailedFit,
  Failure,
  FittedLaw,
  Interval,
  IntervalMethod,
  LawFit,
  LawRequest,
} from "./fitted-law.ts";
import {
  type IntervalOptions,
  intervalSettings,
  type LawFitOptions,
  lawRequest,
  requestOf,
  requireIntervalOptions,
} from "./law-request.ts";
import { taskOf } from "./measurements.ts";
import { parameterIntervals } from "./parameter-intervals.ts";
import { requireFitted } from "./read-law.ts";
import { seedEffectAt, settleSeeds } from "./seed-fit.ts";

/**
 * Minimises the sum of losses of (law - outcome) / deviation over the law's free parameters, with the law's exact derivatives:
 * by variable projection where law and noise allow it, else by Levenberg and Marquardt's method in a trust region. With items,
 * the likelihood of binomial counts is maximised.
 *
 * @param rows plain objects with a number in each column that the law, y, standardError, weight and items name
 * @param options see LawFitOptions
 * @returns the fit; or { ok: false, reason } when there is no minimum to find, or the rows leave a parameter open
 * @throws RangeError or TypeError that names the option, or the row and column, that is out of range
 * @example fitLaw([1, 2, 3, 4].map((x) => ({ x, y: 6 / (1 + x) })), { law: defineLaw({ name: "hyperbola", parameters: ["a", "b"], inputs: ["x"], formula: ({ a, b }, { x }, { over, plus }) => over(a, plus(b, x)) }), y: "y", start: { a: 1, b: 2 } }).parameters.a.value.toFixed(6) // => "6.000000"
 * @source Moré 1978 (trust region); Golub & Pereyra 1973 (variable projection); Huber 1964 (robust loss)
 */
export function fitLaw<Parameter extends string, Input extends string>(
  rows: readonly object[],
  options: LawFitOptions<Parameter, Input>,
): LawFit<Parameter, Input> {
  return fitRequest(lawRequest("fitLaw", rows, options));
}

/**
 * The same fit with other intervals, made from its own minimum: nothing is searched for again.
 *
 * @param fit a fit that is ok
 * @param options see IntervalOptions; what is left out stays as it is in the fit
 * @returns the fit; a parameter that the first of the methods leaves open has the reason in place of an interval
 * @throws TypeError for a failed fit, RangeError or TypeError for an option out of range
 * @example withIntervals(fitLaw([0.91, 0.49, 0.31, 0.19, 0.155].map((error, k) => ({ dataSize: 4 ** k, error })), { law: powerFloorLaw, y: "error" }), { intervalMethods: ["profile"] }).parameters.exponent.interval.low.toFixed(3) // => "0.381"
 * @source Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 9.5 (cases); Davison & Hinkley 1997, sections 6.3 and 7.3
 */
export function withIntervals<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  options: IntervalOptions,
): LawFit<Parameter, Input> {
  requireFitted("withIntervals", "fit", fit);
  requireIntervalOptions("withIntervals", options);
  const { level, intervalMethods, seed, resamples, draw, loss, noise } = fit;
  const given = { level, intervalMethods, resamples, draw, ...(seed === null ? {} : { seed }), ...options };
  const request = { ...requestOf(fit), ...intervalSettings("withIntervals", given, loss, noise, fit.columns) };
  const task = solvedTask(fit);
  return estimates(request, task, solverOf(task), minimumOf(fit, task), fit.startedFrom);
}

/** The fit of a request that was checked; `given` stand for the bootstrap's own draws. */
export function fitRequest<Parameter extends string, Input extends string>(
  request: LawRequest<Parameter, Input>,
  given?: GivenDraws,
): LawFit<Parameter, Input> {
  const task = taskOf(request);
  const solver = solverOf(task);
  const [minimum, startedFrom]: [Minimum | Refusal, FittedLaw["startedFrom"]] =
    request.start === null ? [solver.solve(task, null), "own"] : solveFromGiven(request, request.start, task, solver);
  if (!minimum.ok) return failed(request, minimum.reason);
  if (request.columns.trainingSeed === undefined) return estimates(request, task, solver, minimum, startedFrom, given);
  const settled = settleSeeds(request, task, minimum);
  if (!settled.ok) return failed(request, settled.reason);
  return estimates(request, settled.task, solverOf(settled.task), settled.minimum, startedFrom, given);
}

/**
 * A start of the caller's own may lie where the law is flat, or lead to a minimum beside the best one: the law's own starts are
 * tried too, where it has some.
 */
function solveFromGiven<Parameter extends string>(
  { law }: LawRequest<Parameter>,
  start: Starts<Parameter>,
  task: LawTask<Parameter>,
  solver: Solver,
): [Minimum | Refusal, FittedLaw["startedFrom"]] {
  const given = solver.solve(task, startGrid("fitLaw", law, start));
  const { inputs, values } = task.measured;
  if (law.starts === undefined || values.length === 0) return [given, "given"];
  const own = solver.solve(task, thinned(startGrid("fitLaw", law, law.starts(inputs, values))));
  if (!own.ok) return [given, "given"];
  const total = (given.ok ? given.startsAgreeing.total : 1) + own.startsAgreeing.total;
  if (!given.ok) return [{ ...own, startsAgreeing: { ...own.startsAgreeing, total } }, "own"];
  const iterations = given.iterations + own.iterations;
  const lower = given.objective - own.objective;
  const same = Math.abs(lower) <= SAME_OBJECTIVE * Math.min(given.objective, own.objective);
  const best = lower > 0 && !same ? own : given;
  const agree = same ? given.startsAgreeing.agree + own.startsAgreeing.agree : best.startsAgreeing.agree;
  return [{ ...best, startsAgreeing: { agree, total }, iterations }, best === own ? "own" : "given"];
}

const SAME_OBJECTIVE = 1e-6; // relative; two ways into one minimum differ by far less

/** At most so many of a grid, evenly spread over it. */
function thinned(grid: readonly Float64Array[]): readonly Float64Array[] {
  const stride = Math.ceil(grid.length / MOST_OWN_STARTS);
  return stride === 1 ? grid : grid.filter((_, place) => place % stride === 0);
}

const MOST_OWN_STARTS = 64; // beside given ones: enough to find out that they led astray

/** Values, errors and intervals at a minimum. */
function estimates<Parameter extends string, Input extends string>(
  request: LawRequest<Parameter, Input>,
  task: LawTask<Parameter>,
  solver: Solver,
  minimum: Minimum,
  startedFrom: FittedLaw["startedFrom"],
  given?: GivenDraws,
): LawFit<Parameter, Input> {
  const { law, level, intervalMethods, name, seed } = request;
  const { measured } = task;
  const { coordinates, values, deviations, objective } = minimum;
  const covariance = covarianceAt(task, coordinates, deviations, minimum.moved);
  if ("flat" in covariance) return failed(request, whyFlat(request, covariance, minimum));
  const { dispersion, leverages } = covariance;
  const free = freeParameters(law);
  const variances = law.parameters.map((_, k) => covariance.matrix[k]?.[k] as number);
  const estimable = law.parameters.every((parameter, k) => {
    const variance = variances[k] as number;
    return !free.includes(parameter) || (variance < Infinity && (variance > 0 || dispersion === 0));
  });
  if (!estimable) {
    return failed(
      request,
      "the parameters' variances leave the range of float64; give inputs and outcomes in units nearer to 1",
    );
  }
  const degreesOfFreedom = deviations.length - free.length + request.noiseFreedom;
  const seedEffect = seedEffectAt(request, task, minimum, dispersion);
  const standardErrors = variances.map(Math.sqrt);
  const evidence: Evidence<Parameter> = {
    task,
    solver,
    minimum,
    dispersion,
    degreesOfFreedom,
    standardErrors,
    covariance: covariance.matrix,
    seedEffect,
  };
  const bootstrap =
    seed === null || !intervalMethods.includes("bootstrap")
      ? null
      : drawBootstrap(evidence, leverages, createStream(seed).split(name), request, given);
  const intervals = parameterIntervals(evidence, intervalMethods, level, bootstrap);
  const parameters = {} as Record<Parameter, Estimate>;
  const moved = {} as Record<Parameter, boolean>;
  const slopes: number[] = []; // of each parameter by its coordinate
  for (const [k, parameter] of law.parameters.entries()) {
    const interval = intervals[parameter][intervalMethods[0] as IntervalMethod] as Interval | Failure;
    const told = law.fixed?.[parameter];
    const value = told ?? estimateOf(law, parameter, coordinates[k] as number);
    moved[parameter] = minimum.moved[k] as boolean;
    slopes.push(law.positive?.includes(parameter) ? value : 1);
    const standardError = (standardErrors[k] as number) * (slopes[k] as number);
    parameters[parameter] = { value, standardError, interval, fixed: told !== undefined };
  }
  const beyond = law.ties === undefined ? undefined : tiedBeyond(law, (parameter) => parameters[parameter].value);
  if (beyond !== undefined) {
    const value = parameters[beyond].value.toPrecision(4);
    return failed(request, `the tie puts ${beyond} at ${value}, outside its bounds; bound what it follows from`);
  }
  const residuals: number[] = [];
  const apart: number[] = []; // over their deviations
  for (let row = 0; row < values.length; row++) {
    const residual = (measured.outcomes[row] as number) - (values[row] as number);
    residuals.push(residual);
    apart.push(residual / (deviations[row] as number));
  }
  const scaled = measured.seeds === undefined ? apart : withoutEffects(measured.seeds, apart);
  const shared = measured.seeds === undefined ? 0 : logDeterminant(measured.seeds);
  const spread = Math.sqrt(dispersion);
  const atBound = free.filter((parameter) => {
    const [low, high] = law.bounds[parameter] ?? [-Infinity, Infinity];
    return parameters[parameter].value === low || parameters[parameter].value === high;
  });
  const bounds = atBound.map((parameter) => `${parameter} = ${parameters[parameter].value}`);
  return {
    ok: true,
    name,
    law,
    columns: request.columns,
    measurements: request.measurements,
    noise: request.noise,
    noiseFreedom: request.noiseFreedom,
    space: request.space,
    loss: request.loss,
    start: request.start,
    bounded: request.bounded,
    level,
    intervalMethods,
    seed,
    resamples: request.resamples,
    draw: request.draw,
    solver: solver.name,
    parameters,
    intervals,
    covariance: inParameters(covariance.matrix, slopes),
    residuals,
    leverages,
    standardisedResiduals: scaled.map((residual) => (spread > 0 ? residual / spread : 0)),
    residualSumOfSquares: residuals.reduce((sum, residual) => sum + residual ** 2, 0),
    objective,
    dispersion,
    deviance: shared + (measured.noiseIsKnown ? 2 * objective : normalDeviance(scaled, deviations, measured)),
    degreesOfFreedom,
    seedEffect: seedEffect && { ...seedEffect, covarianceSlope: inParameters(seedEffect.covarianceSlope, slopes) },
    status: bounds.length > 0 ? `converged at ${bounds.join(", ")}` : "converged",
    ended: minimum.ended,
    reason: howEnded(request, minimum.ended, atBound, startedFrom),
    atBound,
    moved,
    startedFrom,
    startsAgreeing: minimum.startsAgreeing,
    iterations: minimum.iterations,
    bootstrap,
    [displayMethod]: showFit,
    [inspectMethod]: printFit,
  };
}

/** A covariance of coordinates as one of parameters. @param slopes of each parameter by its coordinate */
function inParameters(matrix: readonly (readonly number[])[], slopes: readonly number[]): number[][] {
  return matrix.map((row, j) => row.map((entry, k) => entry * (slopes[j] as number) * (slopes[k] as number)));
}

function howEnded(
  { start }: LawRequest,
  ended: string,
  atBound: readonly string[],
  startedFrom: FittedLaw["startedFrom"],
): string {
  const held = atBound.length > 0 ? `${ended}, with ${atBound.join(" and ")} at a bound` : ended;
  const astray = start !== null && startedFrom === "own";
  return astray ? `${held}; the law's own starts led lower than the start given` : held;
}

function failed<Parameter extends string, Input extends string>(
  request: LawRequest<Parameter, Input>,
  reason: string,
): FailedFit<Parameter, Input> {
  return { ...request, ok: false, reason, [displayMethod]: showFit, [inspectMethod]: printFit };
}

/** Of normal errors whose one unknown factor is at its best; a perfect fit counts as rounding. */
function normalDeviance(
  scaled: readonly number[],
  deviations: Float64Array,
  { outcomes, noiseFreedom }: NoisyMeasurements,
): number {
  const count = scaled.length + noiseFreedom;
  const meanSquare = (scaled.reduce((sum, residual) => sum + residual ** 2, 0) + noiseFreedom) / count;
  const whole = outcomes.reduce((sum, outcome, row) => sum + (outcome / (deviations[row] as number)) ** 2, 0) / count;
  const logVariances = deviations.reduce((sum, deviation) => sum + 2 * Math.log(deviation), 0);
  return count * Math.log(Math.max(meanSquare, Number.EPSILON ** 2 * whole, Number.MIN_VALUE)) + logVariances;
}

function whyFlat({ law }: LawRequest, { flat, each }: FlatDirection, { coordinates, startsAgreeing }: Minimum): string {
  const places = flat.map((k) => {
    const parameter = law.parameters[k] as string;
    return `${parameter} near ${fromCoordinate(law, parameter, coordinates[k] as number).toPrecision(3)}`;
  });
  const what =
    each || places.length === 1
      ? `nothing depends on ${places.join(", ")}`
      : `the rows cannot tell ${places.join(", ")} apart`;
  const else_ = startsAgreeing.total === 1 ? "try other starts (a grid), " : "";
  return `where the descent ended, ${what}; ${else_}measure a wider range of inputs, or fix one of them`;
}
