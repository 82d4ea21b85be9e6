/** @file The data multiplier of two curves of one shape, at every error at once; with paired resampling of shared test items. */
import { requireBetween, requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { createStream, type RandomStream } from "../../core/random-stream.ts";
import { chiSquaredTail } from "../../core/tail-probabilities.ts";
import { drawOutcomes, percentileRange, whyTooFew } from "../fit/bootstrap.ts";
import { evidenceOf } from "../fit/evidence.ts";
import { fitLaw } from "../fit/fit-law.ts";
import { type Failure, noiseIsKnown } from "../fit/fitted-law.ts";
import {
  checkPoints,
  commonItems,
  type ErrorModel,
  type LearningCurvePoint,
  requireErrorModel,
  suggestedErrorModel,
} from "../fit/point-checks.ts";
import { powerFloorLaw } from "../laws/learning-curves.ts";
import { type ScoredRun, scoredCurves } from "./scored-runs.ts";
import {
  fitSharedShape,
  multiplierRefit,
  noiseColumns,
  type SharedShapeFit,
  type SharedShapeRow,
} from "./shared-shape-fit.ts";

export interface SharedShapeMultiplier {
  ok: true;
  /** above 1 when the curve needs less data than the baseline */
  value: number;
  low: number;
  high: number;
  level: number;
  method: "bootstrap";
  /** what was drawn anew: scores, test items with all their verdicts, or items and training seeds */
  resampled: "scores" | "items" | "items and seeds";
  /** of the shared shape, for its exponent and floor */
  fit: SharedShapeFit;
  /** chance of shapes so different if both curves have one, in [0, 1]; null where the noise of a point is not known */
  shapePValue: number | null;
  /** why the shapes should not be shared, or null */
  warning: string | null;
}

export interface SharedShapeOptions {
  /** of the bootstrap, an integer in [0, 2^53) */
  seed: number;
  /** refits, default 500 */
  resamples?: number;
  /** in (0, 1), default 0.95 */
  level?: number;
}

const OPTIONS = ["seed", "resamples", "level"];

/**
 * The one number by which the curve's data count more than the baseline's, if both follow one law: all points of both
 * settle it. The interval is the central `level` of refits to new scores, drawn from the fitted curves.
 *
 * @param curve points of the curve: binomial where each has items, else standardErrors, else one noise for all
 * @param baseline points of the baseline, in the same units and with the same kind of noise
 * @param options see SharedShapeOptions; errorModel where the noise is another, as { kind: "relative" } of losses
 * @returns the multiplier, > 0; or { ok: false, reason } where no error is reached by both curves within their sizes
 * @throws RangeError or TypeError when an option or a point is out of range
 * @example sharedShapeMultiplier([0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error, standardError: 0.01 })), [0.9, 0.5, 0.3, 0.2].map((error, k) => ({ dataSize: 4 ** k, error, standardError: 0.01 })), { seed: 7 }).value.toFixed(6) // => "4.000000"
 */
export function sharedShapeMultiplier(
  curve: readonly LearningCurvePoint[],
  baseline: readonly LearningCurvePoint[],
  options: SharedShapeOptions & { errorModel?: ErrorModel },
): SharedShapeMultiplier | Failure {
  requireLists("sharedShapeMultiplier", curve, baseline);
  requireOptions("sharedShapeMultiplier", options, [...OPTIONS, "errorModel"]);
  const { errorModel = suggestedErrorModel([...curve, ...baseline]) } = options;
  requireErrorModel("sharedShapeMultiplier", errorModel);
  checkPoints("sharedShapeMultiplier", curve, errorModel, "curve");
  checkPoints("sharedShapeMultiplier", baseline, errorModel, "baseline");
  const items = commonItems(errorModel);
  const rows = rowsOf(curve, baseline).map((row) =>
    items === undefined ? row : { ...row, items: row.items ?? items },
  );
  return estimate("sharedShapeMultiplier", rows, errorModel, options, "scores", (fit) => {
    const evidence = evidenceOf(fit);
    const errors = new Float64Array(rows.length);
    return (stream) => {
      drawOutcomes(evidence, stream, errors);
      return errors;
    };
  });
}

/**
 * The same where both methods were tested on the same items: each resample draws items with replacement and takes all
 * their verdicts along, at every size and of both methods. What makes an item hard for all is then no noise between them,
 * and the interval is narrower, or rightly wider, than that of independent scores. Where each size was trained more than
 * once, training seeds are drawn too.
 *
 * @param curve runs of the curve, each with a verdict for every item; several of one size differ in their training seed
 * @param baseline runs of the baseline, on the same items in the same order
 * @throws RangeError or TypeError when an option or a run is out of range, or the runs differ in their number of items
 * @source Efron & Tibshirani 1993, An Introduction to the Bootstrap, section 8.3 (resampling what is independent: items)
 */
export function pairedMultiplier(
  curve: readonly ScoredRun[],
  baseline: readonly ScoredRun[],
  options: SharedShapeOptions,
): SharedShapeMultiplier | Failure {
  requireOptions("pairedMultiplier", options, OPTIONS);
  const scored = scoredCurves("pairedMultiplier", { curve, baseline });
  const [curvePoints, baselinePoints] = scored.points as [LearningCurvePoint[], LearningCurvePoint[]];
  const rows = rowsOf(curvePoints, baselinePoints);
  return estimate("pairedMultiplier", rows, { kind: "binomial" }, options, scored.resampled, () => (stream) => {
    return scored.draw(stream).flat();
  });
}

function requireLists(caller: string, curve: unknown, baseline: unknown): void {
  if (!Array.isArray(curve)) throw wrong(caller, "curve to be an array", curve);
  if (!Array.isArray(baseline)) throw wrong(caller, "baseline to be an array", baseline);
}

function rowsOf(curve: readonly LearningCurvePoint[], baseline: readonly LearningCurvePoint[]): SharedShapeRow[] {
  return [
    ...curve.map((point): SharedShapeRow => ({ ...point, isCurve: 1 })),
    ...baseline.map((point): SharedShapeRow => ({ ...point, isCurve: 0 })),
  ].filter((row) => row.holdOut !== true);
}

function estimate(
  caller: string,
  rows: readonly SharedShapeRow[],
  errorModel: ErrorModel,
  { seed, resamples = 500, level = 0.95 }: SharedShapeOptions,
  resampled: SharedShapeMultiplier["resampled"],
  drawsOf: (fit: SharedShapeFit) => (stream: RandomStream) => ArrayLike<number>,
): SharedShapeMultiplier | Failure {
  requireCount(caller, "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount(caller, "resamples", resamples, 1, 1e6);
  requireBetween(caller, "level", level, 0, 1);
  if (rows.every(({ isCurve }) => isCurve === 0)) {
    return { ok: false, reason: "the curve has no point that is fitted; give one or more, not held out" };
  }
  const fit = fitSharedShape(rows, errorModel);
  if (!fit.ok) return { ok: false, reason: fit.reason };
  const apart = whyApart(rows, valuesOf(rows, fit));
  if (apart !== undefined) return { ok: false, reason: apart };
  const stream = createStream(seed).split("shared shape");
  const refit = multiplierRefit(fit);
  const draw = drawsOf(fit);
  const draws: number[] = [];
  for (let resample = 0; resample < resamples; resample++) {
    const multiplier = refit(draw(stream.split(resample)));
    if (multiplier !== undefined) draws.push(multiplier);
  }
  if (draws.length < LEAST_CONVERGED * resamples) {
    return { ok: false, reason: `${draws.length} of ${resamples} bootstrap fits converged; give more data sizes` };
  }
  const few = whyTooFew(draws.length, level);
  if (few !== undefined) return { ok: false, reason: `no interval for the multiplier: ${few}` };
  const noiseIsWhole = noiseIsKnown(fit.noise) && resampled !== "items and seeds"; // the luck of a seed is in no count of items
  const shapePValue = noiseIsWhole ? shapeTest(rows, errorModel, fit) : null;
  const warning =
    shapePValue !== null && shapePValue < RARE
      ? `the two curves differ in shape (p = ${formatNumber(shapePValue, 2)}), so no one number shifts one onto the other; read the multiplier at each error with dataMultiplier`
      : null;
  const range = percentileRange(draws, level);
  const { value } = fit.parameters.multiplier;
  return { ok: true, value, ...range, level, method: "bootstrap", resampled, fit, shapePValue, warning };
}

/** The shared shape at the rows. */
function valuesOf(rows: readonly SharedShapeRow[], { residuals }: SharedShapeFit): number[] {
  return rows.map((row, i) => row.error - (residuals[i] as number));
}

const LEAST_CONVERGED = 0.8; // as for the intervals of one curve
const RARE = 0.05;

/** Without an error that both reach, the shift would be read off the shape where nobody measured. */
function whyApart(rows: readonly SharedShapeRow[], values: readonly number[]): string | undefined {
  const range = (which: 0 | 1) => {
    const own = values.filter((_, i) => rows[i]?.isCurve === which);
    return { least: Math.min(...own), most: Math.max(...own) };
  };
  const [baseline, curve] = [range(0), range(1)];
  if (curve.least <= baseline.most && baseline.least <= curve.most) return undefined;
  const [curveText, baselineText] = [curve, baseline].map(({ least, most }) => {
    return `${formatNumber(least, 4)} to ${formatNumber(most, 4)}`;
  });
  return `no error is reached by both: the curve covers ${curveText}, the baseline ${baselineText}; measure sizes at which they meet`;
}

/** Chi squared of what a law of its own for each curve explains besides: two more parameters. */
function shapeTest(rows: readonly SharedShapeRow[], errorModel: ErrorModel, shared: SharedShapeFit): number | null {
  let separate = 0;
  for (const which of [0, 1] as const) {
    const own = rows.filter((row) => row.isCurve === which);
    const fit = fitLaw(own, { law: powerFloorLaw, y: "error", ...noiseColumns(errorModel) });
    if (!fit.ok) return null;
    separate += fit.deviance;
  }
  return chiSquaredTail(Math.max(shared.deviance - separate, 0), 2);
}
