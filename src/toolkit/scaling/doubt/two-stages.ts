/** @file A prediction through two laws: the first gives the input of the second, as a loss gives a task's accuracy. */
import { requireBetween, requireOptions, wrong } from "../../core/argument-checks.ts";
import type { FittedLaw, LawFit } from "../fit/fitted-law.ts";
import { takenInputs } from "../fit/measurements.ts";
import { criticalAlong, unitVector } from "../fit/parameter-intervals.ts";
import type { Prediction } from "../fit/predict.ts";
import { asOutcomes } from "../fit/prediction-band.ts";
import { inputsAt, isExtrapolated, onlyInput, type ReadAt, requireFitted, valueAt } from "../fit/read-law.ts";
import { coordinatesOf, freePlaces } from "../laws/coordinates.ts";
import { lawValue } from "../laws/law.ts";
import { deriveQuantity } from "./derived-quantity.ts";

/** The prediction with what it went through. */
export interface StagedPrediction extends Prediction {
  /** of the first law */
  through: number;
  /** shares of the variance that come from the first law and from the second; they sum to 1 */
  variance: { first: number; second: number };
}

/**
 * second(first(at)) with an interval that holds the uncertainty of both, their data being independent: the variance is that of the
 * second law at the first's value, and the first's times the square of the second's slope there.
 *
 * @param first a fit that is ok, as of loss against compute
 * @param second a fit that is ok of a law with one input, the first's outcome, as of accuracy against loss
 * @param at as `predict` takes it, of the first
 * @param options level in (0, 1), by default the first's
 * @returns the prediction, marked where either law is read beyond its measurements
 * @throws TypeError for a failed fit, RangeError or TypeError for an input or an option out of range
 * @source Bhagia et al. 2024, arXiv:2412.04403 (two steps); Seber & Wild 1989, section 5.1 (delta)
 */
export function predictThrough<
  First extends string,
  Input extends string,
  Second extends string,
  Through extends string,
>(
  first: LawFit<First, Input>,
  second: LawFit<Second, Through>,
  at: ReadAt,
  options: { level?: number } = {},
): StagedPrediction {
  requireFitted("predictThrough", "first", first);
  requireFitted("predictThrough", "second", second);
  requireOptions("predictThrough", options, ["level"]);
  const { level = first.level } = options;
  requireBetween("predictThrough", "level", level, 0, 1);
  const middle = onlyInput("predictThrough", second.law);
  const inputs = inputsAt("predictThrough", first, at);
  if (first.columns.y !== second.columns.inputs[middle]) {
    const hint = "the first fit comes first; if they are one quantity, give their columns one name";
    const got = `${first.columns.y} and ${second.columns.inputs[middle]}`;
    throw wrong("predictThrough", "a first fit of what the second is read along", got, hint);
  }
  const through = valueAt(first, inputs);
  if (second.law.takes === "logarithms" && !(through > 0)) {
    throw wrong("predictThrough", "a value above 0 of the first law, which the second needs", through);
  }
  const read = (value: number) => ({ [middle]: value }) as Record<Through, number>;
  const firstError = errorAt(first, inputs);
  const step = STEP * (firstError || Math.abs(through) || 1);
  const slope = (valueAt(second, read(through + step)) - valueAt(second, read(through - step))) / (2 * step);
  const [byFirst, bySecond] = [(slope * firstError) ** 2, errorAt(second, read(through)) ** 2];
  const variance = byFirst + bySecond;
  const critical = Math.max(
    ...[first, second].flatMap((fit) =>
      freePlaces(fit.law).map((place) => criticalAlong(fit, level, unitVector(place, fit.law.parameters.length))),
    ),
  );
  const value = valueAt(second, read(through));
  const reach = critical * Math.sqrt(variance);
  return {
    ...asOutcomes(second, { value, low: value - reach, high: value + reach }),
    level,
    extrapolated: isExtrapolated(first, inputs) || isExtrapolated(second, read(through)),
    through,
    variance: { first: variance > 0 ? byFirst / variance : 0, second: variance > 0 ? bySecond / variance : 0 },
  };
}

const STEP = 1e-3; // of a standard error: the relative error of a central difference is its square

/** The standard error of the law's value, in the unit of the outcomes. */
function errorAt<Parameter extends string, Input extends string>(
  fit: FittedLaw<Parameter, Input>,
  inputs: Readonly<Record<Input, number>>,
): number {
  const taken = takenInputs(fit.law, inputs);
  const unused = new Float64Array(fit.law.parameters.length);
  const value = (parameters: Record<Parameter, number>) =>
    lawValue(
      fit.law,
      coordinatesOf(fit.law, (parameter) => parameters[parameter]),
      taken,
      unused,
    );
  return deriveQuantity(fit, value, { method: "delta" }).standardError;
}
