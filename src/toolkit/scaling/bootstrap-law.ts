/** @file The case bootstrap of any law: rows drawn with replacement, and the law fitted to each draw. */
import { sampleStandardDeviation } from "simple-statistics";
import { requireCount } from "../core/argument-checks.ts";
import { createStream } from "../core/random-stream.ts";
import { percentileRange } from "./bootstrap.ts";
import { fitLaw, type LawFit, type LawFitOptions } from "./fit-law.ts";
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

/**
 * Fits the law, then refits it, from the solution, to tables of as many rows drawn with replacement. Nothing is assumed of
 * the noise, so this holds where residuals differ in size from row to row, and under Huber's loss; it needs some 20 rows.
 *
 * @param rows as for fitLaw
 * @param options of fitLaw; seed: an integer in [0, 2^53); resamples: default 1000
 * @returns the estimates; or { ok: false, reason } when the law cannot be fitted to the rows, or to four of five draws
 * @throws RangeError or TypeError as fitLaw does
 * @source Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 9.5 (pairs)
 */
export function bootstrapLaw<Parameter extends string>(
  rows: readonly object[],
  options: LawFitOptions<Parameter> & { seed: number; resamples?: number },
): LawBootstrap<Parameter> | Failure {
  const { seed, resamples = 1000, ...fitOptions } = options;
  requireCount("bootstrapLaw", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount("bootstrapLaw", "resamples", resamples, 2, 1e6);
  const fit = fitLaw(rows, fitOptions);
  if (!fit.ok) return { ok: false, reason: fit.reason };
  const names = fit.law.parameters;
  const start = perParameter(names, (name) => fit.parameters[name].value);
  const draws = perParameter(names, (): number[] => []);
  const stream = createStream(seed).split("case bootstrap");
  for (let resample = 0; resample < resamples; resample++) {
    const drawn = rows.map(() => rows[stream.integer(rows.length)] as object);
    const refit = fitLaw(drawn, { ...fitOptions, start });
    if (refit.ok) for (const name of names) draws[name].push(refit.parameters[name].value);
  }
  const solved = draws[names[0] as Parameter].length;
  if (solved < LEAST_CONVERGED * resamples) {
    return {
      ok: false,
      reason: `${solved} of ${resamples} bootstrap fits converged; measure more, or fit a smaller law`,
    };
  }
  const parameters = perParameter(names, (name): Estimate => {
    const range = percentileRange(Float64Array.from(draws[name]).sort(), fit.level);
    const interval = { ...range, level: fit.level, method: "bootstrap" as const };
    return { value: start[name], standardError: sampleStandardDeviation(draws[name]), interval };
  });
  return { ok: true, fit, parameters, draws, failed: resamples - solved };
}

const LEAST_CONVERGED = 0.8; // as for the intervals of a learning curve

function perParameter<Parameter extends string, Value>(
  names: readonly Parameter[],
  make: (name: Parameter) => Value,
): Record<Parameter, Value> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Parameter, Value>;
}
