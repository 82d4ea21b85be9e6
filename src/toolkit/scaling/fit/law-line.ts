/** @file A law read along one of its inputs, the others held: what a figure draws, and where a size is looked for. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import { type Law, lawValue } from "../laws/law.ts";
import type { FittedLaw } from "./fitted-law.ts";
import { takenInputs } from "./measurements.ts";
import { coveredRange, fittedCoordinates } from "./read-law.ts";

/** Which way a law of several inputs is read; a law of one input is read along that one. */
export interface Along {
  /** the input to read the law along, by the fit's column */
  along?: string;
  /** values of all other inputs, by the fit's columns */
  held?: Readonly<Record<string, number>>;
}

type Fit = Pick<FittedLaw, "law" | "columns">;

/** The input to read along, by the law's name. */
export function inputAlong(caller: string, { law, columns }: Fit, along: string | undefined): string {
  const named = law.inputs.map((input) => columns.inputs[input] as string);
  const place = along === undefined ? (named.length === 1 ? 0 : -1) : named.indexOf(along);
  if (place >= 0) return law.inputs[place] as string;
  const several = along === undefined && named.length > 1;
  const hint = several ? `a law of several inputs is read along one: along: "${named[0]}"` : undefined;
  throw wrong(caller, `along to be ${named.join(" or ")}`, along, hint);
}

/** A law with one input left. */
export interface LawLine {
  /** read along, by the law's name and by the fit's column */
  input: string;
  column: string;
  /** of the measurements in the fit, over all values of the other inputs */
  smallest: number;
  largest: number;
  /** all inputs by the law's names, at a value of the one */
  inputsAt(value: number): Record<string, number>;
  /** the law's value there, at any coordinates; by default the fit's */
  valueAt(value: number, coordinates?: Float64Array): number;
  /** does it fall or rise all the way over the measurements */
  direction: "falls" | "rises" | "neither";
}

/**
 * @throws RangeError or TypeError for a law of several inputs of which not all but one are held, or one of one input with others held
 */
export function lawLine(caller: string, fit: FittedLaw, { along, held = {} }: Along): LawLine {
  const { law, columns } = fit;
  const input = inputAlong(caller, fit, along);
  const fixed = heldInputs(caller, fit, input, held);
  const inputsAt = (value: number) => ({ ...fixed, [input]: value });
  const unused = new Float64Array(law.parameters.length);
  const own = fittedCoordinates(fit);
  const valueAt = (value: number, coordinates = own) =>
    lawValue(law, coordinates, takenInputs(law, inputsAt(value)), unused);
  const { smallest, largest } = coveredRange(fit, input);
  const direction = directionOf(law, smallest, largest, valueAt);
  return { input, column: columns.inputs[input] as string, smallest, largest, inputsAt, valueAt, direction };
}

/** The values of all inputs but the one that is read along, by the law's names, checked. */
export function heldInputs(
  caller: string,
  { law, columns }: Fit,
  input: string,
  held: Readonly<Record<string, number>>,
): Record<string, number> {
  const others = law.inputs.filter((each) => each !== input).map((each) => [each, columns.inputs[each] as string]);
  const fixed: Record<string, number> = {};
  for (const [each, column] of others as [string, string][]) {
    const value: unknown = held[column];
    if (law.takes === "logarithms") requirePositive(caller, `held.${column}`, value);
    else if (!Number.isFinite(value)) throw wrong(caller, `held.${column} to be a number`, value);
    fixed[each] = value as number;
  }
  const stranger = Object.keys(held).find((column) => !others.some(([, other]) => other === column));
  if (stranger !== undefined) {
    const known = others.map(([, column]) => column).join(" and ") || "nothing";
    throw wrong(caller, `held to name ${known}`, stranger);
  }
  return fixed;
}

function directionOf(
  law: Law,
  smallest: number,
  largest: number,
  valueAt: (value: number) => number,
): LawLine["direction"] {
  const place = (share: number) =>
    law.takes === "logarithms" ? smallest * (largest / smallest) ** share : smallest + share * (largest - smallest);
  const values = Array.from({ length: LOOKS }, (_, k) => valueAt(place(k / (LOOKS - 1))));
  const steps = values.slice(1).map((value, k) => value - (values[k] as number));
  const rounding = ROUNDING * Math.max(...values.map(Math.abs));
  const [down, up] = [steps.some((step) => step < -rounding), steps.some((step) => step > rounding)];
  return down === up ? "neither" : down ? "falls" : "rises";
}

const LOOKS = 33; // places at which the direction is seen
const ROUNDING = 1e-12;
