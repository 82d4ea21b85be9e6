/** @file Rows of a table as the measurements of a law, checked at the door: outcomes, inputs, and what is known of their noise. */
import { requireCount, requireOneOf, requirePositive, requireWithin, wrong } from "../core/argument-checks.ts";
import type { Law } from "./laws/law.ts";
import type { Measurements, ResidualSpace } from "./least-squares/law-problem.ts";

/** Which columns hold what. The law's inputs are columns of their own names. */
export interface LawColumns {
  /** the measured outcome */
  y: string;
  /** standard deviation of the outcome, > 0: the noise is then known */
  standardError?: string;
  /** weight of the squared residual, > 0: the noise is known up to a factor */
  weight?: string;
  /** test items, a count >= 1, that the outcome is a share of: the noise is binomial, and known */
  items?: string;
  /** without such a column: one standard deviation for all (default), or one proportional to the law; its size is estimated */
  noise?: "equal" | "relative";
}

/** How the noise of an outcome hangs on the law's value: not at all, as a share of items, or in proportion. */
export type LawNoise =
  | { kind: "fixed" }
  | { kind: "binomial"; items: Float64Array }
  | { kind: "relative"; least: number };

/** Measurements with the noise that the columns tell. */
export interface NoisyMeasurements extends Measurements {
  /** outcomes in their own unit, (measurements) */
  values: Float64Array;
  noise: LawNoise;
  /** is the size of the noise known, not only its shape */
  noiseIsKnown: boolean;
}

/**
 * Reads and checks the rows.
 *
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError naming the row and column that is out of range
 */
export function lawMeasurements(
  caller: string,
  rows: readonly object[],
  law: Law,
  columns: LawColumns,
  space: ResidualSpace,
): NoisyMeasurements {
  if (!Array.isArray(rows)) throw wrong(caller, "rows to be an array of plain objects", rows);
  const { y, standardError, weight, items, noise = "equal" } = columns;
  requireOneOf(caller, "noise", noise, ["equal", "relative"]);
  const told = [standardError, weight, items, noise === "equal" ? undefined : noise].filter((way) => way !== undefined);
  if (told.length > 1)
    throw wrong(caller, "standardError or weight or items or noise, one of them", told.join(" and "));
  const column = (name: string, check: Check): Float64Array =>
    Float64Array.from(rows, (row: unknown, index) => cell(caller, row, index, name, check));
  const inputs = lawInputs(caller, rows, law);
  const values = column(
    y,
    items !== undefined ? "share" : space === "log" || noise === "relative" ? "positive" : "any",
  );
  const outcomes = space === "log" ? values.map(Math.log) : values;
  const deviations = new Float64Array(rows.length).fill(1);
  const measured = { inputs, outcomes, deviations, values };
  if (items !== undefined) {
    return { ...measured, noise: { kind: "binomial", items: column(items, "count") }, noiseIsKnown: true };
  }
  if (noise === "relative") {
    const least = LEAST_RELATIVE * values.reduce((most, value) => Math.max(most, value), 0);
    return { ...measured, noise: { kind: "relative", least }, noiseIsKnown: false };
  }
  if (standardError !== undefined) {
    const errors = column(standardError, "positive");
    deviations.set(errors.map((error, row) => (space === "log" ? error / (values[row] as number) : error)));
  }
  if (weight !== undefined) deviations.set(column(weight, "positive").map((given) => 1 / Math.sqrt(given)));
  return { ...measured, noise: { kind: "fixed" }, noiseIsKnown: standardError !== undefined };
}

const LEAST_RELATIVE = 1e-12; // of the largest outcome: a law that touches 0 keeps a finite weight

/** The law's inputs, (rows, inputs), as the law takes them. */
export function lawInputs(caller: string, rows: readonly object[], law: Law): Float64Array[] {
  const check = law.takes === "logarithms" ? "to logarithm" : "any";
  return Array.from(rows, (row: unknown, index) =>
    Float64Array.from(law.inputs, (input) => {
      const value = cell(caller, row, index, input, check);
      return law.takes === "logarithms" ? Math.log(value) : value;
    }),
  );
}

type Check = "any" | "positive" | "to logarithm" | "share" | "count";

const LARGEST = 1e140; // its square, summed over a table, stays inside float64
const MOST_ITEMS = 2 ** 31 - 1; // what a binomial draw counts to

/** A number of a row. @throws RangeError or TypeError naming row and column */
export function cell(caller: string, row: unknown, index: number, name: string, check: Check): number {
  if (typeof row !== "object" || row === null) throw wrong(caller, `rows[${index}] to be a plain object`, row);
  if (!(name in row)) throw wrong(caller, `a column of rows[${index}]: ${Object.keys(row).join(", ")}`, name);
  const value = (row as Record<string, unknown>)[name];
  if (check === "positive" || check === "to logarithm") requirePositive(caller, `rows[${index}].${name}`, value);
  if (check === "to logarithm") return value as number; // however large, its logarithm is under 710
  if (check === "share") requireWithin(caller, `rows[${index}].${name} (a share of test items)`, value, 0, 1);
  if (check === "count") requireCount(caller, `rows[${index}].${name}`, value, 1, MOST_ITEMS);
  if (typeof value !== "number" || !(Math.abs(value) < LARGEST)) {
    throw wrong(caller, `rows[${index}].${name} to be a number under 1e140`, value);
  }
  return value;
}
