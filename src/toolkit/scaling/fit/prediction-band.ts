/** @file Prediction bands: where a fitted law may lie, and where the score of a new run may fall. */
import {
  requireBetween,
  requireCount,
  requireOneOf,
  requireOptions,
  requirePositive,
  wrong,
} from "../../core/argument-checks.ts";
import { createStream } from "../../core/random-stream.ts";
import { coordinatesOf } from "../laws/coordinates.ts";
import { lawValue } from "../laws/law.ts";
import { inSpace } from "../solvers/law-values.ts";
import { percentileRange, reachesLevel } from "./bootstrap.ts";
import { type FittedLaw, isShare, type LawFit } from "./fitted-law.ts";
import { drawMeasurement, type MeasurementNoise, measurementDeviation, TOLD_BY } from "./measurement-noise.ts";
import { cell, takenInputs } from "./measurements.ts";
import { criticalAlong, quadratic } from "./parameter-intervals.ts";
import { fittedCoordinates, inputsAt, type ReadAt, requireFitted } from "./read-law.ts";

/** A prediction with its band. */
export interface BandRow {
  value: number;
  low: number;
  high: number;
}

/** The same with the inputs it was made at, in the fit's columns. */
export type PredictionRow = BandRow & Record<string, number>;

/** How a band is made. */
export interface BandOptions {
  /** in (0, 1), by default the fit's */
  level?: number;
  /** of the bootstrap's refits, or by the covariance (the delta method); default the first where the fit has draws enough, of which no more than 1 of 5 stands at a bound */
  method?: "bootstrap" | "delta";
  /**
   * Adds the noise of a measurement, so that the band holds a new score and not the law alone: what is known of it, or true where
   * each row has it in the fit's columns.
   */
  measurement?: MeasurementNoise | boolean;
  /** of the measurements that a bootstrap band draws, by default the fit's */
  seed?: number;
}

/**
 * The fitted law with the band in which it lies as far as its parameters are known: the central `level` of its bootstrap refits,
 * or value +- critical * sqrt(g' C g), g the law's derivatives and C the covariance, made in the space of the residuals.
 *
 * @param fit a fit that is ok
 * @param at (rows) as `predict` takes them
 * @returns (rows) of the inputs with value, low and high, in the unit of the outcomes; of shares, or of a law that lies between two numbers, none is beyond
 * @throws TypeError for a failed fit, or one without the draws asked for; RangeError or TypeError for a row or option out of range
 * @source Davison & Hinkley 1997, section 7.3 (refits); Seber & Wild 1989, Nonlinear Regression, section 5.1 (delta)
 * @example predictionBand(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), [16, 1024]).map(({ low }) => low.toFixed(6)) // => ["0.300000", "0.125000"]
 * @example predictionBand(fitLaw([1, 2, 4, 8].map((dataSize) => ({ dataSize, error: 2 - 0.1 * Math.log(dataSize) })), { law: logLinearLaw, y: "error" }), [1])[0].value.toFixed(6) // => "2.000000"
 */
export function predictionBand<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  at: readonly ReadAt[],
  options: BandOptions = {},
): PredictionRow[] {
  requireFitted("predictionBand", "fit", fit);
  requireOptions("predictionBand", options, ["level", "method", "measurement", "seed"]);
  if (!Array.isArray(at)) throw wrong("predictionBand", "an array of inputs", at);
  const { level = fit.level, measurement = false } = options;
  if ((typeof measurement !== "boolean" && typeof measurement !== "object") || measurement === null) {
    throw wrong(
      "predictionBand",
      "measurement to be true, or an object of items, standardError or weight",
      measurement,
    );
  }
  requireBetween("predictionBand", "level", level, 0, 1);
  const drawn = reachesLevel(fit.bootstrap?.resample.length ?? 0, level);
  const { method = drawn && !standsAtBounds(fit) ? "bootstrap" : "delta" } = options;
  requireOneOf("predictionBand", "method", method, ["bootstrap", "delta"]);
  if (method === "bootstrap" && !drawn) {
    const refits = fit.bootstrap?.resample.length ?? 0;
    if (refits === 0) {
      throw wrong("predictionBand", "a fit with bootstrap draws", fit, 'put "bootstrap" among its intervalMethods');
    }
    throw wrong("predictionBand", `${Math.ceil(2 / (1 - level))} refits or more for a level of ${level}`, refits);
  }
  const draws = method === "bootstrap" ? drawsOf(fit) : [];
  const stream = createStream(options.seed ?? fit.seed ?? 0).split("prediction band");
  return at.map((place, index) => {
    const inputs = inputsAt("predictionBand", fit, place, index);
    const noise = measurement === false ? undefined : noiseOf(fit, measurement, place, index);
    const row = takenInputs(fit.law, inputs);
    const named = Object.fromEntries(fit.law.inputs.map((input) => [fit.columns.inputs[input], inputs[input]]));
    if (method === "delta") return { ...named, ...asOutcomes(fit, deltaBand(fit, row, level, noise)) } as PredictionRow;
    const scores = stream.split(index);
    const observe = (value: number) => (noise === undefined ? value : drawMeasurement(fit, noise, value, scores));
    return { ...named, ...asOutcomes(fit, bandOfDraws(fit, draws, row, level, observe)) } as PredictionRow;
  });
}

/** Within the law's own range; shares within 0 and 1, which a law may leave far from where it was measured. */
export function asOutcomes(fit: Pick<FittedLaw, "noise" | "law">, { value, low, high }: BandRow): BandRow {
  const [least, most] = isShare(fit.noise) ? [0, 1] : (fit.law.within ?? [leastOf(fit), Infinity]);
  const inside = (number: number) => Math.min(Math.max(number, least), most);
  return { value: inside(value), low: inside(low), high: inside(high) };
}

/** What is known of a measurement: told for all, or in the row's own columns. */
function noiseOf(fit: FittedLaw, measurement: MeasurementNoise | true, row: ReadAt, index: number): MeasurementNoise {
  const { noise, columns } = fit;
  const read = (column: string | undefined, check: "count" | "positive") =>
    column === undefined || typeof row === "number" || !(column in row)
      ? undefined
      : cell("predictionBand", row, index, column, check);
  const told: MeasurementNoise = measurement === true ? {} : measurement;
  for (const name of ["items", "standardError", "weight"] as const) {
    if (told[name] === undefined || name === TOLD_BY[noise]) continue;
    throw wrong("predictionBand", `no measurement.${name}: the fit's noise is ${NOISE_WORDS[noise]}`, "one");
  }
  if (isShare(noise)) {
    const items = told.items ?? read(columns.items, "count");
    requireCount("predictionBand", "measurement.items", items, 1, 2 ** 31 - 1);
    return { items };
  }
  if (noise === "standardErrors" || noise === "estimatedErrors") {
    const standardError = told.standardError ?? read(columns.standardError, "positive");
    requirePositive("predictionBand", "measurement.standardError", standardError);
    return { standardError };
  }
  if (noise !== "weights") return {};
  const weight = told.weight ?? read(columns.weight, "positive");
  requirePositive("predictionBand", "measurement.weight", weight);
  return { weight };
}

/** The bootstrap's refits as the law takes them. */
export function drawsOf<Parameter extends string>({ law, bootstrap }: FittedLaw<Parameter>): Float64Array[] {
  return (bootstrap?.resample ?? []).map((_, draw) =>
    coordinatesOf(law, (parameter) => bootstrap?.draws[parameter][draw] as number),
  );
}

const NOISE_WORDS: Record<FittedLaw["noise"], string> = {
  binomial: "told by items",
  overdispersed: "told by items, and wider",
  standardErrors: "told by standardError",
  estimatedErrors: "told by standardError and runs",
  weights: "told by weight",
  relative: "estimated, in proportion to the law",
  equal: "estimated, equal for all",
};

/** The central `level` of the refits' values after `observe` has turned each into what would be observed. */
export function bandOfDraws<Parameter extends string>(
  fit: FittedLaw<Parameter>,
  draws: readonly Float64Array[],
  row: Float64Array,
  level: number,
  observe: (value: number) => number,
): BandRow {
  const { law } = fit;
  const gradient = new Float64Array(law.parameters.length);
  const values = draws.map((draw) => observe(lawValue(law, draw, row, gradient)));
  const value = lawValue(law, fittedCoordinates(fit), row, gradient);
  return { value, ...percentileRange(values, level) };
}

function deltaBand(fit: FittedLaw, row: Float64Array, level: number, noise: MeasurementNoise | undefined): BandRow {
  const { law, space, covariance } = fit;
  const gradient = new Float64Array(law.parameters.length);
  const given = law.evaluate(fittedCoordinates(fit), row, gradient);
  const value = inSpace(law, space, given);
  const slope = slopeOf(law.gives === "logarithm", space === "log", given);
  const back = space === "log" ? Math.exp : (number: number) => number;
  const byParameter = gradient.map((entry, k) => {
    const parameter = law.parameters[k] as string;
    return law.positive?.includes(parameter) ? entry / (fit.parameters[parameter]?.value as number) : entry;
  });
  const deviation = noise === undefined ? 0 : measurementDeviation(fit, noise, back(value));
  const inSpaceDeviation = space === "log" ? deviation / back(value) : deviation;
  const critical = criticalAlong(fit, level, byParameter);
  const variance = Math.max(slope ** 2 * quadratic(covariance, byParameter), 0);
  const reach = critical * Math.sqrt(variance + inSpaceDeviation ** 2);
  return { value: back(value), low: back(value - reach), high: back(value + reach) };
}

/**
 * Are many refits at a bound? The bias of those that a bound turns back is in the percentiles twice: of a floor that is truly 0, a
 * band of 95 % then holds 89 %, and one by the covariance, in which the bound has no part, 97 %.
 */
function standsAtBounds({ law, bootstrap }: FittedLaw): boolean {
  if (bootstrap === null) return false;
  return law.parameters.some((parameter) => {
    const [low, high] = law.bounds[parameter] ?? [-Infinity, Infinity];
    if (law.fixed?.[parameter] !== undefined || (low === -Infinity && high === Infinity)) return false;
    const drawn = bootstrap.draws[parameter] as number[];
    const held = drawn.filter((value) => value <= low || value >= high).length;
    return held > MOST_AT_BOUND * drawn.length;
  });
}

const MOST_AT_BOUND = 0.2;

/** What the law cannot fall below. */
function leastOf({ law }: Pick<FittedLaw, "law">): number {
  if (law.gives === "logarithm") return 0;
  if (law.shape !== "power over a floor") return -Infinity;
  const floor = law.parameters[2] as string;
  return law.fixed?.[floor] ?? law.bounds[floor]?.[0] ?? -Infinity;
}

/** Of the law in the residual space, by what it gives. */
function slopeOf(givesLog: boolean, inLog: boolean, given: number): number {
  if (givesLog === inLog) return 1;
  return inLog ? 1 / given : Math.exp(given);
}
