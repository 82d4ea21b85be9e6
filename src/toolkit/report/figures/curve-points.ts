/** @file Fits as curves of a figure: the law along one input, and the measurements that belong to it. */
import { wrong } from "../../core/argument-checks.ts";
import { heldInputs, inputAlong } from "../../scaling/fit/law-line.ts";
import { isExtrapolated, valueAt } from "../../scaling/fit/read-law.ts";
import type { FittedLaw, LawFit, Measurement } from "../../scaling/index.ts";
import { formatCount } from "./log-axis.ts";

/** A measurement with its place on the horizontal axis. */
export interface CurvePoint {
  x: number;
  /** the measured outcome */
  y: number;
  heldOut: boolean;
  measurement: Measurement;
}

/** A fit's law along one of its inputs; a law of several has a line for each set of values of the others. */
export interface CurveLine {
  fit: LawFit;
  /** the fit's, with the values of the other inputs */
  name: string;
  /** is the law of one input, so that this line is all of it */
  alone: boolean;
  /** in the order of the fit's measurements */
  points: CurvePoint[];
  /** where to draw the law: at its points, or, where no two were measured at what is held, from the least to the largest of all */
  sizes: number[];
  /** all inputs by the fit's columns */
  rowAt(x: number): Record<string, number>;
  valueAt(fit: FittedLaw, x: number): number;
  /** does an input lie beyond the measurements of the fit */
  isExtrapolated(fit: FittedLaw, x: number): boolean;
}

/** How laws with several inputs are drawn. */
export interface CurveOptions {
  /** the input on the horizontal axis, by the fit's column */
  along?: string;
  /** the other inputs' values, by column, a line for each; by default all that were measured, if they are few */
  held?: Readonly<Record<string, number>> | readonly Readonly<Record<string, number>>[];
}

/**
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError for a law with several inputs that is not told what to draw
 */
export function curveLines(caller: string, fit: LawFit, { along, held }: CurveOptions): CurveLine[] {
  const { law, columns, measurements } = fit;
  const input = inputAlong(caller, fit, along);
  const column = columns.inputs[input] as string;
  const others = law.inputs.filter((each) => each !== input);
  const told = held === undefined ? undefined : Array.isArray(held) ? held : [held];
  const sets = told?.map((each) => heldInputs(caller, fit, input, each)) ?? measuredSets(caller, fit, others);
  return sets.map((values) => {
    const belongs = (measurement: Measurement) =>
      others.every((each) => Math.abs((measurement.inputs[each] as number) / (values[each] as number) - 1) < SAME);
    const where = others.map((each) => `${columns.inputs[each]} ${formatCount(values[each] as number)}`);
    const heldByColumn = Object.fromEntries(others.map((each) => [columns.inputs[each], values[each] as number]));
    const points = measurements.filter(belongs).map((measurement) => ({
      x: measurement.inputs[input] as number,
      y: measurement.outcome,
      heldOut: measurement.holdOut === true,
      measurement,
    }));
    const all = measurements.map(({ inputs }) => inputs[input] as number);
    return {
      fit,
      points,
      sizes:
        new Set(points.map(({ x }) => x)).size > 1 ? points.map(({ x }) => x) : [Math.min(...all), Math.max(...all)],
      name: [fit.name, ...where].join(", "),
      alone: others.length === 0,
      rowAt: (x) => ({ ...heldByColumn, [column]: x }),
      valueAt: (fitted, x) => valueAt(fitted, { ...values, [input]: x }),
      isExtrapolated: (fitted, x) => isExtrapolated(fitted, { ...values, [input]: x }),
    };
  });
}

const SAME = 1e-9; // relative

/** The sets of values that the other inputs were measured at. */
function measuredSets(
  caller: string,
  { measurements, columns }: LawFit,
  others: readonly string[],
): Record<string, number>[] {
  if (others.length === 0) return [{}];
  const sets = new Map<string, Record<string, number>>();
  for (const { inputs } of measurements) {
    const values = Object.fromEntries(others.map((each) => [each, inputs[each] as number]));
    sets.set(JSON.stringify(values), values);
  }
  if (sets.size <= MOST_LINES) return [...sets.values()];
  const named = others.map((each) => columns.inputs[each]).join(" and ");
  const hint = `a line each, as held: [{ ${others.map((each) => `${columns.inputs[each]}: 1e9`).join(", ")} }]`;
  throw wrong(caller, `held to say at which ${named} to draw, of the ${sets.size} that were measured`, undefined, hint);
}

const MOST_LINES = 7; // a palette

/** The parameters that a legend names: the exponent and the floor of a power law, all others of other laws. */
export function namedParameters(fit: FittedLaw): string[] {
  const { law } = fit;
  const shown = law.shape === "power over a floor" ? law.parameters.slice(1) : law.parameters;
  return shown.filter((parameter) => law.fixed?.[parameter] === undefined);
}
