/** @file What is asked of a fit, with its defaults, checked against the rows: the door of fitLaw. */
import {
  requireBetween,
  requireCount,
  requireOneOf,
  requireOptions,
  requirePositive,
  requireText,
  wrong,
} from "../../core/argument-checks.ts";
import { coordinatesOf, freePlaces } from "../laws/coordinates.ts";
import type { Law, Tie } from "../laws/law.ts";
import type { Starts } from "../laws/start-grid.ts";
import { tiesOf } from "../laws/ties.ts";
import type { ResidualSpace } from "../solvers/trust-region/law-problem.ts";
import type { Loss } from "../solvers/trust-region/loss.ts";
import { type Draw, type IntervalMethod, isShare, type LawRequest, noiseIsKnown } from "./fitted-law.ts";
import { type MeasurementColumns, noiseOf, readMeasurements } from "./measurements.ts";

/** How intervals are made, and how often a bootstrap refits. */
export interface IntervalOptions {
  /** of the intervals, in (0, 1), default 0.95 */
  level?: number;
  /** the first one fills each parameter's `interval`; default Wald alone */
  intervalMethods?: readonly IntervalMethod[];
  /** of the bootstrap, an integer in [0, 2^53) */
  seed?: number;
  /** refits of the bootstrap, default 1000 */
  resamples?: number;
  /** of new data; default cases where the loss is no square, else residuals where the fit's own residuals alone tell the noise, else parametric */
  draw?: Draw;
}

/** How to fit a law to a table. */
export interface LawFitOptions<Parameter extends string, Input extends string = string>
  extends MeasurementColumns<NoInfer<Input>>,
    IntervalOptions {
  law: Law<Parameter, Input>;
  /** for tables and legends, default the law's */
  name?: string;
  /** one start or a grid, of each parameter that is neither fixed nor tied; by default the law's own grid, if it has one */
  start?: Starts<NoInfer<Parameter>>;
  /** narrower bounds than the law's */
  bounds?: Partial<Record<NoInfer<Parameter>, readonly [low: number, high: number]>>;
  /** parameters that are not to be fitted, with their values */
  fixed?: Partial<Record<NoInfer<Parameter>, number>>;
  /** parameters that follow from the untied ones: the one that they equal, or a formula as defineLaw's */
  ties?: Partial<Record<NoInfer<Parameter>, Tie<NoInfer<Parameter>>>>;
  /**
   * Default squares. Huber's delta is in the unit of the residuals, with a quantile the law is the outcomes' quantile or expectile; a loss
   * of one's own is { kind: "own", of: (residual) => cost }, with its slope where it is known.
   */
  loss?: Loss;
  /** residuals of the outcomes, or of their logarithms; default what the law gives, or the outcomes where the noise follows the law */
  space?: ResidualSpace;
}

const INTERVALS = ["level", "intervalMethods", "seed", "resamples", "draw"];
const COLUMNS = ["y", "x", "inputs", "standardError", "runs", "trainingSeed", "weight", "items", "noise", "holdOut"];
const OPTIONS = ["law", "name", "start", "bounds", "fixed", "ties", "loss", "space", ...COLUMNS, ...INTERVALS];

/** Throws for an option of withIntervals that there is not. */
export function requireIntervalOptions(caller: string, options: IntervalOptions): void {
  requireOptions(caller, options, INTERVALS);
}

/**
 * @param caller the public function, for its errors
 * @throws RangeError or TypeError that names the option, or the row and column, that is out of range
 */
export function lawRequest<Parameter extends string, Input extends string>(
  caller: string,
  rows: readonly object[],
  options: LawFitOptions<Parameter, Input>,
): LawRequest<Parameter, Input> {
  requireOptions(caller, options, OPTIONS);
  const { loss = { kind: "squared" }, start = null } = options;
  if (options.name !== undefined) requireText(caller, "name", options.name);
  const law = ownLaw(caller, options);
  if (start === null && law.starts === undefined) {
    throw wrong(caller, `start for "${law.name}", which has no starts of its own`, undefined);
  }
  requireUntiedStarts(caller, law, start);
  const noise = noiseOf(caller, options);
  const follows = isShare(noise) || noise === "relative";
  const space = options.space ?? (law.gives === "logarithm" && !follows ? "log" : "linear");
  requireOneOf(caller, "loss.kind", loss?.kind, ["squared", "huber", "own"]);
  if (loss.kind === "huber") requirePositive(caller, "loss.delta", loss.delta);
  if (loss.kind === "huber") requireBetween(caller, "loss.quantile", loss.quantile ?? 0.5, 0, 1);
  if (loss.kind === "own") requireOwnLoss(caller, loss);
  requireOptions(caller, loss, LOSS_OPTIONS[loss.kind]);
  requireOneOf(caller, "space", space, ["linear", "log"]);
  if (follows && loss.kind !== "squared") throw wrong(caller, "squares where the noise follows the law", loss.kind);
  if (follows && space !== "linear") throw wrong(caller, 'space "linear" where the noise follows the law', space);
  if (options.trainingSeed !== undefined && loss.kind !== "squared") {
    throw wrong(caller, "squares where training seeds have an effect", loss.kind);
  }
  const { columns, measurements, noiseFreedom } = readMeasurements(caller, rows, law, options, space);
  return {
    name: options.name ?? law.name,
    law,
    columns,
    measurements,
    noise,
    noiseFreedom,
    space,
    loss,
    start,
    bounded: Object.keys(options.bounds ?? {}).length > 0,
    ...intervalSettings(caller, options, loss, noise, columns),
  };
}

const LOSS_OPTIONS = { squared: ["kind"], huber: ["kind", "delta", "quantile"], own: ["kind", "of", "slope"] };

const LOSS_WORDS = { huber: "Huber's loss", own: "a loss of your own" };

/** Throws unless the loss is a number that is least at 0 and rises to both sides there, its slope, if told, the way it rises. */
function requireOwnLoss(caller: string, { of, slope }: Extract<Loss, { kind: "own" }>): void {
  if (typeof of !== "function") throw wrong(caller, "loss.of to be a function of one residual", of);
  if (slope !== undefined && typeof slope !== "function") throw wrong(caller, "loss.slope to be a function", slope);
  for (const residual of [-1, 1]) {
    const [near, there] = [of(0), of(residual)];
    if (!(Number.isFinite(near) && there > near)) {
      throw wrong(caller, `loss.of to be larger at a residual of ${residual} than at 0, where it is ${near}`, there);
    }
    const rise = slope?.(residual) ?? residual;
    if (!(rise * residual >= 0)) throw wrong(caller, `loss.slope at ${residual} to have the sign of ${residual}`, rise);
  }
}

/** The options of intervals with their defaults. */
export function intervalSettings(
  caller: string,
  options: IntervalOptions,
  loss: Loss,
  noise: LawRequest["noise"],
  { trainingSeed }: Pick<LawRequest["columns"], "trainingSeed">,
): Pick<LawRequest, "level" | "intervalMethods" | "seed" | "resamples" | "draw"> {
  const { level = 0.95, intervalMethods = ["wald"], resamples = 1000 } = options;
  const parametric = noiseIsKnown(noise) || noise === "estimatedErrors" || trainingSeed !== undefined;
  const draw = options.draw ?? (loss.kind !== "squared" ? "cases" : parametric ? "parametric" : "residuals");
  requireBetween(caller, "level", level, 0, 1);
  if (!Array.isArray(intervalMethods) || intervalMethods.length === 0) {
    throw wrong(caller, "intervalMethods to name one method or more", intervalMethods);
  }
  for (const method of intervalMethods) {
    requireOneOf(caller, "intervalMethods", method, ["wald", "profile", "bootstrap"]);
  }
  if (options.seed !== undefined || intervalMethods.includes("bootstrap")) {
    requireCount(caller, "seed", options.seed, 0, Number.MAX_SAFE_INTEGER);
  }
  requireCount(caller, "resamples", resamples, 1, 1e7);
  requireOneOf(caller, "draw", draw, ["parametric", "residuals", "cases"]);
  if (trainingSeed !== undefined && draw !== "parametric") {
    throw wrong(caller, 'draw "parametric" where training seeds have an effect: their rows are not independent', draw);
  }
  if (loss.kind !== "squared") {
    if (draw !== "cases") throw wrong(caller, `draw "cases" under ${LOSS_WORDS[loss.kind]}`, draw);
    if (intervalMethods.includes("profile")) {
      throw wrong(
        caller,
        `squares for a profile: ${LOSS_WORDS[loss.kind]} is no likelihood`,
        loss.kind,
        'use "bootstrap"',
      );
    }
  }
  return { level, intervalMethods, seed: options.seed ?? null, resamples, draw };
}

/** What a fit was asked, without its answers. */
export function requestOf<Parameter extends string, Input extends string>(
  fit: LawRequest<Parameter, Input>,
): LawRequest<Parameter, Input> {
  const { name, law, columns, measurements, noise, noiseFreedom, space, loss, start, bounded } = fit;
  const { level, intervalMethods, seed, resamples, draw } = fit;
  return {
    name,
    law,
    columns,
    measurements,
    noise,
    noiseFreedom,
    space,
    loss,
    start,
    bounded,
    level,
    intervalMethods,
    seed,
    resamples,
    draw,
  };
}

/** The law with the caller's narrower bounds and fixed parameters. */
function ownLaw<Parameter extends string, Input extends string>(
  caller: string,
  options: Pick<LawFitOptions<Parameter, Input>, "law" | "bounds" | "fixed" | "ties">,
): Law<Parameter, Input> {
  if (typeof options.law?.evaluate !== "function") {
    throw wrong(caller, "law to be a law", options.law, "defineLaw makes one");
  }
  requireRecord(caller, "bounds", options.bounds);
  requireRecord(caller, "fixed", options.fixed);
  const bounds = { ...options.law.bounds, ...options.bounds };
  const fixed: Partial<Record<Parameter, number>> = { ...options.law.fixed, ...options.fixed };
  const { ties } = options;
  if (ties !== undefined) requireOptions(caller, ties, options.law.parameters);
  const law: Law<Parameter, Input> = { ...options.law, bounds, fixed, ...(ties === undefined ? {} : { ties }) };
  for (const named of Object.keys({ ...bounds, ...fixed })) requireOneOf(caller, "a parameter", named, law.parameters);
  for (const parameter of law.parameters) {
    const range: unknown = bounds[parameter] ?? [-Infinity, Infinity];
    if (!Array.isArray(range) || range.some((end) => typeof end !== "number")) {
      throw wrong(caller, `bounds.${parameter} to be [low, high], two numbers`, range);
    }
    const [low, high] = range;
    if (!(low < high)) {
      const hint = low === high ? `to hold it there, fixed: { ${parameter}: ${low} }` : undefined;
      throw wrong(caller, `bounds.${parameter} to be [low, high] with low < high`, `${low}, ${high}`, hint);
    }
    if (options.bounds?.[parameter] !== undefined) requireNarrower(caller, options.law, parameter, low, high);
    const value = fixed[parameter];
    if (value === undefined) continue;
    const above = law.positive?.includes(parameter) ? value > 0 : true;
    if (!(Number.isFinite(value) && value >= low && value <= high && above))
      throw wrong(caller, `fixed.${parameter} to be a number within its bounds`, value);
  }
  if (freePlaces(law).length === 0) throw wrong(caller, "a parameter that is not fixed", law.name);
  if (ties !== undefined) requireTies(caller, law, options);
  return law;
}

/** Throws for what is neither left out nor an object of values by parameter. */
function requireRecord(caller: string, name: string, given: unknown): void {
  if (given === undefined || (typeof given === "object" && given !== null && !Array.isArray(given))) return;
  throw wrong(caller, `${name} to be an object of values by parameter`, given);
}

/** Throws for bounds that let a parameter go where the law says nothing, as a floor below 0. */
function requireNarrower<Parameter extends string>(
  caller: string,
  { bounds, positive }: Law<Parameter>,
  parameter: Parameter,
  low: number,
  high: number,
): void {
  const [least, most] = bounds[parameter] ?? [positive?.includes(parameter) ? 0 : -Infinity, Infinity];
  if (low >= least && high <= most) return;
  throw wrong(caller, `bounds.${parameter} to lie within the law's own, ${least} to ${most}`, `${low}, ${high}`);
}

/** Throws for a start of a tied parameter, which would be ignored in silence. */
function requireUntiedStarts(caller: string, { parameters, ties = {} }: Law, start: Starts<string> | null): void {
  const tied = Object.keys(ties).find((parameter) => start?.[parameter] !== undefined);
  if (tied === undefined) return;
  const others = parameters.filter((parameter) => ties[parameter] === undefined).join(", ");
  const hint = `its tie says where it starts: write starts of ${others} alone`;
  throw wrong(caller, `no start.${tied}, since ${tied} is tied`, start?.[tied], hint);
}

/** Throws unless each tied parameter follows from untied ones, and has neither a value nor bounds of the caller's besides. */
function requireTies<Parameter extends string, Input extends string>(
  caller: string,
  law: Law<Parameter, Input>,
  { ties = {}, bounds = {}, fixed = {} }: Pick<LawFitOptions<Parameter, Input>, "ties" | "bounds" | "fixed">,
): void {
  const tied = Object.keys(ties) as Parameter[];
  const untied = law.parameters.filter((parameter) => !tied.includes(parameter));
  for (const parameter of tied) {
    const tie: unknown = (ties as Partial<Record<Parameter, unknown>>)[parameter];
    if (parameter in bounds || parameter in fixed) {
      throw wrong(caller, `${parameter} to be tied, or fixed, or bounded by you: one of them`, "two of them");
    }
    if (typeof tie === "string") requireOneOf(caller, `ties.${parameter}`, tie, untied as string[]);
    else if (typeof tie !== "function") {
      throw wrong(caller, `ties.${parameter} to be the name of a parameter, or a formula of parameters`, tie);
    }
  }
  try {
    tiesOf(law)?.follow(coordinatesOf(law, () => 0.5));
  } catch (error) {
    const hint = "parameters take no + - * /: plus, minus, times, over, the second argument's functions, do";
    throw wrong(caller, `ties to be formulas of ${untied.join(", ")}`, String(error), hint);
  }
}
