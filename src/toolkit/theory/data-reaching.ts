/** @file How much data a learning curve needs for an error: the exact counterpart of a data multiplier's denominator. */
import { requirePositive, wrong } from "../core/argument-checks.ts";

/** A point of an exact learning curve. */
export interface CurvePoint {
  /** training time, > 0; when each problem is seen once, the number of problems times the learning rate */
  readonly time: number;
  /** error > 0 */
  readonly error: number;
}

/**
 * The time after which a learning curve stays below an error, log-linear between its points.
 *
 * @param curve points by rising time, at least two
 * @param error the error to be reached, > 0
 * @returns the time, or {ok: false, reason} when the curve never falls below the error, or is below it from the first point
 * @throws RangeError or TypeError when an argument is out of range
 * @example dataReaching([{ time: 1, error: 0.4 }, { time: 4, error: 0.1 }], 0.2) // => { ok: true, time: 2 }
 */
export function dataReaching(
  curve: readonly CurvePoint[],
  error: number,
): { ok: true; time: number } | { ok: false; reason: string } {
  requirePositive("dataReaching", "error", error);
  if (curve.length < 2) throw wrong("dataReaching", "at least two points", [...curve]);
  const last = curve.findLastIndex((point) => point.error > error);
  if (last < 0) return { ok: false, reason: `less than the first point's time: the curve starts below ${error}` };
  const [from, to] = [curve[last], curve[last + 1]] as [CurvePoint, CurvePoint | undefined];
  if (to === undefined) return { ok: false, reason: `more than the last point's time: the curve ends above ${error}` };
  const share = Math.log(from.error / error) / Math.log(from.error / to.error);
  return { ok: true, time: from.time * (to.time / from.time) ** share };
}
