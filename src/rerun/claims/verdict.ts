/** @file Whether a run reproduced a claim: numbers are compared, never their printed text. */

import type { Notebook } from "../notebook/notebook.ts";
import type { NotebookRun } from "../notebook/run-notebook.ts";
import type { Claim, Tolerance, Value } from "./claims.ts";
import type { Measurement } from "./measurement.ts";
import { printedAt } from "./printed-numbers.ts";

/** From the best to the worst. */
export const VERDICTS = ["reproduced", "within tolerance", "environment differs", "differs", "not run"] as const;

export type Verdict = (typeof VERDICTS)[number];

export interface Judgement {
  readonly claim: Claim;
  /** The notebook that the claim is about. */
  readonly notebook: Notebook;
  readonly verdict: Verdict;
  /** What was measured; null when nothing was, or no finite number. */
  readonly measured: Value | null;
  /** Why the claim was not reproduced, when the numbers alone do not say. */
  readonly reason: string | undefined;
}

/** Two numbers this close are the same: room for the last digits, in which sums taken in another order differ. */
const SAME = 1e-9;

/**
 * Judges one claim.
 *
 * "reproduced": |measured - expected| <= 1e-9 |expected|, for each number of a list. "within tolerance": at most the tolerance away.
 * "environment differs": further away, but in another environment than the one the claim was recorded in.
 * "differs": further away. For intervals, "within tolerance" is enough of an overlap. "not run": there is no number, because the cell failed or never ran, or because the claim's
 * expression gave none.
 *
 * @param claim what was said
 * @param notebook of which it was said
 * @param measurement what the run gave; undefined when the claim's cell failed or did not run
 * @param environmentDifference how this environment differs from the recorded one; undefined when it does not
 */
export function judge(
  claim: Claim,
  notebook: Notebook,
  measurement: Measurement | undefined,
  environmentDifference: string | undefined,
): Judgement {
  if (measurement === undefined) {
    return { claim, notebook, verdict: "not run", measured: null, reason: "its cell did not come to its end" };
  }
  if (!measurement.ok) return { claim, notebook, verdict: "not run", measured: null, reason: measurement.reason };
  const { value } = measurement;
  const expected = numbersOf(claim.expected);
  const measured = numbersOf(value);
  if (!measured.every(Number.isFinite) || measured.length !== expected.length) {
    const reason = `it is ${fewOf(measured)}`;
    return { claim, notebook, verdict: "differs", measured: null, reason };
  }
  const verdict = compare(measured, expected, claim.tolerance, environmentDifference !== undefined);
  const reason = verdict === "environment differs" ? environmentDifference : undefined;
  return { claim, notebook, verdict, measured: value, reason };
}

/** What a run gives for a claim; undefined when the claim's cell failed or did not run. */
export function measurementOf({ id, cell, printed }: Claim, run: NotebookRun | undefined): Measurement | undefined {
  const ran = run?.cells.get(cell);
  if (printed === undefined || ran === undefined) return ran?.measurements.get(id);
  return run?.failure?.cell?.id === cell ? undefined : printedAt(ran.outputs, printed);
}

/** The numbers of a value that is one or several. */
export function numbersOf(value: Value): readonly number[] {
  return typeof value === "number" ? [value] : value;
}

/** Numbers for a line of text. */
function fewOf(numbers: readonly number[]): string {
  const shown = numbers.slice(0, 6).join(", ");
  return numbers.length > 6 ? `${shown}, … (${numbers.length} numbers)` : shown;
}

function compare(
  measured: readonly number[],
  expected: readonly number[],
  tolerance: Tolerance,
  elsewhere: boolean,
): Verdict {
  const allWithin = (width: (number: number) => number) =>
    expected.every((number, index) => Math.abs((measured[index] ?? Number.NaN) - number) <= width(number));
  if (allWithin((number) => SAME * Math.abs(number))) return "reproduced";
  const holds =
    "overlap" in tolerance
      ? overlaps(measured, expected, tolerance.overlap)
      : allWithin((number) => toleranceWidth(tolerance, number));
  if (holds) return "within tolerance";
  return elsewhere ? "environment differs" : "differs";
}

/** Whether two intervals share enough of the shorter one. */
function overlaps(measured: readonly number[], expected: readonly number[], share: number): boolean {
  const [low = Number.NaN, high = Number.NaN] = measured;
  const [theirLow = Number.NaN, theirHigh = Number.NaN] = expected;
  const common = Math.min(high, theirHigh) - Math.max(low, theirLow);
  return low <= high && common >= 0 && common >= share * Math.min(high - low, theirHigh - theirLow);
}

/** The largest distance from the expected number that a tolerance allows. */
function toleranceWidth(tolerance: Exclude<Tolerance, { overlap: number }>, expected: number): number {
  return "absolute" in tolerance ? tolerance.absolute : tolerance.relative * Math.abs(expected);
}

/** Whether a verdict says that the claim holds. */
export function holds(verdict: Verdict): boolean {
  return verdict === "reproduced" || verdict === "within tolerance";
}
