/** @file The bootstrap of any law: rows drawn with replacement, or outcomes drawn anew from the fitted law, and the law fitted to each draw. */
import { sampleStandardDeviation } from "simple-statistics";
import { requireCount, requireOneOf } from "../core/argument-checks.ts";
import { createStream, type RandomStream } from "../core/random-stream.ts";
import { drawSpread, percentileRange } from "./bootstrap.ts";
import { covarianceOf, fitRequest, type LawFit, whyUnfit } from "./fit-law.ts";
import type { NoisyMeasurements } from "./law-measurements.ts";
import { type LawFitOptions, type LawRequest, lawRequest } from "./law-request.ts";
import { FOR_DRAWS, isMinimum, type LawSolution, solveLaw } from "./law-solution.ts";
import type { Estimate, Failure } from "./types.ts";

export interface LawBootstrap<Parameter extends string> {
  ok: true;
  fit: LawFit<Parameter>;
  /** the fit's values; standard deviation and central `level` of the refits */
  parameters: Record<Parameter, Estimate>;
  /** one value a refit, in the order of the refits */
  draws: Record<Parameter, number[]>;
  /** refits without a solution; not among the draws */
  failed: number;
}

/** How the bootstrap draws, and how often. */
export interface LawBootstrapOptions {
  /** an integer in [0, 2^53) */
  seed: number;
  /** default 1000 */
  resamples?: number;
  /**
   * - cases (default): as many rows with replacement. Nothing is assumed of the noise, so it holds where residuals differ in
   *   size from row to row, and under Huber's loss; it needs some 20 rows.
   * - parametric: new outcomes from the fitted law and its noise, at the same inputs: binomial counts where there are items,
   *   normal errors otherwise, whose size, where it is estimated, is drawn too. It trusts the law and needs few rows.
   */
  draw?: "cases" | "parametric";
}

/**
 * Fits the law, then refits it, from the solution, to draws of new data.
 *
 * @param rows as for fitLaw
 * @param options of fitLaw, and LawBootstrapOptions
 * @returns the estimates; or { ok: false, reason } when the law cannot be fitted to the rows, or to four of five draws
 * @throws RangeError or TypeError as fitLaw does
 * @source Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 9.5 (pairs); Davison & Hinkley 1997, section 7.3
 */
export function bootstrapLaw<Parameter extends string>(
  rows: readonly object[],
  options: LawFitOptions<Parameter> & LawBootstrapOptions,
): LawBootstrap<Parameter> | Failure {
  const { seed, resamples = 1000, draw = "cases" } = options;
  requireCount("bootstrapLaw", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount("bootstrapLaw", "resamples", resamples, 2, 1e6);
  requireOneOf("bootstrapLaw", "draw", draw, ["cases", "parametric"]);
  const request = lawRequest("bootstrapLaw", rows, options);
  if (draw === "parametric")
    requireOneOf("bootstrapLaw", "loss.kind of a parametric draw", request.loss.kind, ["squared"]);
  const unfit = whyUnfit(request);
  if (unfit !== undefined) return { ok: false, reason: unfit };
  const solution = solveLaw(request, request.starts());
  const fit = fitRequest(request, solution);
  if (!fit.ok) return { ok: false, reason: fit.reason };
  const names = request.law.parameters;
  const start = solution.found.best.parameters;
  const draws = perParameter(names, (): number[] => []);
  const stream = createStream(seed).split(`${draw} bootstrap`);
  for (let resample = 0; resample < resamples; resample++) {
    const measured =
      draw === "cases" ? drawRows(request.measured, stream) : drawOutcomes(request, fit, solution, stream);
    const values = refit({ ...request, measured }, start);
    if (values === undefined) continue;
    for (const [k, name] of names.entries()) draws[name].push(values[k] as number);
  }
  const solved = draws[names[0] as Parameter].length;
  if (solved < LEAST_CONVERGED * resamples) {
    return {
      ok: false,
      reason: `${solved} of ${resamples} bootstrap fits converged; measure more, or fit a smaller law`,
    };
  }
  const parameters = perParameter(names, (name, k): Estimate => {
    const range = percentileRange(Float64Array.from(draws[name]).sort(), fit.level);
    const interval = { ...range, level: fit.level, method: "bootstrap" as const };
    return { value: start[k] as number, standardError: sampleStandardDeviation(draws[name]), interval };
  });
  return { ok: true, fit, parameters, draws, failed: resamples - solved };
}

const LEAST_CONVERGED = 0.8; // as for the intervals of a learning curve

/** The parameters that fit a draw, if it has a minimum and leaves no parameter open. */
function refit<Parameter extends string>(
  request: LawRequest<Parameter>,
  start: Float64Array,
): Float64Array | undefined {
  if (whyUnfit(request) !== undefined) return undefined;
  const solution = solveLaw(request, [start], FOR_DRAWS);
  const solved = isMinimum(solution.found) && solution.settled && !("flat" in covarianceOf(request, solution));
  return solved ? solution.found.best.parameters : undefined;
}

function drawRows(measured: NoisyMeasurements, stream: RandomStream): NoisyMeasurements {
  const { inputs, outcomes, deviations, values, noise } = measured;
  const drawn = Array.from(inputs, () => stream.integer(inputs.length));
  const pick = (list: Float64Array) => Float64Array.from(drawn, (row) => list[row] as number);
  return {
    ...measured,
    inputs: drawn.map((row) => inputs[row] as Float64Array),
    outcomes: pick(outcomes),
    deviations: pick(deviations),
    values: pick(values),
    noise: noise.kind === "binomial" ? { ...noise, items: pick(noise.items) } : noise,
  };
}

function drawOutcomes(
  { measured, space }: LawRequest<string>,
  { dispersion, degreesOfFreedom }: LawFit,
  { residuals, deviations }: LawSolution,
  stream: RandomStream,
): NoisyMeasurements {
  const { noise, noiseIsKnown } = measured;
  const spread = noiseIsKnown ? 1 : Math.sqrt(dispersion) * drawSpread(degreesOfFreedom, stream);
  const outcomes = measured.outcomes.map((outcome, row) => {
    const value = outcome - (residuals[row] as number);
    if (noise.kind !== "binomial") return stream.normal(value, spread * (deviations[row] as number));
    const items = noise.items[row] as number;
    return stream.binomial(items, Math.min(Math.max(value, 0), 1)) / items;
  });
  return { ...measured, outcomes, values: space === "log" ? outcomes.map(Math.exp) : outcomes };
}

function perParameter<Parameter extends string, Value>(
  names: readonly Parameter[],
  make: (name: Parameter, index: number) => Value,
): Record<Parameter, Value> {
  return Object.fromEntries(names.map((name, index) => [name, make(name, index)])) as Record<Parameter, Value>;
}
