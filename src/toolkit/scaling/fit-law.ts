/** @file Fits any law to any table: bounded, weighted, by squares or by Huber's loss, of values or of their logarithms. */
import { requireBetween, requireOneOf, requirePositive, wrong } from "../core/argument-checks.ts";
import { criticalNormal, criticalStudent } from "./critical-values.ts";
import { type LawColumns, lawMeasurements } from "./law-measurements.ts";
import type { Law } from "./laws/law.ts";
import { lawCovariance } from "./least-squares/law-covariance.ts";
import { lawProblem, type Measurements, type ResidualSpace } from "./least-squares/law-problem.ts";
import type { Loss } from "./least-squares/loss.ts";
import { type BestDescent, descendFromStarts } from "./least-squares/multi-start.ts";
import { type Starts, startGrid } from "./start-grid.ts";
import type { Estimate, Failure } from "./types.ts";

/** How to fit a law to a table. */
export interface LawFitOptions<Parameter extends string> extends LawColumns {
  law: Law<Parameter>;
  /** one start or a grid; by default the law's own grid, if it has one */
  start?: Starts<NoInfer<Parameter>>;
  /** narrower bounds than the law's */
  bounds?: Partial<Record<NoInfer<Parameter>, readonly [low: number, high: number]>>;
  /** default squares; Huber's delta is in the unit of the residuals */
  loss?: Loss;
  /** residuals of the outcomes, or of their logarithms; default what the law gives */
  space?: ResidualSpace;
  /** of the intervals, in (0, 1), default 0.95 */
  level?: number;
}

/** A law fitted to a table. */
export interface LawFit<Parameter extends string = string> {
  ok: true;
  law: Law<Parameter>;
  /** each with its standard error and its Wald interval: Student's t where the noise is estimated */
  parameters: Record<Parameter, Estimate>;
  /** in the order of law.parameters */
  covariance: number[][];
  /** outcome minus law in the residual space, (rows) */
  residuals: number[];
  /** over their standard deviations, (rows) */
  standardisedResiduals: number[];
  residualSumOfSquares: number;
  /** what was minimised: the sum of the losses, r^2 / 2 near 0, of residuals over their deviations */
  objective: number;
  /** rows minus parameters */
  degreesOfFreedom: number;
  noiseIsKnown: boolean;
  space: ResidualSpace;
  loss: Loss;
  status: "converged" | "converged at a bound";
  /** which test ended the descent, and at which bounds it ended */
  reason: string;
  /** parameters that stand at a bound */
  atBound: Parameter[];
  /** did the solution leave its start */
  moved: boolean;
  /** how many starts reached the best minimum */
  startsAgreeing: { agree: number; total: number };
  /** evaluations of all rows, over all starts */
  iterations: number;
  level: number;
}

export type LawFitResult<Parameter extends string = string> = LawFit<Parameter> | (Failure & { law: Law<Parameter> });

/**
 * Minimises the sum of losses of (law - outcome) / deviation over the law's parameters, by Levenberg and Marquardt's method
 * in a trust region, with the law's exact derivatives.
 *
 * @param rows plain objects with a number in each column that the law, y, standardError and weight name
 * @param options see LawFitOptions
 * @returns the fit; or { ok: false, reason } when there is no minimum to find, or the rows leave a parameter open
 * @throws RangeError or TypeError that names the option, or the row and column, that is out of range
 * @example fitLaw([1, 2, 3, 4].map((x) => ({ x, y: 6 / (1 + x) })), { law: defineLaw({ name: "hyperbola", parameters: ["a", "b"], inputs: ["x"], formula: ({ a, b }, { x }, { over, plus }) => over(a, plus(b, x)) }), y: "y", start: { a: 1, b: 2 } }).parameters.a.value.toFixed(6) // => "6.000000"
 * @source Moré 1978 (solver); Huber 1964 (robust loss)
 */
export function fitLaw<Parameter extends string>(
  rows: readonly object[],
  options: LawFitOptions<Parameter>,
): LawFitResult<Parameter> {
  const { loss = { kind: "squared" }, level = 0.95 } = options;
  const law = boundedLaw(options.law, options.bounds);
  const space = options.space ?? (law.gives === "logarithm" ? "log" : "linear");
  requireOneOf("fitLaw", "loss.kind", loss?.kind, ["squared", "huber"]);
  if (loss.kind === "huber") requirePositive("fitLaw", "loss.delta", loss.delta);
  requireOneOf("fitLaw", "space", space, ["linear", "log"]);
  requireBetween("fitLaw", "level", level, 0, 1);
  const measured = lawMeasurements("fitLaw", rows, law, options, space);
  const noiseIsKnown = options.standardError !== undefined;
  const fail = (reason: string): LawFitResult<Parameter> => ({ ok: false, reason, law });
  const needed = law.parameters.length + (noiseIsKnown ? 0 : 1);
  if (rows.length < needed) {
    const knowing = noiseIsKnown ? "" : ", one of them to tell the noise by";
    return fail(`"${law.name}" needs ${needed} rows or more${knowing}, ${rows.length} were given; measure more`);
  }
  if (measured.values.every((value) => value === measured.values[0])) {
    return fail(
      `all outcomes are ${measured.values[0]}, so no law can be told from them; measure a wider range of inputs`,
    );
  }
  const largest = measured.outcomes.reduce((most, outcome, row) => {
    return Math.max(most, Math.abs(outcome / (measured.deviations[row] as number)));
  }, 0);
  if (!(largest > 1 / LARGEST && largest < LARGEST)) {
    return fail(
      `outcomes of ${largest.toPrecision(3)} standard deviations have no squares in float64; give them in another unit`,
    );
  }
  const starts = startGrid("fitLaw", law, options.start ?? ownStarts(law, measured));
  const problem = lawProblem(law, measured, space, loss);
  const rough = lawProblem(law, roughly(measured, law.parameters.length, starts.length), space, { kind: "squared" });
  const found = descendFromStarts(problem, rough, starts);
  const unsolved = whyUnsolved(law, found);
  if (unsolved !== undefined) return fail(unsolved);

  const values = found.best.parameters;
  const residuals = new Float64Array(rows.length);
  const jacobian = new Float64Array(rows.length * values.length);
  lawProblem(law, measured, space, { kind: "squared" }).evaluate(values, residuals, jacobian);
  const covariance = lawCovariance(jacobian, residuals, values.length, loss, noiseIsKnown);
  if ("flat" in covariance) return fail(whyFlat(law, covariance.flat, found));
  const variances = covariance.matrix.map((row, k) => row[k] as number);
  if (variances.some((variance) => !(variance < Infinity) || (variance === 0 && covariance.dispersion > 0))) {
    return fail("the parameters' variances leave the range of float64; give inputs and outcomes in units nearer to 1");
  }
  const degreesOfFreedom = rows.length - values.length;
  const critical = noiseIsKnown ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
  const parameters = {} as Record<Parameter, Estimate>;
  for (const [k, parameter] of law.parameters.entries()) {
    const value = values[k] as number;
    const standardError = Math.sqrt(variances[k] as number);
    const reach = critical * standardError;
    parameters[parameter] = {
      value,
      standardError,
      interval: { low: value - reach, high: value + reach, level, method: "wald" },
    };
  }
  const atBound = law.parameters.filter((_, k) => {
    return values[k] === problem.lower[k] || values[k] === problem.upper[k];
  });
  const inSpace = Array.from(residuals, (residual, row) => 0 - residual * (measured.deviations[row] as number));
  const spread = Math.sqrt(covariance.dispersion);
  return {
    ok: true,
    law,
    parameters,
    covariance: covariance.matrix,
    residuals: inSpace,
    standardisedResiduals: Array.from(residuals, (residual) => (spread > 0 ? 0 - residual / spread : 0)),
    residualSumOfSquares: inSpace.reduce((sum, residual) => sum + residual ** 2, 0),
    objective: found.best.cost,
    degreesOfFreedom,
    noiseIsKnown,
    space,
    loss,
    status: atBound.length > 0 ? "converged at a bound" : "converged",
    reason: whyEnded(found, atBound),
    atBound,
    moved: found.best.parameters.some((value, k) => value !== found.start[k]),
    startsAgreeing: found.startsAgreeing,
    iterations: found.iterations,
    level,
  };
}

const LARGEST = 1e140; // its square, and its inverse's, summed over a table, stay inside float64

function boundedLaw<Parameter extends string>(
  law: Law<Parameter>,
  narrower: LawFitOptions<Parameter>["bounds"],
): Law<Parameter> {
  if (typeof law?.evaluate !== "function") throw wrong("fitLaw", "law to be a law", law, "defineLaw makes one");
  const bounds: Partial<Record<Parameter, readonly [number, number]>> = { ...law.bounds, ...narrower };
  for (const parameter of law.parameters) {
    const [low, high] = bounds[parameter] ?? [-Infinity, Infinity];
    if (!(low < high))
      throw wrong("fitLaw", `bounds.${parameter} to be [low, high] with low < high`, `${low}, ${high}`);
  }
  return { ...law, bounds };
}

function ownStarts<Parameter extends string>(law: Law<Parameter>, measured: Measurements & { values: Float64Array }) {
  if (law.starts !== undefined) return law.starts(measured.inputs, measured.values);
  throw wrong("fitLaw", `start for "${law.name}", which has no starts of its own`, undefined);
}

/** For a grid of starts, a share of the measurements, from the lowest outcome to the highest, is enough to tell minima apart. */
function roughly(measured: Measurements, parameters: number, starts: number): Measurements {
  const stride = starts < MANY_STARTS ? 1 : Math.floor(measured.outcomes.length / (ROUGH_ROWS * parameters));
  if (stride < 2) return measured;
  const { outcomes, inputs, deviations } = measured;
  const order = Array.from(outcomes.keys()).sort(
    (one, other) => (outcomes[one] as number) - (outcomes[other] as number),
  );
  const rows = order.filter((_, place) => place % stride === 0);
  return {
    inputs: rows.map((row) => inputs[row] as Float64Array),
    outcomes: Float64Array.from(rows, (row) => outcomes[row] as number),
    deviations: Float64Array.from(rows, (row) => deviations[row] as number),
  };
}

const MANY_STARTS = 50;
const ROUGH_ROWS = 8; // a parameter

function whyUnsolved(law: Law, { best, startsAgreeing: { total } }: BestDescent): string | undefined {
  const starts = total === 1 ? "the start" : `each of ${total} starts`;
  if (best.end === "outside") {
    return `"${law.name}" or its derivative is not finite at ${starts}; start where it is, or set bounds that keep it so`;
  }
  if (best.end === "iterations") {
    return `no minimum was reached from ${starts} in ${best.iterations} iterations; start nearer, set bounds, or fit a law with fewer parameters`;
  }
  return undefined;
}

function whyFlat(law: Law, flat: readonly number[], { best, startsAgreeing: { total } }: BestDescent): string {
  const places = flat.map((k) => `${law.parameters[k]} near ${(best.parameters[k] as number).toPrecision(3)}`);
  const what =
    places.length === 1 ? `nothing depends on ${places[0]}` : `the rows cannot tell ${places.join(", ")} apart`;
  const else_ = total === 1 ? "try other starts (a grid), " : "";
  return `where the descent ended, ${what}; ${else_}measure a wider range of inputs, or fix one of them`;
}

function whyEnded({ best }: BestDescent, atBound: readonly string[]): string {
  const end = best.end === "gradient" ? "the gradient vanished" : "no step promised to lower the objective any more";
  return atBound.length === 0 ? end : `${end}, with ${atBound.join(" and ")} at a bound`;
}
