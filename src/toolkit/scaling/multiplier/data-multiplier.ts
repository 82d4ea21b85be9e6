/** @file The data multiplier: how many times less data one learning curve needs than another to reach the same error. */
import { requireBetween, requireCount, requireOptions, requirePositive, wrong } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { createStream } from "../../core/random-stream.ts";
import { percentileRange, reachesLevel } from "../fit/bootstrap.ts";
import type { BootstrapDraws, Failure, FittedLaw, LawFit } from "../fit/fitted-law.ts";
import { type Along, type LawLine, lawLine } from "../fit/law-line.ts";
import { drawsOf } from "../fit/prediction-band.ts";
import { fittedCoordinates, requireFitted } from "../fit/read-law.ts";
import { sizeReaching, whyUnreadable } from "./equivalent-data-size.ts";

/** baseline's data size over curve's data size, at one error. */
export interface DataMultiplierEstimate {
  ok: true;
  /** above 1 when the curve needs less data than the baseline */
  value: number;
  low: number;
  high: number;
  level: number;
  method: "bootstrap";
  atError: number;
  /** data sizes at which the fitted curves reach the error, in the unit of the points */
  curveDataSize: number;
  baselineDataSize: number;
  /** ends that the measured sizes cut off: the true end lies further out */
  censored: "none" | "low" | "high" | "both";
}

/** No value, but what the measured sizes still say of it. */
export type DataMultiplierFailure = Failure & {
  atError: number;
  bound?: { kind: "at least" | "at most"; value: number; limit?: number };
};

/**
 * D_baseline(atError) / D_curve(atError), each curve read off its own fit. Read off, not extrapolated: when one of the
 * curves does not pass the error within its measured sizes, the result is a failure with the bound that the sizes give.
 * The interval is the central `level` of the ratios of the two fits' bootstrap refits, paired at random, or resample by
 * resample where fitScoredRuns drew the same test items for both; a refit that leaves its measured sizes counts as beyond
 * every other.
 *
 * @param curve a fit that is ok, of a law that falls, or rises to a reward, along one input, with bootstrap draws
 * @param baseline another one, of any such law that goes the same way; both in the same units
 * @param options atError: the outcome at which both are read, > 0; level in (0, 1), by default the curve's; seed of the pairing, by
 *   default the curve's; for laws with several inputs along, the column to read them along, and held, the values of the others by column
 * @returns the multiplier, > 0, with its interval; or { ok: false, reason, bound }
 * @throws TypeError for something that is no fit, RangeError for an option out of range
 * @example dataMultiplier(fitScalingLaw({ points: [0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), { atError: 0.4 }).value.toFixed(6) // => "4.000000"
 */
export function dataMultiplier(
  curve: LawFit,
  baseline: LawFit,
  options: { atError: number; level?: number; seed?: number } & Along,
): DataMultiplierEstimate | DataMultiplierFailure {
  requireOptions("dataMultiplier", options, ["atError", "level", "seed", "along", "held"]);
  const { atError } = options;
  for (const fit of [curve, baseline]) {
    if (fit?.ok === false) return { ok: false, reason: `"${fit.name}" has no fit: ${fit.reason}`, atError };
  }
  requireFitted("dataMultiplier", "curve", curve);
  requireFitted("dataMultiplier", "baseline", baseline);
  const { level = curve.level, seed = curve.seed ?? 0 } = options;
  requirePositive("dataMultiplier", "atError", atError);
  requireBetween("dataMultiplier", "level", level, 0, 1);
  requireCount("dataMultiplier", "seed", seed, 0, Number.MAX_SAFE_INTEGER);

  const lines = [lineOf(curve, options), lineOf(baseline, options)] as const;
  requireSame("y", curve.columns.y, baseline.columns.y);
  requireSame("data size", lines[0].column, lines[1].column);
  const unreadable = [whyUnreadable(curve, lines[0]), whyUnreadable(baseline, lines[1])].find(
    (why) => why !== undefined,
  );
  if (unreadable !== undefined) return { ok: false, reason: unreadable, atError };
  if (lines[0].direction !== lines[1].direction) {
    const reason = `"${curve.name}" ${lines[0].direction} and "${baseline.name}" ${lines[1].direction}; give two curves that go the same way`;
    return { ok: false, reason, atError };
  }
  const curveSize = reading(curve, lines[0], atError);
  const baselineSize = reading(baseline, lines[1], atError);
  const value = baselineSize.size / curveSize.size;
  const outside = [curveSize, baselineSize].filter((size) => size.beyond !== "within");
  if (outside.length > 0) {
    const atMost = canBeLower(curveSize, baselineSize);
    const atLeast = canBeHigher(curveSize, baselineSize);
    const failure: DataMultiplierFailure = {
      ok: false,
      reason: outside.map((size) => size.reason).join("; "),
      atError,
    };
    if (atMost !== atLeast) failure.bound = { kind: atMost ? "at most" : "at least", value };
    return failure;
  }
  for (const fit of [curve, baseline]) {
    const draws = fit.bootstrap?.resample.length ?? 0;
    if (reachesLevel(draws, level)) continue;
    const reason =
      draws === 0
        ? `"${fit.name}" has no bootstrap draws; put "bootstrap" among its intervalMethods`
        : `${draws} bootstrap refits of "${fit.name}" do not reach the ends of a level of ${level}; ask for ${Math.ceil(2 / (1 - level))} resamples at least`;
    return { ok: false, reason, atError };
  }

  const ratios = drawRatios(curve, baseline, lines, atError, seed);
  const lowIsCut = ratios.lower + 1 > ((1 - level) / 2) * ratios.plain.length;
  const highIsCut = ratios.higher + 1 > ((1 - level) / 2) * ratios.plain.length;
  return {
    ok: true,
    value,
    low: percentileRange(lowIsCut ? ratios.plain : ratios.lowest, level).low,
    high: percentileRange(highIsCut ? ratios.plain : ratios.highest, level).high,
    level,
    method: "bootstrap",
    atError,
    curveDataSize: curveSize.size,
    baselineDataSize: baselineSize.size,
    censored: lowIsCut ? (highIsCut ? "both" : "low") : highIsCut ? "high" : "none",
  };
}

/** Throws where the two fits name what they measure by different columns: the ratio of two sizes would mean nothing. */
function requireSame(what: string, one: string, other: string): void {
  if (one === other) return;
  const hint = "if they are one quantity in one unit, give their columns one name";
  throw wrong("dataMultiplier", `two fits of one ${what}`, `${one} and ${other}`, hint);
}

/** A data size, cut to the measured sizes. */
interface Reading {
  size: number;
  beyond: "within" | "below" | "above";
  reason: string;
}

/** A law with one input is read along that one; what is held concerns the other. */
function lineOf(fit: FittedLaw, { along, held }: Along): LawLine {
  const told: Along = {};
  if (along !== undefined) told.along = along;
  if (held !== undefined && fit.law.inputs.length > 1) told.held = held;
  return lawLine("dataMultiplier", fit, told);
}

function reading(fit: FittedLaw, line: LawLine, atError: number): Reading {
  const { smallest, largest, column, direction } = line;
  const { size, beyond } = cut(fit, line, fittedCoordinates(fit), atError);
  if (beyond === "within") return { size, beyond, reason: "" };
  const reached = formatNumber(line.valueAt(size), 4);
  const { y } = fit.columns;
  const [further, nearer] = direction === "rises" ? ["smaller", "larger"] : ["larger", "smaller"];
  const side = direction === "rises" ? "over" : "under";
  const reason =
    beyond === "above"
      ? `"${fit.name}" only reaches ${y} ${reached} at its largest ${column} ${largest}, not ${atError}; choose a ${further} atError`
      : `"${fit.name}" already has ${y} ${reached} at its smallest ${column} ${smallest}, ${side} ${atError}; choose a ${nearer} atError`;
  return { size, beyond, reason };
}

function cut(
  fit: FittedLaw,
  line: LawLine,
  coordinates: Float64Array,
  error: number,
): Pick<Reading, "size" | "beyond"> {
  const size = sizeReaching(fit, line, coordinates, error);
  if (size > line.largest) return { size: line.largest, beyond: "above" };
  if (size < line.smallest) return { size: line.smallest, beyond: "below" };
  return { size, beyond: "within" };
}

function canBeLower(curve: Pick<Reading, "beyond">, baseline: Pick<Reading, "beyond">): boolean {
  return curve.beyond === "above" || baseline.beyond === "below";
}

function canBeHigher(curve: Pick<Reading, "beyond">, baseline: Pick<Reading, "beyond">): boolean {
  return curve.beyond === "below" || baseline.beyond === "above";
}

/**
 * Ratios of paired refits, sorted: as cut; with 0 where the truth can be lower; with Infinity where it can be higher;
 * and how many of the two latter.
 */
function drawRatios(
  curve: FittedLaw,
  baseline: FittedLaw,
  [curveLine, baselineLine]: readonly [LawLine, LawLine],
  atError: number,
  seed: number,
) {
  const pairs = pairedDraws(curve, baseline, seed);
  const plain: number[] = [];
  const lowest: number[] = [];
  const highest: number[] = [];
  let lower = 0;
  let higher = 0;
  const curveReadings = drawsOf(curve).map((coordinates) => cut(curve, curveLine, coordinates, atError));
  const baselineReadings = drawsOf(baseline).map((coordinates) => cut(baseline, baselineLine, coordinates, atError));
  for (const [curveDraw, baselineDraw] of pairs) {
    const curveSize = curveReadings[curveDraw] as Reading;
    const baselineSize = baselineReadings[baselineDraw] as Reading;
    const ratio = baselineSize.size / curveSize.size;
    const [canFall, canRise] = [canBeLower(curveSize, baselineSize), canBeHigher(curveSize, baselineSize)];
    plain.push(ratio);
    lowest.push(canFall ? 0 : ratio);
    highest.push(canRise ? Infinity : ratio);
    if (canFall) lower++;
    if (canRise) higher++;
  }
  return { plain, lowest, highest, lower, higher };
}

/** Which draw of the one goes with which of the other. */
function pairedDraws(curve: FittedLaw, baseline: FittedLaw, seed: number): [number, number][] {
  const [one, other] = [curve.bootstrap, baseline.bootstrap] as [BootstrapDraws, BootstrapDraws];
  if (sharesItems(one) && sharesItems(other) && curve.seed === baseline.seed) {
    const places = new Map(other.resample.map((resample, at) => [resample, at]));
    return one.resample.flatMap((resample, at): [number, number][] => {
      const place = places.get(resample);
      return place === undefined ? [] : [[at, place]];
    });
  }
  const stream = createStream(seed).split("data multiplier"); // random pairs: equal seeds do not tie the two fits together
  return Array.from({ length: Math.max(one.resample.length, other.resample.length) }, () => [
    stream.integer(one.resample.length),
    stream.integer(other.resample.length),
  ]);
}

function sharesItems({ kind }: BootstrapDraws): boolean {
  return kind === "items" || kind === "items and seeds";
}
