/** @file The back-test of a scaling law: fit without the largest sizes, predict them, and warn when they came out otherwise. */
import { requireBetween } from "../core/argument-checks.ts";
import { formatNumber } from "../core/number-format.ts";
import { createStream } from "../core/random-stream.ts";
import { checkedSettings, type FitOptions, fitChecked } from "./fit-scaling-law.ts";
import { drawMeasurement } from "./measurement-noise.ts";
import { bandOfErrors } from "./prediction-band.ts";
import type { Failure, FittedScalingLaw, LearningCurvePoint, PredictionBandRow } from "./types.ts";

export interface BackTestRow extends PredictionBandRow {
  observed: number;
  /** (observed - value) / value */
  relativeMiss: number;
  /** is `observed` in [low, high] */
  inside: boolean;
}

export interface BackTest {
  ok: true;
  /** the fit without the held-out points */
  fit: FittedScalingLaw;
  /** one for each held-out point, by rising dataSize */
  rows: BackTestRow[];
  /** why the law should not be trusted beyond its data, or null when the held-out points came out as predicted */
  warning: string | null;
}

/**
 * Fits the points that are not held out and compares its prediction with those that are: the points marked holdOut, or
 * else all points of the largest dataSize. The band is that of a new measurement: the curve's bootstrap refits, plus
 * noise by the error model. It warns when a point falls outside its band, and also when a point misses the curve by more
 * than `tolerance`, since noise estimated from the misfit of a wrong law widens the band until it excuses the law.
 *
 * @param points of the learning curve, held-out ones included
 * @param options of the fit, and tolerance: share of the predicted error that the curve may miss by, in (0, 1), default 0.05
 * @returns the comparison, or { ok: false, reason } when the remaining points cannot be fitted
 * @throws RangeError or TypeError when an option or a point is out of range
 * @example backTest([0.9, 0.5, 0.3, 0.2, 0.15, 0.125].map((error, k) => ({ dataSize: 4 ** k, error })), { seed: 7 }).warning // => null
 */
export function backTest(
  points: readonly LearningCurvePoint[],
  options: FitOptions & { tolerance?: number },
): BackTest | Failure {
  const { tolerance = 0.05, ...fitOptions } = options;
  requireBetween("backTest", "tolerance", tolerance, 0, 1);
  const settings = checkedSettings("backTest", points, {
    ...fitOptions,
    intervalMethods: ["bootstrap", "profile", "wald"],
  });
  const fit = fitChecked("back-test", withHoldOut(points), settings);
  if (!fit.ok) return { ok: false, reason: `without the held-out points: ${fit.reason}` };
  const stream = createStream(settings.seed).split("back-test");
  const heldOut = fit.points.filter((point) => point.holdOut === true);
  const rows = heldOut.map((point, index): BackTestRow => {
    const noise = stream.split(index);
    const row = bandOfErrors(fit, point.dataSize, settings.level, (error) => drawMeasurement(fit, point, error, noise));
    const observed = point.error;
    const relativeMiss = (observed - row.value) / row.value;
    return { ...row, observed, relativeMiss, inside: observed >= row.low && observed <= row.high };
  });
  const warnings = rows.flatMap((row) => warningOf(row, settings.level, tolerance));
  return { ok: true, fit, rows, warning: warnings.length === 0 ? null : warnings.join("; ") };
}

function withHoldOut(points: readonly LearningCurvePoint[]): LearningCurvePoint[] {
  if (points.some((point) => point.holdOut === true)) return [...points];
  const largest = points.reduce((most, point) => Math.max(most, point.dataSize), 0);
  return points.map((point) => ({ ...point, holdOut: point.dataSize === largest }));
}

function warningOf(row: BackTestRow, level: number, tolerance: number): string[] {
  const { dataSize, observed, value, low, high, inside, relativeMiss } = row;
  if (inside && Math.abs(relativeMiss) <= tolerance) return [];
  const figures = [observed, value, low, high].map((figure) => formatNumber(figure, 4));
  const seen = `at dataSize ${dataSize} the error was ${figures[0]}, predicted ${figures[1]} [${figures[2]}, ${figures[3]}]`;
  const why = inside
    ? `a miss of ${formatNumber(100 * Math.abs(relativeMiss), 2)} %, more than the tolerance of ${formatNumber(100 * tolerance, 2)} %`
    : `outside the ${formatNumber(100 * level, 3)} % band`;
  return [`${seen}: ${why}; do not extrapolate this law`];
}
