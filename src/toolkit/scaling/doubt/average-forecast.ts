/** @file A forecast that hangs on no one law: the laws' predictions by their Akaike weights, and the reach of all that the data allow. */
import { requireBetween, requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import type { Failure, FittedLaw, LawFit } from "../fit/fitted-law.ts";
import { predict } from "../fit/predict.ts";
import type { ReadAt } from "../fit/read-law.ts";
import { freePlaces } from "../laws/coordinates.ts";
import { backTest } from "./back-test.ts";
import { compareFits } from "./compare-fits.ts";

export interface AverageForecast {
  ok: true;
  /** the values of the laws that count by their Akaike weights, and so inside the interval */
  value: number;
  /** from the lowest to the highest end of the intervals of the laws that count */
  low: number;
  high: number;
  level: number;
  extrapolated: boolean;
  /** by falling weight, which is 0 of a law that the data speak against: it does not count */
  laws: { law: string; weight: number; value: number; low: number; high: number; counts: boolean }[];
}

/**
 * Those laws count whose AIC lies within 6 of the least, evidence of 20 to 1. The value is the mean of their predictions by their Akaike
 * weights, the interval reaches over theirs: it holds what it says if the right law is among them. One made of the averaged standard
 * error (Burnham & Anderson, eq. 4.9) does not: the wrong law is sure of itself, and few rows leave it most of the weight.
 *
 * @param fits two or more, by squares, of the same measurements in the same space
 * @param at as `predict` takes it
 * @param options level in (0, 1), by default the first fit's
 * @returns the forecast, or { ok: false, reason } where the fits cannot be weighed
 * @throws RangeError or TypeError for fits that cannot be compared, an input or an option out of range
 * @source Burnham & Anderson 2002, Model Selection and Multimodel Inference, sections 2.6 and 2.9 (weights, evidence)
 */
export function averageForecast(
  fits: readonly LawFit[],
  at: ReadAt,
  options: { level?: number } = {},
): AverageForecast | Failure {
  requireOptions("averageForecast", options, ["level"]);
  if (!Array.isArray(fits) || fits.length < 2) throw wrong("averageForecast", "two fits or more", fits);
  const compared = compareFits(fits);
  if (!compared.ok) return compared;
  const fitted = fits as readonly FittedLaw[]; // compareFits has checked
  const { level = (fitted[0] as FittedLaw).level } = options;
  requireBetween("averageForecast", "level", level, 0, 1);
  const names = fitted.map(({ law }) => law.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong("averageForecast", "laws that differ by name", twice);
  const least = Math.min(...fitted.map(informationOf));
  let extrapolated = false;
  const laws = fitted.map((fit) => {
    const { value, low, high, ...read } = predict(fit, at, { level });
    extrapolated ||= read.extrapolated;
    const against = informationOf(fit) - least;
    const counts = against <= AGAINST;
    return { law: fit.law.name, weight: counts ? Math.exp(-against / 2) : 0, value, low, high, counts };
  });
  const total = laws.reduce((sum, { weight }) => sum + weight, 0);
  for (const law of laws) law.weight /= total;
  laws.sort((one, other) => other.weight - one.weight);
  const counted = laws.filter(({ counts }) => counts);
  return {
    ok: true,
    value: laws.reduce((sum, { weight, value }) => sum + weight * value, 0),
    low: Math.min(...counted.map(({ low }) => low)),
    high: Math.max(...counted.map(({ high }) => high)),
    level,
    extrapolated,
    laws,
  };
}

/** AIC: its correction for few rows would drop a larger law that is right for being large. */
function informationOf(fit: FittedLaw): number {
  return fit.deviance + 2 * freePlaces(fit.law).length;
}

const AGAINST = 6; // of AIC: e^-3, evidence of 20 to 1

export interface AverageBackTest {
  ok: true;
  /** one for each held-out measurement */
  rows: { inputs: Record<string, number>; observed: number; forecast: AverageForecast; relativeMiss: number }[];
  /** root mean square of the relative misses: of the average, and of each law alone */
  missOfAverage: number;
  missOfLaw: Record<string, number>;
}

/**
 * Fits every law without the held-out measurements, as `backTest` does, and compares the average's forecast of them with each law's.
 *
 * @param fits as averageForecast takes them
 * @param options level of the forecasts; seed of the back-tests' bootstraps, by default the first fit's
 * @returns the misses; or { ok: false, reason } where the remaining measurements cannot be fitted by one of the laws
 */
export function backTestAverage(
  fits: readonly LawFit[],
  options: { level?: number; seed?: number } = {},
): AverageBackTest | Failure {
  requireOptions("backTestAverage", options, ["level", "seed"]);
  if (!Array.isArray(fits) || fits.length < 2) throw wrong("backTestAverage", "two fits or more", fits);
  const { seed = (fits[0] as LawFit).seed ?? 0, level } = options;
  requireCount("backTestAverage", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const refitted: LawFit[] = [];
  const missOfLaw: Record<string, number> = {};
  for (const fit of fits as readonly LawFit[]) {
    const tested = backTest(fit, { seed });
    if (!tested.ok) return { ok: false, reason: `"${fit.law.name}": ${tested.reason}` };
    refitted.push(tested.fit);
    missOfLaw[fit.law.name] = rootMeanSquare(tested.rows.map(({ relativeMiss }) => relativeMiss));
  }
  const [first] = refitted as [LawFit];
  const held = first.measurements.filter(({ holdOut }) => holdOut === true);
  const rows: AverageBackTest["rows"] = [];
  for (const { inputs, outcome } of held) {
    const named = Object.fromEntries(
      first.law.inputs.map((input) => [first.columns.inputs[input] as string, inputs[input] as number]),
    );
    const forecast = averageForecast(refitted, named, level === undefined ? {} : { level });
    if (!forecast.ok) return forecast;
    const relativeMiss = (outcome - forecast.value) / forecast.value;
    rows.push({ inputs: named, observed: outcome, forecast, relativeMiss });
  }
  return { ok: true, rows, missOfAverage: rootMeanSquare(rows.map(({ relativeMiss }) => relativeMiss)), missOfLaw };
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
