/** @file Fits any law to any table: bounded, weighted, by squares or by Huber's loss, of values or of their logarithms. */
import { criticalNormal, criticalStudent } from "../core/critical-values.ts";
import type { LawColumns } from "./law-measurements.ts";
import { type LawFitOptions, type LawRequest, lawRequest } from "./law-request.ts";
import { isMinimum, type LawSolution, solveLaw } from "./law-solution.ts";
import type { Law } from "./laws/law.ts";
import { lawCovariance } from "./least-squares/law-covariance.ts";
import type { ResidualSpace } from "./least-squares/law-problem.ts";
import type { Loss } from "./least-squares/loss.ts";
import type { BestDescent } from "./least-squares/multi-start.ts";
import type { Estimate, Failure } from "./types.ts";

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
  /** what was minimised: half the deviance, or the sum of the losses, r^2 / 2 near 0, of residuals over their deviations */
  objective: number;
  /** variance of a residual over what the noise says of it: 1 where the noise is known, else estimated */
  dispersion: number;
  /** -2 log likelihood up to a constant that depends on the rows and their noise alone */
  deviance: number;
  /** rows minus parameters */
  degreesOfFreedom: number;
  noiseIsKnown: boolean;
  /** which columns the fit was made of */
  columns: LawColumns;
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
 * in a trust region, with the law's exact derivatives. With items, the likelihood of binomial counts is maximised.
 *
 * @param rows plain objects with a number in each column that the law, y, standardError, weight and items name
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
  const request = lawRequest("fitLaw", rows, options);
  const unfit = whyUnfit(request);
  if (unfit !== undefined) return { ok: false, reason: unfit, law: request.law };
  return fitRequest(request, solveLaw(request, request.starts()));
}

/** The fit of a solution, or why it is none. */
export function fitRequest<Parameter extends string>(
  request: LawRequest<Parameter>,
  solution: LawSolution,
): LawFitResult<Parameter> {
  const { law, loss, level, space, columns } = request;
  const { noiseIsKnown } = request.measured;
  const { found, deviations, objective } = solution;
  const fail = (reason: string): LawFitResult<Parameter> => ({ ok: false, reason, law });
  const unsolved = whyUnsolved(law, solution);
  if (unsolved !== undefined) return fail(unsolved);
  const covariance = covarianceOf(request, solution);
  if ("flat" in covariance) return fail(whyFlat(law, covariance.flat, found));
  const variances = covariance.matrix.map((row, k) => row[k] as number);
  if (variances.some((variance) => !(variance < Infinity) || (variance === 0 && covariance.dispersion > 0))) {
    return fail("the parameters' variances leave the range of float64; give inputs and outcomes in units nearer to 1");
  }
  const values = found.best.parameters;
  const degreesOfFreedom = deviations.length - values.length;
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
  const atBound = law.parameters.filter((parameter, k) => {
    const [low, high] = law.bounds[parameter] ?? [-Infinity, Infinity];
    return values[k] === low || values[k] === high;
  });
  const residuals = Array.from(solution.residuals);
  const standardised = residuals.map((residual, row) => residual / (deviations[row] as number));
  const spread = Math.sqrt(covariance.dispersion);
  return {
    ok: true,
    law,
    parameters,
    covariance: covariance.matrix,
    residuals,
    standardisedResiduals: standardised.map((residual) => (spread > 0 ? residual / spread : 0)),
    residualSumOfSquares: residuals.reduce((sum, residual) => sum + residual ** 2, 0),
    objective,
    dispersion: covariance.dispersion,
    deviance: noiseIsKnown ? 2 * objective : normalDeviance(standardised, deviations),
    degreesOfFreedom,
    noiseIsKnown,
    columns,
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

/** Of a solution's parameters, or the directions that the rows leave open. */
export function covarianceOf(
  { loss, measured }: LawRequest<string>,
  solution: LawSolution,
): ReturnType<typeof lawCovariance> {
  const scaled = solution.residuals.map((residual, i) => residual / (solution.deviations[i] as number));
  const count = solution.found.best.parameters.length;
  return lawCovariance(solution.jacobian, scaled, count, loss, measured.noiseIsKnown);
}

/** Of normal errors whose one unknown factor is at its best; a perfect fit counts as rounding. */
function normalDeviance(standardised: readonly number[], deviations: Float64Array): number {
  const count = standardised.length;
  const meanSquare = standardised.reduce((sum, residual) => sum + residual ** 2, 0) / count;
  const logVariances = deviations.reduce((sum, deviation) => sum + 2 * Math.log(deviation), 0);
  return count * Math.log(Math.max(meanSquare, Number.MIN_VALUE)) + logVariances;
}

/** Why the rows cannot settle the law, before anything is solved. */
export function whyUnfit({ law, measured }: LawRequest<string>): string | undefined {
  const { values, outcomes, deviations, noise, noiseIsKnown } = measured;
  const needed = law.parameters.length + (noiseIsKnown ? 0 : 1);
  if (values.length < needed) {
    const knowing = noiseIsKnown ? "" : ", one of them to tell the noise by";
    return `"${law.name}" needs ${needed} rows or more${knowing}, ${values.length} were given; measure more`;
  }
  if (values.every((value) => value === values[0])) {
    return `all outcomes are ${values[0]}, so no law can be told from them; measure a wider range of inputs`;
  }
  const largest = outcomes.reduce((most, outcome, row) => {
    return Math.max(most, Math.abs(outcome / (deviations[row] as number)));
  }, 0);
  if (noise.kind !== "binomial" && !(largest > 1 / LARGEST && largest < LARGEST)) {
    return `outcomes of ${largest.toPrecision(3)} standard deviations have no squares in float64; give them in another unit`;
  }
  return undefined;
}

const LARGEST = 1e140; // its square, and its inverse's, summed over a table, stay inside float64

function whyUnsolved(law: Law, { found, settled }: LawSolution): string | undefined {
  const { best, startsAgreeing } = found;
  const starts = startsAgreeing.total === 1 ? "the start" : `each of ${startsAgreeing.total} starts`;
  if (best.end === "outside") {
    return `"${law.name}" or its derivative is not finite at ${starts}; start where it is, or set bounds that keep it so`;
  }
  if (!isMinimum(found)) {
    return `no minimum was reached from ${starts} in ${best.iterations} iterations; start nearer, set bounds, or fit a law with fewer parameters`;
  }
  if (settled) return undefined;
  return `"${law.name}" fits so badly that its weights and its curve chase each other; plot it over the rows, or fit another law`;
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
