/** @file Rows of a table as the measurements of a law, checked at the door, and measurements as the numbers that a solver works on. */
import {
  guess,
  requireCount,
  requireList,
  requireOneOf,
  requireOptions,
  requirePositive,
  wrong,
} from "../../core/argument-checks.ts";
import type { Law } from "../laws/law.ts";
import type { LawNoise } from "../solvers/noise.ts";
import type { LawTask, NoisyMeasurements } from "../solvers/task.ts";
import type { ResidualSpace } from "../solvers/trust-region/law-problem.ts";
import {
  fittedMeasurements,
  isShare,
  type LawColumns,
  type LawRequest,
  type Measurement,
  type NoiseKind,
  noiseIsKnown,
} from "./fitted-law.ts";
import { moderatedErrors } from "./moderated-errors.ts";
import { requireShare } from "./point-checks.ts";

/** Which columns hold what, as a caller names them. */
export interface MeasurementColumns<Input extends string = string> {
  /** the measured outcome */
  y: string;
  /** of a law with one input: its column, by default of the input's own name */
  x?: string;
  /** of a law with several inputs: their columns, where they have other names than the inputs */
  inputs?: Partial<Record<Input, string>>;
  /** standard deviation of the outcome, > 0: the noise is then known */
  standardError?: string;
  /** from how many runs each standardError was estimated, a count >= 2: the noise is then known as well as those runs tell it */
  runs?: string;
  /**
   * The training seed, by text or number, where each was run at several inputs: its effect is random and all of its rows share it. Where
   * every run has a seed of its own, rows are independent, and no seed is to be told.
   */
  trainingSeed?: string;
  /** weight of the squared residual, > 0: the noise is known up to a factor */
  weight?: string;
  /** test items, a count >= 1, that the outcome is a share of: the noise is binomial, and known */
  items?: string;
  /**
   * Without such a column: one standard deviation for all (default), or one proportional to the law; its size is estimated. Beside
   * items: "overdispersed" where runs differ by more than their items, by a factor that is estimated.
   */
  noise?: "equal" | "relative" | "overdispersed";
  /** true where a row is to be kept out of the fit */
  holdOut?: string;
}

/** The noise that the columns tell. @throws RangeError or TypeError where they tell two */
export function noiseOf(caller: string, columns: MeasurementColumns): NoiseKind {
  const { standardError, runs, weight, items, noise = "equal" } = columns;
  requireOneOf(caller, "noise", noise, ["equal", "relative", "overdispersed"]);
  const beside = noise === "equal" || (noise === "overdispersed" && items !== undefined) ? undefined : noise;
  const told = [standardError, weight, items, beside].filter((way) => way !== undefined);
  if (told.length > 1)
    throw wrong(caller, "standardError or weight or items or noise, one of them", told.join(" and "));
  if (noise === "overdispersed" && items === undefined) {
    throw wrong(caller, 'items, the column of test items, where noise is "overdispersed"', items);
  }
  if (runs !== undefined && standardError === undefined) {
    throw wrong(caller, "standardError, the column of standard errors that the runs told", standardError);
  }
  if (items !== undefined) return noise === "overdispersed" ? noise : "binomial";
  if (standardError !== undefined) return runs === undefined ? "standardErrors" : "estimatedErrors";
  return weight === undefined ? noise : "weights";
}

/**
 * Reads and checks the rows.
 *
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError naming the row and column that is out of range
 */
export function readMeasurements<Input extends string>(
  caller: string,
  rows: readonly object[],
  law: Law<string, Input>,
  given: MeasurementColumns<Input>,
  space: ResidualSpace,
): { columns: LawColumns<Input>; measurements: Measurement<Input>[]; noiseFreedom: number } {
  requireList(caller, "rows to be an array of plain objects", rows);
  if (typeof given.y !== "string") throw wrong(caller, "y to name the column of the outcome", given.y);
  const columns = columnsOf(caller, law, given);
  const { y, standardError, runs, trainingSeed, weight, items } = columns;
  const outcome = items !== undefined ? "share" : space === "log" || given.noise === "relative" ? "positive" : "any";
  const measurements = Array.from(rows as readonly unknown[], (row, index): Measurement<Input> => {
    const number = (column: string, check: Check) => cell(caller, row, index, column, check);
    const read: Measurement<Input> = {
      inputs: readInputs(caller, row, index, law, columns),
      outcome: number(y, outcome),
    };
    if (items !== undefined) read.items = number(items, "count");
    if (standardError !== undefined) read.standardError = number(standardError, "positive");
    if (runs !== undefined) read.runs = number(runs, "runs");
    if (trainingSeed !== undefined) read.trainingSeed = label(caller, row, index, trainingSeed);
    if (weight !== undefined) read.weight = number(weight, "positive");
    if (given.holdOut !== undefined) read.holdOut = flag(caller, row, index, given.holdOut);
    return read;
  });
  if (trainingSeed !== undefined) requireSharedSeeds(caller, trainingSeed, measurements);
  return { columns, ...(runs === undefined ? { measurements, noiseFreedom: 0 } : moderatedErrors(measurements)) };
}

/** A seed tells something where its rows are two or more, and another seed has some too. */
function requireSharedSeeds(caller: string, column: string, measurements: Measurement[]): void {
  const counts = new Map<string, number>();
  for (const { trainingSeed = "" } of fittedMeasurements({ measurements })) {
    counts.set(trainingSeed, (counts.get(trainingSeed) ?? 0) + 1);
  }
  const shared = [...counts.values()].some((count) => count > 1);
  if (counts.size > 1 && shared) return;
  const told = counts.size > 1 ? "each seed in one row" : `${counts.size} seed`;
  const hint =
    counts.size > 1
      ? 'rows of their own seeds are independent: leave trainingSeed out, with noise "relative" or "overdispersed"'
      : undefined;
  throw wrong(caller, `the column ${column} to have two seeds or more, some of them in two rows or more`, told, hint);
}

function label(caller: string, row: unknown, index: number, name: string): string {
  const value = valueIn(caller, row, index, name);
  if (typeof value === "string" || Number.isFinite(value)) return String(value);
  throw wrong(caller, `rows[${index}].${name} to be a seed, by text or number`, value);
}

function columnsOf<Input extends string>(
  caller: string,
  law: Law<string, Input>,
  { x, inputs, y, standardError, runs, trainingSeed, weight, items }: MeasurementColumns<Input>,
): LawColumns<Input> {
  if (x !== undefined && law.inputs.length > 1) {
    throw wrong(caller, `inputs to name the columns of ${law.inputs.join(", ")}`, "x");
  }
  if (x !== undefined && inputs !== undefined) throw wrong(caller, "x or inputs, one of them", "both");
  if (inputs !== undefined) requireOptions(caller, inputs, law.inputs);
  const names = law.inputs.map((input) => [input, x ?? inputs?.[input] ?? input]);
  return {
    inputs: Object.fromEntries(names) as Record<Input, string>,
    y,
    ...(standardError === undefined ? {} : { standardError }),
    ...(runs === undefined ? {} : { runs }),
    ...(trainingSeed === undefined ? {} : { trainingSeed }),
    ...(weight === undefined ? {} : { weight }),
    ...(items === undefined ? {} : { items }),
  };
}

/** A row's inputs by the law's names, as values. */
export function readInputs<Input extends string>(
  caller: string,
  row: unknown,
  index: number,
  law: Pick<Law<string, Input>, "inputs" | "takes">,
  columns: Pick<LawColumns<Input>, "inputs">,
): Record<Input, number> {
  const check = law.takes === "logarithms" ? "to logarithm" : "any";
  const read = law.inputs.map((input) => [input, cell(caller, row, index, columns.inputs[input], check)]);
  return Object.fromEntries(read) as Record<Input, number>;
}

/** The inputs as the law's `evaluate` takes them. */
export function takenInputs<Input extends string>(
  { inputs: names, takes }: Law<string, Input>,
  inputs: Readonly<Record<Input, number>>,
): Float64Array {
  const taken = new Float64Array(names.length);
  for (let k = 0; k < names.length; k++) {
    const value = inputs[names[k] as Input];
    taken[k] = takes === "logarithms" ? Math.log(value) : value;
  }
  return taken;
}

/** What a solver is asked: the measurements that are not held out, as lists of numbers. */
export function taskOf<Parameter extends string>(request: LawRequest<Parameter>): LawTask<Parameter> {
  const { law, space, loss, noise, noiseFreedom, start, bounded } = request;
  const fitted = fittedMeasurements(request);
  const count = fitted.length;
  const inputs: Float64Array[] = [];
  const [values, deviations] = [new Float64Array(count), new Float64Array(count)];
  for (let row = 0; row < count; row++) {
    const measurement = fitted[row] as Measurement;
    inputs.push(takenInputs(law, measurement.inputs));
    values[row] = measurement.outcome;
    deviations[row] = deviationOf(measurement, noise, space);
  }
  const measured: NoisyMeasurements = {
    inputs,
    outcomes: space === "log" ? values.map(Math.log) : values,
    deviations,
    values,
    noise: solverNoise(fitted, noise, values),
    noiseIsKnown: noiseIsKnown(noise),
    noiseFreedom,
  };
  return { law, space, loss, measured, guided: start !== null || bounded };
}

/** In the residual space, of noise that does not follow the law; up to a factor where its size is not known. */
function deviationOf({ outcome, standardError = 1, weight = 1 }: Measurement, noise: NoiseKind, space: ResidualSpace) {
  if (noise === "standardErrors" || noise === "estimatedErrors")
    return space === "log" ? standardError / outcome : standardError;
  return noise === "weights" ? 1 / Math.sqrt(weight) : 1;
}

function solverNoise(fitted: readonly Measurement[], noise: NoiseKind, values: Float64Array): LawNoise {
  if (isShare(noise)) return { kind: "binomial", items: Float64Array.from(fitted, ({ items = 1 }) => items) };
  if (noise !== "relative") return { kind: "fixed" };
  return { kind: "relative", least: LEAST_RELATIVE * values.reduce((most, value) => Math.max(most, value), 0) };
}

const LEAST_RELATIVE = 1e-12; // of the largest outcome: a law that touches 0 keeps a finite weight

type Check = "any" | "positive" | "to logarithm" | "share" | "count" | "runs";

const LARGEST = 1e140; // its square, summed over a table, stays inside float64
const MOST_ITEMS = 2 ** 31 - 1; // what a binomial draw counts to

/** A number of a row. @throws RangeError or TypeError naming row and column */
export function cell(caller: string, row: unknown, index: number, name: string, check: Check): number {
  const value = valueIn(caller, row, index, name);
  if (check === "positive" || check === "to logarithm") requirePositive(caller, `rows[${index}].${name}`, value);
  if (check === "to logarithm") return value as number; // however large, its logarithm is under 710
  if (check === "share") requireShare(caller, `rows[${index}].${name}`, value);
  if (check === "count") requireCount(caller, `rows[${index}].${name}`, value, 1, MOST_ITEMS);
  if (check === "runs") requireCount(caller, `rows[${index}].${name}`, value, 2, MOST_ITEMS);
  if (typeof value !== "number" || !(Math.abs(value) < LARGEST)) {
    throw wrong(caller, `rows[${index}].${name} to be a number under 1e140`, value);
  }
  return value;
}

function flag(caller: string, row: unknown, index: number, name: string): boolean {
  const value = valueIn(caller, row, index, name);
  if (typeof value === "boolean") return value;
  throw wrong(caller, `rows[${index}].${name} to be true or false`, value);
}

/** What a row has in a column. @throws RangeError or TypeError where it has no such column */
export function valueIn(caller: string, row: unknown, index: number, name: unknown): unknown {
  if (typeof row !== "object" || row === null) throw wrong(caller, `rows[${index}] to be a plain object`, row);
  if (typeof name !== "string") throw wrong(caller, `the name of a column: ${Object.keys(row).join(", ")}`, name);
  if (name in row) return (row as Record<string, unknown>)[name];
  throw wrong(
    caller,
    `a column of rows[${index}]: ${Object.keys(row).join(", ")}`,
    name,
    guess(name, Object.keys(row)),
  );
}
