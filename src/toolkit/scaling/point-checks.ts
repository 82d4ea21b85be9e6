/** @file Checks of a learning curve at the door of a fit, and the error model that its points suggest. */
import { requireCount, requirePositive, requireWithin, wrong } from "../core/argument-checks.ts";
import type { ErrorModel, LearningCurvePoint } from "./types.ts";

/**
 * Checks every point against the error model.
 *
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError naming the point and what is wrong with it
 */
export function checkPoints(caller: string, points: readonly LearningCurvePoint[], errorModel: ErrorModel): void {
  if (!Array.isArray(points)) throw wrong(caller, "points to be an array of { dataSize, error }", points);
  for (const [index, point] of points.entries()) {
    if (typeof point !== "object" || point === null)
      throw wrong(caller, `points[${index}] to be { dataSize, error }`, point);
    requirePositive(caller, `points[${index}].dataSize`, point.dataSize);
    if (errorModel.kind === "binomial") {
      requireWithin(caller, `points[${index}].error (a share of test items)`, point.error, 0, 1);
      requireCount(caller, `points[${index}].items`, point.items ?? errorModel.items, 1, MOST_ITEMS);
    } else requirePositive(caller, `points[${index}].error`, point.error);
    if (errorModel.kind === "standardErrors")
      requirePositive(caller, `points[${index}].standardError`, point.standardError);
  }
}

const MOST_ITEMS = 2 ** 31 - 1; // what a binomial draw counts to

/** Binomial when every point says its test items, standardErrors when every point has one, equal otherwise. */
export function suggestedErrorModel(points: readonly LearningCurvePoint[]): ErrorModel {
  if (!Array.isArray(points) || points.length === 0) return { kind: "equal" };
  if (points.every((point) => point?.items !== undefined)) return { kind: "binomial" };
  if (points.every((point) => point?.standardError !== undefined)) return { kind: "standardErrors" };
  return { kind: "equal" };
}
