/** @file Checks of a learning curve at the door of a fit, and the noise that its points suggest. */
import {
  near,
  requireCount,
  requireOneOf,
  requireOptions,
  requirePositive,
  requireWithin,
  wrong,
} from "../../core/argument-checks.ts";
import { isShare, type Measurement, type NoiseKind } from "./fitted-law.ts";
import { moderatedErrors } from "./moderated-errors.ts";

/** One measurement of a learning curve. */
export interface LearningCurvePoint {
  /** how much training data, in any unit, > 0 */
  dataSize: number;
  /** test error or loss, > 0 (0 and 1 are allowed when it is a share of test items) */
  error: number;
  /** test items that `error` is a share of, a count >= 1 */
  items?: number;
  /** standard deviation of `error`, > 0 */
  standardError?: number;
  /** from how many runs the standard error was estimated, a count >= 2 */
  runs?: number;
  /** true when the point is kept out of the fit, to test its prediction */
  holdOut?: boolean;
}

/** The noise of a learning curve; one count of items may serve all of its points. */
export type ErrorModel =
  | { kind: "binomial" | "overdispersed"; items?: number }
  | { kind: Exclude<NoiseKind, "binomial" | "overdispersed" | "weights"> };

const KINDS = ["binomial", "overdispersed", "standardErrors", "estimatedErrors", "relative", "equal"] as const;

/** Throws for a noise that there is not, or one with options that it does not read. */
export function requireErrorModel(caller: string, errorModel: ErrorModel): void {
  requireOneOf(caller, "errorModel.kind", errorModel?.kind, KINDS);
  requireOptions(caller, errorModel, isShare(errorModel.kind) ? ["kind", "items"] : ["kind"]);
}

/**
 * Checks every point against the noise.
 *
 * @param caller the public function, for its errors
 * @param list what the points are called there
 * @throws RangeError or TypeError naming the point and what is wrong with it
 */
export function checkPoints(
  caller: string,
  points: readonly LearningCurvePoint[],
  errorModel: ErrorModel,
  list = "points",
): void {
  if (!Array.isArray(points)) throw wrong(caller, `${list} to be an array of { dataSize, error }`, points);
  for (const [index, point] of points.entries()) {
    if (typeof point !== "object" || point === null)
      throw wrong(caller, `${list}[${index}] to be { dataSize, error }`, point);
    requireFields(caller, `${list}[${index}]`, point);
    requireNames(caller, `${list}[${index}]`, point);
    const { holdOut = false } = point;
    if (typeof holdOut !== "boolean") throw wrong(caller, `${list}[${index}].holdOut to be true or false`, holdOut);
    requirePositive(caller, `${list}[${index}].dataSize`, point.dataSize);
    if (isShare(errorModel.kind)) {
      requireShare(caller, `${list}[${index}].error`, point.error);
      requireCount(caller, `${list}[${index}].items`, point.items ?? commonItems(errorModel), 1, MOST_ITEMS);
    } else requireError(caller, `${list}[${index}].error`, point.error);
    if (errorModel.kind === "standardErrors" || errorModel.kind === "estimatedErrors")
      requirePositive(caller, `${list}[${index}].standardError`, point.standardError);
    if (errorModel.kind === "estimatedErrors")
      requireCount(caller, `${list}[${index}].runs`, point.runs, 2, MOST_ITEMS);
  }
}

const FIELDS = ["dataSize", "error", "items", "standardError", "runs", "holdOut"];

/** Points may carry more than a fit reads, but not what can only be a field misspelt: it would be ignored in silence. */
function requireFields(caller: string, where: string, point: LearningCurvePoint): void {
  for (const name in point) {
    if (FIELDS.includes(name)) continue;
    const meant = near(name, FIELDS);
    if (meant === undefined || meant in point || (meant === "runs" && point.standardError === undefined)) continue;
    throw wrong(caller, `${where} to have fields among ${FIELDS.join(", ")}`, name, `did you mean "${meant}"?`);
  }
}

/** Rows of a table have names of their own, which are told back. */
function requireNames(caller: string, what: string, point: object): void {
  if ("dataSize" in point && "error" in point) return;
  const hint = 'fitScalingLaws(rows, { by: "curve", x: "size", y: "error" }) takes columns of any name';
  throw new TypeError(
    `${caller} requires ${what} to be { dataSize, error }, got { ${Object.keys(point).join(", ")} } (hint: ${hint})`,
  );
}

/** Throws unless the value is a share in [0, 1]; one in percent gets a hint. */
export function requireShare(caller: string, name: string, value: unknown): asserts value is number {
  const percent = typeof value === "number" && value > 1 && value <= 100;
  if (percent)
    throw wrong(caller, `${name} (a share of test items) to be a number in [0, 1]`, value, "divide percentages by 100");
  requireWithin(caller, `${name} (a share of test items)`, value, 0, 1);
}

function requireError(caller: string, name: string, value: unknown): asserts value is number {
  if (value === 0)
    throw wrong(caller, `${name} to be a number above 0`, value, "0 is allowed of a share of test items: give items");
  requirePositive(caller, name, value);
}

/** The count of items that serves all points. */
export function commonItems(errorModel: ErrorModel): number | undefined {
  return "items" in errorModel ? errorModel.items : undefined;
}

const MOST_ITEMS = 2 ** 31 - 1; // what a binomial draw counts to

/** Binomial when every point says its test items, standardErrors when every point has one (estimatedErrors: and its runs), equal otherwise. */
export function suggestedErrorModel(points: readonly LearningCurvePoint[]): ErrorModel {
  if (!Array.isArray(points) || points.length === 0) return { kind: "equal" };
  if (points.every((point) => point?.items !== undefined)) return { kind: "binomial" };
  if (points.every((point) => point?.standardError !== undefined)) {
    return { kind: points.every(({ runs }) => runs !== undefined) ? "estimatedErrors" : "standardErrors" };
  }
  return { kind: "equal" };
}

/** Checked points as measurements, by rising size, with the degrees of freedom that their runs tell the noise by. */
export function measurementsOf(
  points: readonly LearningCurvePoint[],
  errorModel: ErrorModel,
): { measurements: Measurement<"dataSize">[]; noiseFreedom: number } {
  const common = commonItems(errorModel);
  const measurements = points
    .map(({ dataSize, error, items = common, standardError, runs, holdOut }): Measurement<"dataSize"> => {
      const read: Measurement<"dataSize"> = { inputs: { dataSize }, outcome: error };
      if (items !== undefined) read.items = items;
      if (standardError !== undefined) read.standardError = standardError;
      if (runs !== undefined) read.runs = runs;
      if (holdOut !== undefined) read.holdOut = holdOut;
      return read;
    })
    .sort((one, other) => one.inputs.dataSize - other.inputs.dataSize || one.outcome - other.outcome);
  return errorModel.kind === "estimatedErrors" ? moderatedErrors(measurements) : { measurements, noiseFreedom: 0 };
}
