/** @file The bootstrap: data drawn anew from the fitted law and its noise, or from the rows themselves, and the law fitted to each draw. */
import { quantile } from "simple-statistics";
import { chiSquaredVariate } from "../../core/chi-squared-variate.ts";
import type { RandomStream } from "../../core/random-stream.ts";
import { byLogarithm } from "../laws/coordinates.ts";
import { adviceOf } from "../laws/law.ts";
import type { LawTask, Minimum, NoisyMeasurements, Refit } from "../solvers/task.ts";
import type { Evidence } from "./evidence.ts";
import type { BootstrapDraws, Draw, Failure, ResamplingKind } from "./fitted-law.ts";

/** Outcomes that were drawn already, in the order of the measurements, (resamples, measurements). */
export interface GivenDraws {
  kind: Extract<ResamplingKind, "items" | "items and seeds">;
  outcomes: readonly (readonly number[])[];
}

/**
 * Refits `resamples` draws of new data; see Draw for the kinds. Residuals, each over sqrt(1 - leverage) and its standard
 * deviation, are dealt at random. Where the size of the noise is itself an estimate, from nu = measurements - parameters
 * degrees of freedom, each resample scales it by sqrt(nu / chi squared_nu): with few points, plain residuals give intervals
 * that hold 89 % instead of 95 %, since they know nothing of what Student's t corrects for.
 *
 * @param leverages of the measurements in the fit, (measurements)
 * @param stream moved on by the draws
 * @param given draws of the outcomes, to be refitted instead
 * @source Davison & Hinkley 1997, Bootstrap Methods and their Application, sections 2.2 and 7.3 (modified residuals: 6.3)
 */
export function drawBootstrap<Parameter extends string>(
  evidence: Evidence<Parameter>,
  leverages: readonly number[],
  stream: RandomStream,
  { draw, resamples }: { draw: Draw; resamples: number },
  given?: GivenDraws,
): BootstrapDraws<Parameter> {
  const { law } = evidence.task;
  const lists = law.parameters.map((): number[] => []);
  const logarithmic = law.parameters.map((parameter) => byLogarithm(law, parameter));
  const fixed = law.parameters.map((parameter) => law.fixed?.[parameter]);
  const resample: number[] = [];
  const next = given === undefined ? refits(evidence, leverages, stream, draw) : givenRefits(evidence, given);
  for (let index = 0; index < resamples; index++) {
    const found = next(index);
    if (found === undefined) continue;
    resample.push(index);
    for (let k = 0; k < lists.length; k++) {
      const coordinate = found[k] as number;
      (lists[k] as number[]).push(fixed[k] ?? (logarithmic[k] ? Math.exp(coordinate) : coordinate));
    }
  }
  const draws = Object.fromEntries(law.parameters.map((parameter, k) => [parameter, lists[k]]));
  return {
    kind: given?.kind ?? draw,
    requested: resamples,
    failed: resamples - resample.length,
    resample,
    draws: draws as Record<Parameter, number[]>,
  };
}

type Next = (resample: number) => Float64Array | undefined;

function givenRefits({ task, solver, minimum }: Evidence, { outcomes }: GivenDraws): Next {
  const refit = solver.refitter(task, minimum);
  return (resample) => refit(Float64Array.from(outcomes[resample] as readonly number[]));
}

function refits(evidence: Evidence, leverages: readonly number[], stream: RandomStream, draw: Draw): Next {
  const { task, solver, minimum } = evidence;
  if (draw === "cases") {
    return () => {
      const drawn = { ...task, measured: drawRows(task.measured, stream) };
      return solver.refitter(drawn, minimum)(drawn.measured.outcomes);
    };
  }
  const refit: Refit = solver.refitter(task, minimum);
  const outcomes = new Float64Array(task.measured.outcomes.length);
  if (draw === "residuals") {
    const residuals = modifiedResiduals(task, minimum, leverages);
    return () => {
      const spread = drawSpread(evidence.degreesOfFreedom, stream);
      for (let i = 0; i < outcomes.length; i++) {
        const residual = residuals[stream.integer(residuals.length)] as number;
        outcomes[i] = (minimum.values[i] as number) + spread * residual * (minimum.deviations[i] as number);
      }
      return refit(outcomes);
    };
  }
  return () => {
    drawOutcomes(evidence, stream, outcomes);
    return refit(outcomes);
  };
}

/** In units of each measurement's standard deviation, with mean 0. */
function modifiedResiduals({ measured }: LawTask, minimum: Minimum, leverages: readonly number[]): number[] {
  const residuals = leverages.map((leverage, i) => {
    const residual = (measured.outcomes[i] as number) - (minimum.values[i] as number);
    return residual / (minimum.deviations[i] as number) / Math.sqrt(Math.max(1 - leverage, LEAST_FREEDOM));
  });
  const mean = residuals.reduce((sum, residual) => sum + residual, 0) / residuals.length;
  return residuals.map((residual) => residual - mean);
}

const LEAST_FREEDOM = 1e-6; // a point that the fit must pass through has a residual of rounding, and stays that small

/** sqrt(nu / chi squared_nu): what the true standard deviation may be, over the estimated one. */
export function drawSpread(degreesOfFreedom: number, stream: RandomStream): number {
  return Math.sqrt(degreesOfFreedom / chiSquaredVariate(stream, degreesOfFreedom));
}

/** New outcomes of the fitted law, with one spread for all where the size of the noise is an estimate. */
export function drawOutcomes(evidence: Evidence, stream: RandomStream, into: Float64Array): void {
  const { task, minimum, dispersion, degreesOfFreedom } = evidence;
  const { noise, noiseIsKnown, seeds } = task.measured;
  const bySeeds = seeds === undefined ? 0 : seeds.members.length - 1;
  const own = Math.max(degreesOfFreedom - bySeeds, 1);
  const spread = noiseIsKnown ? 1 : Math.sqrt(dispersion) * drawSpread(own, stream);
  for (let i = 0; i < into.length; i++) {
    const value = minimum.values[i] as number;
    if (noise.kind === "binomial" && noiseIsKnown) {
      const items = noise.items[i] as number;
      into[i] = stream.binomial(items, Math.min(Math.max(value, 0), 1)) / items;
    } else into[i] = stream.normal(value, spread * (minimum.deviations[i] as number));
  }
  if (seeds === undefined) return;
  const deviation = Math.sqrt(seeds.ratio * dispersion) * drawSpread(bySeeds, stream); // their variance is an estimate too
  for (const rows of seeds.members) {
    const effect = stream.normal(0, deviation);
    for (const row of rows) {
      const moved = effect * (seeds.loadings[row] as number) * (minimum.deviations[row] as number);
      into[row] = (into[row] as number) + moved;
    }
  }
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

/** The percentile interval of one parameter, or why there is none. */
export function bootstrapInterval<Parameter extends string>(
  { law }: Pick<LawTask<Parameter>, "law">,
  { draws, requested }: BootstrapDraws<Parameter>,
  parameter: Parameter,
  level: number,
): { low: number; high: number } | Failure {
  const values = draws[parameter];
  if (values.length < LEAST_CONVERGED * requested) {
    const converged = `${values.length} of ${requested} bootstrap fits converged`;
    return { ok: false, reason: `no interval for the ${parameter}: ${converged}; ${adviceOf(law)}` };
  }
  if (!reachesLevel(values.length, level)) {
    const refits = `${values.length} bootstrap refits do not reach the ends of a level of ${level}`;
    const needed = Math.ceil(2 / (1 - level));
    return { ok: false, reason: `no interval for the ${parameter}: ${refits}; ask for ${needed} resamples at least` };
  }
  return percentileRange(values, level);
}

/** Why so few draws make no interval of a level, if they make none. */
export function whyTooFew(draws: number, level: number): string | undefined {
  if (reachesLevel(draws, level)) return undefined;
  const needed = Math.ceil(2 / (1 - level));
  return `${draws} draws do not reach the ends of a level of ${level}; ask for ${needed} resamples at least`;
}

/** Does one of so many draws lie beyond each end of the central `level`? */
export function reachesLevel(draws: number, level: number): boolean {
  return draws * (1 - level) * (1 + Number.EPSILON) >= 2 - 1e-9;
}

const LEAST_CONVERGED = 0.8; // what the failed fits would have said is unknown; with more of them it could be an end

/** The central range that holds `level` of the values, in whatever order they are. */
export function percentileRange(values: number[], level: number): { low: number; high: number } {
  const [low, high] = quantile(values, [(1 - level) / 2, (1 + level) / 2]) as [number, number];
  return { low, high };
}
