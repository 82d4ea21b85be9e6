/** @file What is asked of a fit of any law, with its defaults, checked against the rows: the door of fitLaw and its kin. */
import { requireBetween, requireOneOf, requirePositive, wrong } from "../core/argument-checks.ts";
import { type LawColumns, lawMeasurements, type NoisyMeasurements } from "./law-measurements.ts";
import type { Law } from "./laws/law.ts";
import type { ResidualSpace } from "./least-squares/law-problem.ts";
import type { Loss } from "./least-squares/loss.ts";
import { type Starts, startGrid } from "./start-grid.ts";

/** How to fit a law to a table. */
export interface LawFitOptions<Parameter extends string> extends LawColumns {
  law: Law<Parameter>;
  /** one start or a grid; by default the law's own grid, if it has one */
  start?: Starts<NoInfer<Parameter>>;
  /** narrower bounds than the law's */
  bounds?: Partial<Record<NoInfer<Parameter>, readonly [low: number, high: number]>>;
  /** default squares; Huber's delta is in the unit of the residuals */
  loss?: Loss;
  /** residuals of the outcomes, or of their logarithms; default what the law gives, or the outcomes where the noise follows the law */
  space?: ResidualSpace;
  /** of the intervals, in (0, 1), default 0.95 */
  level?: number;
}

/** The same with its defaults, and the rows as measurements. */
export interface LawRequest<Parameter extends string> {
  /** with its narrower bounds */
  law: Law<Parameter>;
  columns: LawColumns;
  space: ResidualSpace;
  loss: Loss;
  level: number;
  measured: NoisyMeasurements;
  /** (starts, parameters) */
  starts(): Float64Array[];
}

/**
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError that names the option, or the row and column, that is out of range
 */
export function lawRequest<Parameter extends string>(
  caller: string,
  rows: readonly object[],
  options: LawFitOptions<Parameter>,
): LawRequest<Parameter> {
  const { loss = { kind: "squared" }, level = 0.95, y, standardError, weight, items, noise } = options;
  const law = boundedLaw(caller, options.law, options.bounds);
  const follows = items !== undefined || noise === "relative";
  const space = options.space ?? (law.gives === "logarithm" && !follows ? "log" : "linear");
  requireOneOf(caller, "loss.kind", loss?.kind, ["squared", "huber"]);
  if (loss.kind === "huber") requirePositive(caller, "loss.delta", loss.delta);
  requireOneOf(caller, "space", space, ["linear", "log"]);
  requireBetween(caller, "level", level, 0, 1);
  if (follows && loss.kind !== "squared") throw wrong(caller, "squares where the noise follows the law", loss.kind);
  if (follows && space !== "linear") throw wrong(caller, 'space "linear" where the noise follows the law', space);
  const columns: LawColumns = { y };
  if (standardError !== undefined) columns.standardError = standardError;
  if (weight !== undefined) columns.weight = weight;
  if (items !== undefined) columns.items = items;
  if (noise !== undefined) columns.noise = noise;
  const measured = lawMeasurements(caller, rows, law, columns, space);
  const starts = () => startGrid(caller, law, options.start ?? ownStarts(caller, law, measured));
  return { law, columns, space, loss, level, measured, starts };
}

function boundedLaw<Parameter extends string>(
  caller: string,
  law: Law<Parameter>,
  narrower: LawFitOptions<Parameter>["bounds"],
): Law<Parameter> {
  if (typeof law?.evaluate !== "function") throw wrong(caller, "law to be a law", law, "defineLaw makes one");
  const bounds: Partial<Record<Parameter, readonly [number, number]>> = { ...law.bounds, ...narrower };
  for (const parameter of law.parameters) {
    const [low, high] = bounds[parameter] ?? [-Infinity, Infinity];
    if (!(low < high)) throw wrong(caller, `bounds.${parameter} to be [low, high] with low < high`, `${low}, ${high}`);
  }
  return { ...law, bounds };
}

function ownStarts<Parameter extends string>(caller: string, law: Law<Parameter>, measured: NoisyMeasurements) {
  if (law.starts !== undefined) return law.starts(measured.inputs, measured.values);
  throw wrong(caller, `start for "${law.name}", which has no starts of its own`, undefined);
}
