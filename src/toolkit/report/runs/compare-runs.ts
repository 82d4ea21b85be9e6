/** @file The runs of a study compared over their seeds, cell by cell: means, paired differences, data multipliers, exponents. */
import { requireList, requireOptions, wrong } from "../../core/argument-checks.ts";
import type { Measured } from "../../core/estimate-text.ts";
import type { DataMultiplierFailure, SeededMultiplier, SeedMean } from "../../scaling/index.ts";
import { notRun, type RunGrid, runGrid } from "./run-grid.ts";
import { exponentsOfRuns, multiplierOfRuns } from "./runs-by-size.ts";
import { differenceOfRuns, type MeanOptions, meanOfRuns, type Quantity, type SeededRecord } from "./seeded-runs.ts";

/** Quantities of a run by their headings in a table. */
export type Quantities<Run> = Readonly<Record<string, Quantity<Run>>>;

/** Runs in cells: `By` is what is compared, `At` is where. */
export interface RunComparison<Run, By, At> {
  /** of all runs, in rising order */
  readonly seeds: readonly number[];
  /** The runs of one cell, one a seed. @throws RangeError or TypeError where nothing was run */
  runs(by: By, at: At): Run[];
  /** The mean over seeds, in every cell. */
  means(quantity: Quantity<Run>, options?: MeanOptions): RunGrid<By, At, SeedMean>;
  /** The mean over seeds less that of the baseline at the same place, seed by seed. */
  differences(baseline: By, quantity: Quantity<Run>): RunGrid<By, At, SeedMean>;
  /** How many times a cell's data the baseline needs for the same error; `At` is the size of the data. */
  multipliers(baseline: By, error: Quantity<Run>): RunGrid<By, At, SeededMultiplier | DataMultiplierFailure>;
  /** Each seed's exponent of the error between two sizes: records for meanOfRuns and differenceOfRuns. */
  exponents(by: By, between: readonly [At, At], error: Quantity<Run>): { seed: number; exponent: number }[];
  /** Means of several quantities in one cell, by their headings. */
  meansOf(by: By, at: At, quantities: Quantities<Run>): Record<string, SeedMean>;
  /** Differences of several quantities from the baseline at the same place, by their headings. */
  differencesOf(by: By, baseline: By, at: At, quantities: Quantities<Run>): Record<string, SeedMean>;
}

/**
 * Sorts the runs of a study into cells, each with one run a seed. Every mean has Student's interval over seeds, and every
 * comparison is made seed by seed. A cell without a run is an error where it is asked for, and "not run" in a table.
 *
 * @param runs records with a seed
 * @param fields by: the field that says what is compared, such as the method; at: the one that says where, such as the size
 * @throws RangeError when there is no run; what is returned throws when a cell has two runs of a seed or one lacks a number
 * @example compareRuns([7, 8].flatMap((seed) => [{ seed, method: "sft", size: 10, error: 0.5 }, { seed, method: "rft", size: 10, error: 0.25 }]), { by: "method", at: "size" }).differences("sft", "error").cell("rft", 10).value // => -0.25
 */
export function compareRuns<Run extends SeededRecord, By extends keyof Run & string, At extends keyof Run & string>(
  runs: readonly Run[],
  fields: { by: By; at: At },
): RunComparison<Run, Run[By], Run[At]> {
  requireList("compareRuns", "runs to be an array of records", runs);
  requireOptions("compareRuns", fields, ["by", "at"]);
  if (runs.length === 0) throw wrong("compareRuns", "at least one run", 0);
  const allOf = (by: Run[By]): Run[] => runs.filter((run) => run[fields.by] === by);
  const placesOf = (by: Run[By]): Run[At][] => sorted(allOf(by).map((run) => run[fields.at]));
  const runsAt = (by: Run[By], at: Run[At]): Run[] => {
    const found = allOf(by).filter((run) => run[fields.at] === at);
    if (found.length === 0) throw notRun("runs", fields, { by, at, places: placesOf(by) });
    return found;
  };
  const less = (by: Run[By], baseline: Run[By], at: Run[At], quantity: Quantity<Run>): SeedMean =>
    differenceOfRuns(runsAt(by, at), runsAt(baseline, at), quantity);
  const groups = [...new Set(runs.map((run) => run[fields.by]))];
  const grid = <Cell extends Measured>(measure: (by: Run[By], at: Run[At]) => Cell, places = placesOf) =>
    runGrid({ fields, groups, placesOf: places, measure });
  const size: Quantity<Run> = (run) => run[fields.at] as number; // a size that is no number is refused where it is used

  return {
    seeds: sorted(runs.map(({ seed }) => seed)),
    runs: runsAt,
    means: (quantity, options) => grid((by, at) => meanOfRuns(runsAt(by, at), quantity, options)),
    differences(baseline, quantity) {
      const inBoth = (by: Run[By]) => placesOf(by).filter((at) => placesOf(baseline).includes(at));
      return grid((by, at) => less(by, baseline, at, quantity), inBoth);
    },
    multipliers: (baseline, error) =>
      grid((by, at) => multiplierOfRuns(runsAt(by, at), allOf(baseline), { size, error })),
    exponents: (by, [from, to], error) => exponentsOfRuns(runsAt(by, from), runsAt(by, to), { size, error }),
    meansOf: (by, at, quantities) => each(quantities, (quantity) => meanOfRuns(runsAt(by, at), quantity)),
    differencesOf: (by, baseline, at, quantities) => each(quantities, (quantity) => less(by, baseline, at, quantity)),
  };
}

function each<From, To>(values: Readonly<Record<string, From>>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** Distinct values, numbers in rising order and before all others, which stay as they came. */
function sorted<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)].sort((one, other) => Number(one) - Number(other) || 0);
}
