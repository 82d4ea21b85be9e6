/** @file Runs at several sizes of data: what a method's are worth in the baseline's, and the exponent between two sizes. */
import { requirePositive } from "../../core/argument-checks.ts";
import {
  type DataMultiplierFailure,
  type SeededMultiplier,
  type SeededRun,
  seededMultiplier,
} from "../../scaling/index.ts";
import { numberOf, pairedBySeed, type Quantity, type SeededRecord } from "./seeded-runs.ts";

/** Which numbers of a run are its data size and its error. */
export interface SizeAndError<Run> {
  size: Quantity<Run>;
  error: Quantity<Run>;
}

/**
 * How many times a method's data the baseline needs for the same error: seededMultiplier on records.
 *
 * @param runs of the method, one a seed, all of one size
 * @param baseline for each of those seeds a run at two sizes or more
 * @param quantities size, > 0, and error, > 0, of a run
 * @returns the multiplier; or { ok: false, reason, bound } where the baseline's sizes end
 * @throws RangeError or TypeError when a run lacks one of the numbers, or a seed has no baseline
 */
export function multiplierOfRuns<Run extends SeededRecord>(
  runs: readonly Run[],
  baseline: readonly Run[],
  { size, error }: SizeAndError<Run>,
): SeededMultiplier | DataMultiplierFailure {
  const scored = (run: Run): SeededRun => ({
    seed: run.seed,
    dataSize: numberOf("multiplierOfRuns", run, size),
    error: numberOf("multiplierOfRuns", run, error),
  });
  return seededMultiplier(runs.map(scored), baseline.map(scored));
}

/**
 * Each seed's exponent a of error = c size^-a through its errors at two sizes.
 *
 * @param runs at one size, one a seed
 * @param others at another size, one for each of the same seeds
 * @returns a record for each seed, for meanOfRuns and differenceOfRuns
 * @throws RangeError or TypeError when a run lacks one of the numbers, they are not above 0, or a seed stands on one side alone
 * @example exponentsOfRuns([{ seed: 7, size: 10, error: 0.4 }], [{ seed: 7, size: 40, error: 0.2 }], { size: "size", error: "error" }) // => [{ seed: 7, exponent: 0.5 }]
 */
export function exponentsOfRuns<Run extends SeededRecord>(
  runs: readonly Run[],
  others: readonly Run[],
  { size, error }: SizeAndError<Run>,
): { seed: number; exponent: number }[] {
  return pairedBySeed("exponentsOfRuns", runs, others).map(([run, other]) => ({
    seed: run.seed,
    exponent: logRatio(run, other, error) / logRatio(other, run, size),
  }));
}

function logRatio<Run extends SeededRecord>(run: Run, other: Run, quantity: Quantity<Run>): number {
  const [above, below] = [run, other].map((each) => positiveOf(each, quantity)) as [number, number];
  return Math.log(above / below);
}

function positiveOf<Run extends SeededRecord>(run: Run, quantity: Quantity<Run>): number {
  const value = numberOf("exponentsOfRuns", run, quantity);
  requirePositive("exponentsOfRuns", `size and error in the run of seed ${run.seed}`, value);
  return value;
}
