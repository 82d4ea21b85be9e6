/** @file The learning rate from update to update: a linear warm-up, then constant, linear or cosine (Loshchilov & Hutter 2017, arXiv:1608.03983). */
import { requireCount, requireOneOf, requirePositive, requireWithin } from "../core/argument-checks.ts";

/** Plain data, kept in checkpoints. */
export interface Schedule {
  readonly shape: "constant" | "linear" | "cosine";
  /** The learning rate after the warm-up, > 0. */
  readonly peak: number;
  /** Updates of linear warm-up: the first one has rate peak / warmUp. Default 0. */
  readonly warmUp?: number;
  /** The rate at the end as a share of the peak, in [0, 1]; default 0. A constant schedule has none. */
  readonly floor?: number;
}

/**
 * The learning rate of an update.
 *
 * @param update counted from 1
 * @param updates how many there will be: the last one has rate floor * peak
 * @returns a rate in [0, peak]
 * @throws RangeError when the schedule or the counts are out of range
 * @example learningRateAt({ shape: "linear", peak: 1, warmUp: 2 }, 1, 10) // => 0.5
 * @example learningRateAt({ shape: "linear", peak: 1, warmUp: 2 }, 6, 10) // => 0.5
 * @example learningRateAt({ shape: "cosine", peak: 2, floor: 0.5 }, 10, 10) // => 1
 */
export function learningRateAt(schedule: Schedule, update: number, updates: number): number {
  const { shape, peak, warmUp = 0, floor = 0 } = schedule;
  requireOneOf("learningRateAt", "shape", shape, ["constant", "linear", "cosine"]);
  requirePositive("learningRateAt", "peak", peak);
  requireWithin("learningRateAt", "floor", floor, 0, 1);
  requireCount("learningRateAt", "updates", updates, 1, Number.MAX_SAFE_INTEGER);
  requireCount("learningRateAt", "warmUp", warmUp, 0, updates);
  requireCount("learningRateAt", "update", update, 1, updates);
  if (update <= warmUp) return (peak * update) / warmUp;
  if (shape === "constant") return peak;
  const gone = (update - warmUp) / (updates - warmUp); // in (0, 1]
  const left = shape === "linear" ? 1 - gone : (1 + Math.cos(Math.PI * gone)) / 2;
  return peak * (floor + (1 - floor) * left);
}
