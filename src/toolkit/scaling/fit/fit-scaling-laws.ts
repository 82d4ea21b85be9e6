/** @file Fits a scaling law to every curve of a table: rows of plain objects, grouped by a column. */
import { requireList, requireOptions, wrong } from "../../core/argument-checks.ts";
import { type FitOptions, fitScalingLaw } from "./fit-scaling-law.ts";
import type { ScalingLawFit } from "./fitted-law.ts";
import { valueIn } from "./measurements.ts";
import type { LearningCurvePoint } from "./point-checks.ts";

/** Which columns hold what; `items` and `standardError` are columns too (for one count of items, see errorModel). */
export interface CurveColumns<Column extends string> {
  by: Column;
  x: Column;
  y: Column;
  items?: Column;
  standardError?: Column;
  runs?: Column;
  holdOut?: Column;
}

const COLUMNS = { by: "which curve a row belongs to", x: "how much data", y: "the error" };

const OPTIONS = [
  ...["by", "x", "y", "items", "standardError", "runs", "holdOut"],
  ...["law", "errorModel", "level", "seed", "resamples", "intervalMethods"],
];

/**
 * One fit for each value of the column `by`, in the order in which the values first appear. Every curve has its own
 * random stream, split off the seed by the curve's name, so that adding a curve changes no other.
 *
 * @param rows plain objects; x and y hold numbers, holdOut booleans, by text (or a number, taken as text)
 * @param request the columns and the options of fitScalingLaw
 * @returns a fit, or a failure with its reason, by name of the curve
 * @example Object.keys(fitScalingLaws([{ method: "sft", size: 1, error: 0.9 }, { method: "dpo", size: 1, error: 0.7 }], { by: "method", x: "size", y: "error", seed: 7 })) // => ["sft", "dpo"]
 * @throws RangeError or TypeError that names the row and column, or the option, that is out of range
 */
export function fitScalingLaws<Row extends object>(
  rows: readonly Row[],
  request: CurveColumns<Extract<keyof Row, string>> & FitOptions,
): Record<string, ScalingLawFit> {
  const { curves, options } = readCurves("fitScalingLaws", rows, request);
  return Object.fromEntries([...curves].map(([name, points]) => [name, fitNamed(name, points, options)]));
}

/**
 * The points of each curve, in the order in which the curves first appear, and the options of their fits.
 *
 * @param caller the public function, for its errors
 */
export function readCurves<Row extends object>(
  caller: string,
  rows: readonly Row[],
  request: CurveColumns<Extract<keyof Row, string>> & FitOptions,
): { curves: Map<string, LearningCurvePoint[]>; options: FitOptions } {
  requireList(caller, "rows to be an array of plain objects", rows);
  requireOptions(caller, request, OPTIONS);
  for (const column of ["by", "x", "y"] as const) {
    if (typeof request[column] === "string") continue;
    throw wrong(caller, `${column} to name a column, ${COLUMNS[column]}`, request[column]);
  }
  const { by, x, y, items, standardError, runs, holdOut, ...options } = request;
  const curves = new Map<string, LearningCurvePoint[]>();
  for (const [index, row] of rows.entries()) {
    const cell = (column: string) => valueIn(caller, row, index, column);
    const point: LearningCurvePoint = {
      dataSize: numberIn(caller, cell(x), index, x),
      error: numberIn(caller, cell(y), index, y),
    };
    if (items !== undefined) point.items = numberIn(caller, cell(items), index, items);
    if (standardError !== undefined) point.standardError = numberIn(caller, cell(standardError), index, standardError);
    if (runs !== undefined) point.runs = numberIn(caller, cell(runs), index, runs);
    if (holdOut !== undefined) point.holdOut = booleanIn(caller, cell(holdOut), index, holdOut);
    const name = nameIn(caller, cell(by), index, by);
    const curve = curves.get(name);
    if (curve === undefined) curves.set(name, [point]);
    else curve.push(point);
  }
  return { curves, options };
}

function fitNamed(name: string, points: LearningCurvePoint[], options: FitOptions): ScalingLawFit {
  return inRowsOf(name, () => fitScalingLaw({ ...options, name, points }));
}

/** Does something with a curve; an error says with which. */
export function inRowsOf<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) error.message += ` (hint: in the rows of "${name}")`;
    throw error;
  }
}

function numberIn(caller: string, value: unknown, index: number, column: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(caller, `rows[${index}].${column} to be a number`, value);
}

function booleanIn(caller: string, value: unknown, index: number, column: string): boolean {
  if (typeof value === "boolean") return value;
  throw wrong(caller, `rows[${index}].${column} to be true or false`, value);
}

function nameIn(caller: string, value: unknown, index: number, column: string): string {
  if (typeof value === "string" || Number.isFinite(value)) return String(value);
  throw wrong(caller, `rows[${index}].${column} to be the name of a curve`, value);
}
