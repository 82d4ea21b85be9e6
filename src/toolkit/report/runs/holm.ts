/** @file Holm's correction: several comparisons are made, and the least p-value of many is small by luck alone. */
import { requireList, wrong } from "../../core/argument-checks.ts";
import { criticalStudent } from "../../core/critical-values.ts";
import { fTail } from "../../core/tail-probabilities.ts";
import type { SeedMean } from "../../scaling/index.ts";

/** A difference's two-sided p-value, by itself and among all that were named with it. */
export interface HolmTest {
  /** chance of a difference at least as far from 0 if there were none, by Student's t, in [0, 1] */
  p: number;
  /** the same held against all comparisons: the chance that any of them is so far by luck stays below it, in [p, 1] */
  adjusted: number;
}

/**
 * p-values of paired differences, and Holm's adjusted ones: the k-th smallest of n is multiplied by n - k + 1, and none is smaller
 * than one before it.
 *
 * @param differences means over seeds of differences, as differenceOfRuns gives them: every comparison that was named, not the good ones
 * @returns a test for each, in the order given
 * @throws RangeError when there is no difference
 * @source Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 65-70
 * @example holm([differenceOfRuns([{ seed: 1, error: 1 }, { seed: 2, error: 3 }], [{ seed: 1, error: 0 }, { seed: 2, error: 0 }], "error")])[0].p.toFixed(6) // => "0.295167"
 */
export function holm(differences: readonly SeedMean[]): HolmTest[] {
  requireList("holm", "differences to be an array of means over seeds", differences);
  if (differences.length === 0) throw wrong("holm", "at least one difference", 0);
  for (const [index, difference] of differences.entries()) {
    if (typeof difference?.value === "number") continue;
    throw wrong("holm", `differences[${index}] to be a mean over seeds`, difference, "differenceOfRuns gives one");
  }
  const values = differences.map(pValue);
  const order = values.map((_, index) => index).sort((one, other) => (values[one] ?? 0) - (values[other] ?? 0));
  const adjusted = new Array<number>(values.length).fill(0);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (values.length - rank) * (values[index] ?? 0)));
    adjusted[index] = largest;
  }
  return values.map((p, index) => ({ p, adjusted: adjusted[index] ?? 1 }));
}

/** From the interval back to Student's t; seeds that agree to the last digit leave no doubt, or no difference. */
function pValue({ value, high, level, seeds }: SeedMean): number {
  const standardError = (high - value) / criticalStudent(level, seeds - 1);
  if (standardError === 0) return value === 0 ? 1 : 0;
  return fTail((value / standardError) ** 2, 1, seeds - 1);
}
