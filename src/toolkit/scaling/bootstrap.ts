/** @file The bootstrap: data drawn anew from the fitted curve and its error model, and the law fitted to each draw. */
import { quantileSorted } from "simple-statistics";
import type { RandomStream } from "../core/random-stream.ts";
import { ADVICE, noiseIsKnown, PARAMETER_COUNT, type PreparedCurve } from "./prepared-curve.ts";
import { exponentRange, heldByLaw } from "./solve-law.ts";
import type { BootstrapDraws, Failure, LawName, ParameterName, ResamplingKind } from "./types.ts";
import { FULL, type Solution, solveFrom } from "./weighted-solve.ts";

/** Errors that were drawn already, of points by rising size, (resamples, points). */
export interface GivenDraws {
  kind: Extract<ResamplingKind, "items" | "items and seeds">;
  errors: readonly (readonly number[])[];
}

/**
 * Refits `resamples` draws of new data. Known noise is drawn from its model (binomial counts, normal errors); otherwise
 * the fit's residuals, each over sqrt(1 - leverage) and its standard deviation, are dealt to the points at random. Their
 * size is itself an estimate from nu = points - parameters degrees of freedom, so each resample scales them by
 * sqrt(nu / chi squared_nu): with few points, plain residuals give intervals that hold 89 % instead of 95 %, since they
 * know nothing of what Student's t corrects for.
 *
 * @param leverages of the points in the fit, (points)
 * @param stream moved on by the draws
 * @param given draws of the curve's errors, to be refitted instead
 * @source Davison & Hinkley 1997, Bootstrap Methods and their Application, sections 2.2 and 7.3 (modified residuals: 6.3)
 */
export function drawBootstrap(
  curve: PreparedCurve,
  law: LawName,
  fit: Solution,
  leverages: readonly number[],
  stream: RandomStream,
  resamples: number,
  given?: GivenDraws,
): BootstrapDraws {
  const kind = given?.kind ?? resamplingKind(curve);
  const draws: BootstrapDraws = {
    kind,
    requested: resamples,
    failed: 0,
    resample: [],
    amplitude: [],
    exponent: [],
    irreducibleError: [],
  };
  const redrawn = { ...curve, errors: new Float64Array(curve.errors.length) };
  const residuals = kind === "residual" ? modifiedResiduals(curve, fit, leverages) : [];
  const degreesOfFreedom = curve.errors.length - PARAMETER_COUNT[law];
  const held = heldByLaw(law);
  const range = exponentRange(curve, law);
  for (let resample = 0; resample < resamples; resample++) {
    const spread = kind === "residual" ? drawSpread(degreesOfFreedom, stream) : 1;
    if (given === undefined) drawErrors(redrawn, fit, residuals, spread, stream);
    else redrawn.errors.set(given.errors[resample] as readonly number[]);
    let refit = solveFrom(redrawn, held, fit.exponent, range, fit.values, FULL);
    if (refit.end !== "minimum") refit = solveFrom(redrawn, held, fit.exponent / 4, range, fit.values, FULL);
    const amplitude = refit.amplitude * curve.errorScale * Math.exp(refit.exponent * curve.logSmallest);
    if (refit.end === "minimum" && amplitude > 0 && amplitude < Infinity) {
      draws.resample.push(resample);
      draws.amplitude.push(amplitude);
      draws.exponent.push(refit.exponent);
      draws.irreducibleError.push(refit.floor * curve.errorScale);
    } else draws.failed++;
  }
  return draws;
}

function resamplingKind(curve: PreparedCurve): ResamplingKind {
  if (!noiseIsKnown(curve.kind)) return "residual";
  return curve.kind === "binomial" ? "binomial" : "normal";
}

/** In units of each point's standard deviation 1 / sqrt(weight), with mean 0. */
function modifiedResiduals(curve: PreparedCurve, fit: Solution, leverages: readonly number[]): number[] {
  const residuals = leverages.map((leverage, i) => {
    const residual = ((curve.errors[i] as number) - (fit.values[i] as number)) * Math.sqrt(fit.weights[i] as number);
    return residual / Math.sqrt(Math.max(1 - leverage, LEAST_FREEDOM));
  });
  const mean = residuals.reduce((sum, residual) => sum + residual, 0) / residuals.length;
  return residuals.map((residual) => residual - mean);
}

const LEAST_FREEDOM = 1e-6; // a point that the fit must pass through has a residual of rounding, and stays that small

/** sqrt(nu / chi squared_nu): what the true standard deviation may be, over the estimated one. */
export function drawSpread(degreesOfFreedom: number, stream: RandomStream): number {
  let chiSquared = 0;
  for (let k = 0; k < degreesOfFreedom; k++) chiSquared += stream.normal() ** 2;
  return Math.sqrt(degreesOfFreedom / chiSquared);
}

function drawErrors(
  curve: PreparedCurve,
  fit: Solution,
  residuals: readonly number[],
  spread: number,
  stream: RandomStream,
): void {
  const { errors, noise, kind } = curve;
  for (let i = 0; i < errors.length; i++) {
    const value = fit.values[i] as number;
    const pointNoise = noise[i] as number;
    if (kind === "binomial") errors[i] = stream.binomial(pointNoise, Math.min(value, 1)) / pointNoise;
    else if (kind === "standardErrors") errors[i] = stream.normal(value, pointNoise);
    else {
      const residual = residuals[stream.integer(residuals.length)] as number;
      errors[i] = value + (spread * residual) / Math.sqrt(fit.weights[i] as number);
    }
  }
}

/** The percentile interval of one parameter, or why there is none. */
export function bootstrapInterval(
  draws: BootstrapDraws,
  law: LawName,
  parameter: ParameterName,
  level: number,
): { low: number; high: number } | Failure {
  const values = Float64Array.from(draws[parameter]).sort();
  if (values.length < LEAST_CONVERGED * draws.requested) {
    const converged = `${values.length} of ${draws.requested} bootstrap fits converged`;
    return { ok: false, reason: `no interval for the ${parameter}: ${converged}; ${ADVICE[law]}` };
  }
  return percentileRange(values, level);
}

const LEAST_CONVERGED = 0.8; // what the failed fits would have said is unknown; with more of them it could be an end

/** The central range that holds `level` of the sorted values. */
export function percentileRange(sorted: ArrayLike<number>, level: number): { low: number; high: number } {
  const values = sorted as number[]; // simple-statistics reads by index and length alone
  return { low: quantileSorted(values, (1 - level) / 2), high: quantileSorted(values, (1 + level) / 2) };
}
