/** @file Reading a fitted law: its inputs checked, its coordinates, its value, and where it was measured. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import { coordinatesOf } from "../laws/coordinates.ts";
import { type Law, lawValue } from "../laws/law.ts";
import { type FittedLaw, fittedMeasurements, type LawFit } from "./fitted-law.ts";
import { readInputs, takenInputs } from "./measurements.ts";

/** Where a law is read: the value of its one input, or an object that has its inputs in the fit's columns. */
export type ReadAt = number | object;

/** The law's value at inputs that were checked, in the unit of the measured outcomes. */
export function valueAt<Parameter extends string, Input extends string>(
  fit: FittedLaw<Parameter, Input>,
  inputs: Readonly<Record<Input, number>>,
): number {
  const taken = takenInputs(fit.law, inputs);
  return lawValue(fit.law, fittedCoordinates(fit), taken, new Float64Array(fit.law.parameters.length));
}

/** Does an input lie beyond the measurements that took part in the fit? */
export function isExtrapolated<Input extends string>(
  fit: Pick<FittedLaw<string, Input>, "measurements" | "law">,
  inputs: Readonly<Record<Input, number>>,
): boolean {
  return fit.law.inputs.some((input) => {
    const { smallest, largest } = coveredRange(fit, input);
    return !(inputs[input] >= smallest && inputs[input] <= largest);
  });
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
  if (typeof at === "object" && at !== null) return readInputs(caller, at, index ?? 0, law, columns);
  if (typeof at !== "number") {
    const one = law.inputs.length === 1 ? "a number, or " : "";
    const names = law.inputs.map((input) => columns.inputs[input]).join(", ");
    throw wrong(caller, `${index === undefined ? "at" : `at[${index}]`} to be ${one}an object of ${names}`, at);
  }
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

/** Throws unless this is a fit, or the account of one that failed. */
export function requireFit(caller: string, name: string, fit: unknown): asserts fit is LawFit {
  const given = fit as Partial<LawFit> | null | undefined;
  if (typeof given === "object" && given !== null && "ok" in given && typeof given.law?.evaluate === "function") return;
  throw wrong(caller, `${name} to be a fit as fitLaw or fitScalingLaw gives it`, fit, hintOf(fit));
}

/** What somebody hands over who has no fit. */
function hintOf(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const values: unknown[] = Array.isArray(given) ? given : Object.values(given);
  const isFit = (value: unknown) => typeof value === "object" && value !== null && "ok" in value && "law" in value;
  if (values.some(isFit)) return "these are several fits: take one, as fits[0] or fits.NAME";
  if ("parameters" in given) return "fit again: a stored fit has no law";
  return undefined;
}

/** Throws unless the fit is one that succeeded. */
export function requireFitted<Parameter extends string, Input extends string>(
  caller: string,
  name: string,
  fit: LawFit<Parameter, Input>,
): asserts fit is FittedLaw<Parameter, Input> {
  const given: Partial<LawFit> | null | undefined = fit;
  if (given?.ok === true && typeof given.law?.evaluate === "function") return;
  if (given?.ok === true)
    throw wrong(caller, `${name} to be a fit with its law`, fit, "fit again: a stored fit has no law");
  if (given?.ok === false) throw wrong(caller, `${name} to be a fit that is ok`, "a failed one", given.reason);
  throw wrong(caller, `${name} to be a fit that is ok`, fit, hintOf(fit));
}
