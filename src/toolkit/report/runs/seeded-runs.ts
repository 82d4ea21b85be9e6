/** @file Numbers of training runs over their seeds: the mean of one group of runs, and the paired difference of two. */
import { requireList, wrong } from "../../core/argument-checks.ts";
import { meanOverSeeds, type SeedMean } from "../../scaling/index.ts";

/** A run of an experiment, known by its seed among the runs that differ in nothing else. */
export interface SeededRecord {
  readonly seed: number;
}

/** What is asked of a run: the name of one of its numbers, or how to get a number out of it. */
export type Quantity<Run> = NumberName<Run> | ((run: Run) => number | null | undefined);

type NumberName<Run> = {
  [Name in keyof Run]-?: Run[Name] extends number | null | undefined ? Name : never;
}[keyof Run] &
  string;

/** How a mean is taken: of the numbers, or of their logarithms (the geometric mean). */
export interface MeanOptions {
  scale?: "linear" | "log";
}

/**
 * The mean of a quantity over the seeds of a group of runs, with Student's interval.
 *
 * @param runs one a seed, of two seeds or more
 * @param quantity a number of each run: its name, or a function of the run
 * @param options scale: "log" for the geometric mean of numbers above 0; "linear" by default
 * @throws RangeError or TypeError when a seed comes twice, a run has no such number, or there are fewer than two runs
 * @example meanOfRuns([{ seed: 1, error: 0.3 }, { seed: 2, error: 0.5 }], "error").value // => 0.4
 */
export function meanOfRuns<Run extends SeededRecord>(
  runs: readonly Run[],
  quantity: Quantity<Run>,
  options: MeanOptions = {},
): SeedMean {
  const numbers = [...bySeed("meanOfRuns", runs).values()].map((run) => numberOf("meanOfRuns", run, quantity));
  return meanOverSeeds(numbers, options);
}

/**
 * The mean over seeds of a quantity in one group of runs less the same in another, seed by seed: what a seed makes hard for
 * both counts as no difference.
 *
 * @param runs one a seed
 * @param others one for each of the same seeds
 * @param quantity a number of each run: its name, or a function of the run
 * @throws RangeError or TypeError as meanOfRuns does, and when a seed stands on one side alone
 * @example differenceOfRuns([{ seed: 1, error: 0.25 }, { seed: 2, error: 0.5 }], [{ seed: 2, error: 0.75 }, { seed: 1, error: 0.5 }], "error").value // => -0.25
 */
export function differenceOfRuns<Run extends SeededRecord>(
  runs: readonly Run[],
  others: readonly Run[],
  quantity: Quantity<Run>,
): SeedMean {
  const caller = "differenceOfRuns";
  const differences = pairedBySeed(caller, runs, others).map(
    ([run, other]) => numberOf(caller, run, quantity) - numberOf(caller, other, quantity),
  );
  return meanOverSeeds(differences);
}

/** The runs of each seed on either side, in the order of the first. */
export function pairedBySeed<Run extends SeededRecord>(
  caller: string,
  runs: readonly Run[],
  others: readonly Run[],
): [Run, Run][] {
  const [own, theirs] = [bySeed(caller, runs), bySeed(caller, others)];
  const alone = [...own.keys(), ...theirs.keys()].find((seed) => !(own.has(seed) && theirs.has(seed)));
  if (alone !== undefined) throw wrong(caller, "the same seeds on both sides, and on one alone it", alone);
  return [...own].map(([seed, run]) => [run, theirs.get(seed) as Run]);
}

/** @throws RangeError or TypeError that names the quantity and the seed when it is no finite number */
export function numberOf<Run extends SeededRecord>(caller: string, run: Run, quantity: Quantity<Run>): number {
  const value: unknown = typeof quantity === "function" ? quantity(run) : run[quantity];
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const what = typeof quantity === "function" ? "the quantity" : quantity;
  throw wrong(caller, `${what} to be a finite number in the run of seed ${run.seed}`, value);
}

function bySeed<Run extends SeededRecord>(caller: string, runs: readonly Run[]): Map<number, Run> {
  requireList(caller, "runs to be an array of records", runs);
  const found = new Map<number, Run>();
  for (const run of runs) {
    if (found.has(run.seed)) throw wrong(caller, "one run a seed, and not a second one of seed", run.seed);
    found.set(run.seed, run);
  }
  return found;
}
