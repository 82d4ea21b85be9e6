/** @file Rows of a table as the measurements of a law, checked at the door. */
import { requirePositive, wrong } from "../core/argument-checks.ts";
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
  { y, standardError, weight }: LawColumns,
  space: ResidualSpace,
): Measurements & { values: Float64Array } {
  if (!Array.isArray(rows)) throw wrong(caller, "rows to be an array of plain objects", rows);
  if (standardError !== undefined && weight !== undefined) {
    throw wrong(caller, "standardError or weight, not both", `${standardError} and ${weight}`);
  }
  const column = (name: string, positive: boolean): Float64Array =>
    Float64Array.from(rows, (row: unknown, index) => cell(caller, row, index, name, positive));
  const columns = law.inputs.map((input) => column(input, law.takes === "logarithms"));
  const inputs = rows.map((_, row) =>
    Float64Array.from(columns, (values) => {
      const value = values[row] as number;
      return law.takes === "logarithms" ? Math.log(value) : value;
    }),
  );
  const values = column(y, space === "log");
  const outcomes = space === "log" ? values.map(Math.log) : values;
  const deviations = new Float64Array(rows.length).fill(1);
  if (standardError !== undefined) {
    const errors = column(standardError, true);
    deviations.set(errors.map((error, row) => (space === "log" ? error / (values[row] as number) : error)));
  }
  if (weight !== undefined) deviations.set(column(weight, true).map((given) => 1 / Math.sqrt(given)));
  return { inputs, outcomes, deviations, values };
}

const LARGEST = 1e140; // its square, summed over a table, stays inside float64

function cell(caller: string, row: unknown, index: number, name: string, positive: boolean): number {
  if (typeof row !== "object" || row === null) throw wrong(caller, `rows[${index}] to be a plain object`, row);
  if (!(name in row)) throw wrong(caller, `a column of rows[${index}]: ${Object.keys(row).join(", ")}`, name);
  const value = (row as Record<string, unknown>)[name];
  if (positive) requirePositive(caller, `rows[${index}].${name}`, value);
  if (typeof value !== "number" || !(Math.abs(value) < LARGEST)) {
    throw wrong(caller, `rows[${index}].${name} to be a number under 1e140`, value);
  }
  return value;
}
