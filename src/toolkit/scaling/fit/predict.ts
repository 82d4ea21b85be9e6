/** @file The fitted law: the outcome that it predicts at given inputs. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import { coordinatesOf } from "../laws/coordinates.ts";
import { type Law, lawValue } from "../laws/law.ts";
import { type FittedLaw, fittedMeasurements, type LawFit } from "./fitted-law.ts";
import { readInputs, takenInputs } from "./measurements.ts";

/** Where a law is read: the value of its one input, or an object that has its inputs in the fit's columns. */
export type ReadAt = number | object;

/**
 * The law's value.
 *
 * @param fit a fit that is ok
 * @param at for a law with one input its value, in the unit of the fit's measurements; else an object with the fit's input columns
 * @returns the predicted outcome, in the unit of the measured outcomes
 * @throws TypeError for a failed fit, RangeError or TypeError for inputs that are missing or out of range
 * @example predict(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), 1024).toFixed(6) // => "0.125000"
 */
export function predict<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  at: ReadAt,
): number {
  requireFitted("predict", "fit", fit);
  const inputs = takenInputs(fit.law, inputsAt("predict", fit, at));
  return lawValue(fit.law, fittedCoordinates(fit), inputs, new Float64Array(fit.law.parameters.length));
}

/** The fit's parameters as the law takes them. */
export function fittedCoordinates<Parameter extends string>(fit: FittedLaw<Parameter>): Float64Array {
  return coordinatesOf(fit.law, (parameter) => fit.parameters[parameter].value);
}

/** The inputs that a caller names, checked. */
export function inputsAt<Input extends string>(
  caller: string,
  { law, columns }: Pick<FittedLaw<string, Input>, "law" | "columns">,
  at: ReadAt,
  index?: number,
): Record<Input, number> {
  if (typeof at !== "number") return readInputs(caller, at, index ?? 0, law, columns);
  const input = onlyInput(caller, law);
  const named = index === undefined ? columns.inputs[input] : `at[${index}].${columns.inputs[input]}`;
  if (law.takes === "logarithms") requirePositive(caller, named, at);
  else if (!Number.isFinite(at)) throw wrong(caller, `${named} to be a number`, at);
  return { [input]: at } as Record<Input, number>;
}

/** The one input of a law. @throws TypeError for a law with several */
export function onlyInput<Input extends string>(caller: string, law: Law<string, Input>): Input {
  if (law.inputs.length === 1) return law.inputs[0] as Input;
  throw wrong(caller, "a law with one input", `${law.name}, of ${law.inputs.join(" and ")}`);
}

/** The range of the one input over the measurements that took part in the fit. */
export function coveredRange<Input extends string>(
  fit: Pick<FittedLaw<string, Input>, "measurements">,
  input: Input,
): { smallest: number; largest: number } {
  const values = fittedMeasurements(fit).map(({ inputs }) => inputs[input]);
  return {
    smallest: values.reduce((least, value) => Math.min(least, value), Infinity),
    largest: values.reduce((most, value) => Math.max(most, value), -Infinity),
  };
}

/** Throws unless the fit, a failed one too, still has its law: a fit that was stored as JSON has none. */
export function requireLaw(caller: string, name: string, fit: Pick<LawFit, "law">): void {
  if (typeof fit?.law?.evaluate === "function") return;
  throw wrong(caller, `${name} to be a fit with its law`, fit, "fit again: a stored fit has no law");
}

/** Throws unless the fit is one that succeeded. */
export function requireFitted<Parameter extends string, Input extends string>(
  caller: string,
  name: string,
  fit: LawFit<Parameter, Input>,
): asserts fit is FittedLaw<Parameter, Input> {
  const given: Partial<LawFit> | null | undefined = fit;
  if (given?.ok === true) return requireLaw(caller, name, fit);
  const hint = given?.ok === false ? given.reason : undefined;
  throw wrong(caller, `${name} to be a fit that is ok`, hint === undefined ? fit : "a failed one", hint);
}
