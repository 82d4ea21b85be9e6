/** @file A fit with a random effect of seeds: weights, ratio of variances and law in turn, until none of them changes. */
import { coordinateBounds, freeParameters, freePlaces, withoutFixed } from "../laws/coordinates.ts";
import { deviationsAt } from "../solvers/noise.ts";
import type { LawTask, Minimum, Refusal } from "../solvers/task.ts";
import { covarianceAt } from "../solvers/trust-region/law-covariance.ts";
import { residualsAt } from "../solvers/trust-region/law-problem.ts";
import { seedEffects } from "../solvers/trust-region/seed-levels.ts";
import { trustRegion } from "../solvers/trust-region/trust-region-solver.ts";
import { fittedMeasurements, isShare, type LawRequest, type SeedEffect } from "./fitted-law.ts";
import { componentCovariance, restrictedRatio, type SeedModel } from "./seed-variance.ts";

/**
 * The law is taken as a line at each minimum, restricted likelihood gives the ratio of the variances there, and generalised least squares
 * the next minimum; of a law that is a line this is restricted maximum likelihood.
 *
 * @param task without seeds, and its minimum, from where to start
 * @source Lindstrom & Bates 1990, Biometrics 46, 673-687
 */
export function settleSeeds<Parameter extends string>(
  request: LawRequest<Parameter>,
  task: LawTask<Parameter>,
  start: Minimum,
): { ok: true; task: LawTask<Parameter>; minimum: Minimum } | Refusal {
  let minimum = start;
  let seeded = task;
  let strength = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const ratio = restrictedRatio(modelAt(request, task, minimum));
    seeded = withSeeds(request, task, minimum.values, ratio);
    const found = trustRegion.solve(seeded, [minimum.coordinates]);
    if (!found.ok) return found;
    const now = Math.log1p(ratio * (seeded.measured.seeds?.loadings.reduce((sum, each) => sum + each ** 2, 0) ?? 0));
    const moved = found.values.reduce((most, value, row) => {
      return Math.max(most, Math.abs(value - (minimum.values[row] as number)) / (found.deviations[row] as number));
    }, 0);
    const settled = Math.abs(now - strength) < SAME && moved < SAME;
    const { startsAgreeing, moved: left } = start;
    minimum = { ...found, startsAgreeing, moved: left, iterations: minimum.iterations + found.iterations };
    if (settled) return { ok: true, task: seeded, minimum };
    strength = now;
  }
  const reason = `the effect of seeds and the law chase each other in "${request.law.name}"; give more seeds, or fit a law with fewer parameters`;
  return { ok: false, reason };
}

const MOST_ROUNDS = 100;
const SAME = 1e-7; // of the seeds' variance, and of the law in standard deviations

/**
 * The task with its noise as it is at the law's values, and what the rows of a seed share.
 *
 * @param values the law at the measurements, in the residual space
 */
export function withSeeds<Parameter extends string>(
  request: LawRequest<Parameter>,
  task: LawTask<Parameter>,
  values: Float64Array,
  ratio: number,
): LawTask<Parameter> {
  const { measured } = task;
  const deviations = deviationsAt(measured.noise, measured.deviations, values);
  const inProportion = isShare(request.noise) || request.noise === "relative";
  const loadings = deviations.map((deviation, row) => (inProportion ? (values[row] as number) : 1) / deviation);
  const seeds = { members: membersOf(request).map(([, rows]) => rows), loadings, ratio };
  return { ...task, measured: { ...measured, noise: { kind: "fixed" }, deviations, seeds } };
}

/** The rows of each seed, in the order in which they first appear. */
function membersOf(request: Pick<LawRequest, "measurements">): [seed: string, rows: number[]][] {
  const members = new Map<string, number[]>();
  for (const [row, { trainingSeed = "" }] of fittedMeasurements(request).entries()) {
    const rows = members.get(trainingSeed);
    if (rows === undefined) members.set(trainingSeed, [row]);
    else rows.push(row);
  }
  return [...members];
}

function modelAt(request: LawRequest, task: LawTask, { coordinates, values }: Minimum): SeedModel {
  const { measured, law, space } = withSeeds(request, task, values, 0);
  const { outcomes, deviations, seeds, noiseIsKnown, noiseFreedom } = measured;
  const rows = outcomes.length;
  const free = Float64Array.from(freePlaces(law), (place) => coordinates[place] as number);
  const slopes = new Float64Array(rows * free.length);
  const residuals = new Float64Array(rows);
  const measuredAlone = { inputs: measured.inputs, outcomes, deviations };
  residualsAt(withoutFixed(law), measuredAlone, space, free, new Float64Array(free.length), residuals, slopes);
  const places = freeParameters(law).flatMap((parameter, place) => {
    const [low, high] = coordinateBounds(law, parameter);
    return free[place] === low || free[place] === high ? [] : [place];
  });
  const jacobian = new Float64Array(rows * places.length);
  for (const [k, place] of places.entries()) jacobian.set(slopes.subarray(place * rows, (place + 1) * rows), k * rows);
  for (let row = 0; row < rows; row++) residuals[row] = -(residuals[row] as number); // outcome minus law
  return { seeds: seeds as NonNullable<typeof seeds>, residuals, jacobian, noiseIsKnown, noiseFreedom };
}

/** What is told of the seeds at the minimum, their covariance slope by the coordinates. */
export function seedEffectAt(
  request: LawRequest,
  task: LawTask,
  minimum: Minimum,
  dispersion: number,
): SeedEffect | null {
  const { seeds } = task.measured;
  if (seeds === undefined) return null;
  const { ratio } = seeds;
  const model = modelAt(request, task, minimum);
  const predicted = seedEffects(seeds, model.residuals);
  const at = (factor: number): number[][] => {
    const measured = { ...task.measured, seeds: { ...seeds, ratio: ratio * factor } };
    const covariance = covarianceAt({ ...task, measured }, minimum.coordinates, minimum.deviations);
    if ("flat" in covariance) throw new Error("a fit whose covariance is known has none a step aside");
    return covariance.matrix.map((row) => row.map((entry) => (entry * dispersion) / covariance.dispersion));
  };
  const [before, after] = [at(1 - STEP), at(1 + STEP)];
  return {
    levels: seeds.members.length,
    deviation: Math.sqrt(ratio * dispersion),
    ratio,
    effects: Object.fromEntries(membersOf(request).map(([seed], index) => [seed, predicted[index] as number])),
    covarianceSlope: after.map((row, j) => row.map((entry, k) => (entry - (before[j]?.[k] as number)) / (2 * STEP))),
    componentCovariance: componentCovariance(model, ratio),
  };
}

const STEP = 1e-4; // of the ratio
