/** @file The profile of any law's likelihood over one parameter: how much worse the fit gets when it is held, the others refitted. */
import { requireCount, requireOneOf } from "../core/argument-checks.ts";
import { criticalNormal, criticalStudent } from "../core/critical-values.ts";
import { fitRequest, type LawFit, whyUnfit } from "./fit-law.ts";
import { type LawFitOptions, type LawRequest, lawRequest } from "./law-request.ts";
import { EXACT, isMinimum, solveLaw } from "./law-solution.ts";
import type { Law } from "./laws/law.ts";
import { findEnd } from "./profile-interval.ts";
import type { Failure, Interval } from "./types.ts";

/** The profile of one parameter, to be drawn; its interval is where `rise` stays under `threshold`. */
export interface LikelihoodProfile {
  ok: true;
  /** which curve or law this is, for legends */
  name: string;
  parameter: string;
  /** of the parameter, at the fit */
  value: number;
  /** from the covariance: of the parabola that the profile would be, were the law linear */
  standardError: number;
  /** the rise at which a value is contradicted: z^2, or Student's t^2 where the noise is estimated */
  threshold: number;
  level: number;
  /** by rising value: rise of the deviance over the fit's, over the dispersion, >= 0 */
  rows: { value: number; rise: number }[];
  /** or which end the data leave open */
  interval: Interval | Failure;
}

/**
 * Holds one parameter at each of a row of values and refits the others. A parabola says that the Wald interval is right; a
 * side that levels off says that the data do not settle the parameter.
 *
 * @param rows as for fitLaw
 * @param options of fitLaw, by squares; parameter: which; points: values to hold it at, a count in [3, 1000], default 41;
 *   name: default the law's
 * @returns the profile; or { ok: false, reason } when there is no fit, or a lower minimum turns up beside it
 * @throws RangeError or TypeError as fitLaw does
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 6.1; Venzon & Moolgavkar 1988
 * @example profileLaw([0.91, 0.49, 0.31, 0.19, 0.155].map((error, k) => ({ dataSize: 4 ** k, error })), { law: powerFloorLaw, y: "error", parameter: "exponent" }).interval.low.toFixed(3) // => "0.381"
 */
export function profileLaw<Parameter extends string>(
  rows: readonly object[],
  options: LawFitOptions<Parameter> & { parameter: NoInfer<Parameter>; points?: number; name?: string },
): LikelihoodProfile | Failure {
  const { parameter, points = 41 } = options;
  const request = lawRequest("profileLaw", rows, options);
  requireOneOf("profileLaw", "parameter", parameter, request.law.parameters);
  requireOneOf("profileLaw", "loss.kind", request.loss.kind, ["squared"]); // Huber's loss is no likelihood: bootstrapLaw
  requireCount("profileLaw", "points", points, 3, 1000);
  const unfit = whyUnfit(request);
  if (unfit !== undefined) return { ok: false, reason: unfit };
  const solution = solveLaw(request, request.starts());
  const fit = fitRequest(request, solution);
  if (!fit.ok) return { ok: false, reason: fit.reason };

  const index = request.law.parameters.indexOf(parameter);
  const value = fit.parameters[parameter].value;
  const { level } = fit;
  const threshold = criticalOf(fit) ** 2;
  const riseAt = riseOver(request, fit, index);
  const excess = (theta: number) => {
    const rise = riseAt(theta);
    return Number.isFinite(rise) ? Math.sqrt(Math.max(rise, 0)) - Math.sqrt(threshold) : Infinity;
  };
  const [lowest, highest] = request.law.bounds[parameter] ?? [-Infinity, Infinity];
  const step = Math.sqrt(threshold) * (fit.parameters[parameter].standardError || Math.abs(value) || 1);
  const low = findEnd(excess, value, -step, lowest);
  const high = findEnd(excess, value, step, highest);
  const interval = intervalOf(request.law, parameter, low, high, level);
  const from = low ?? Math.max(lowest, value - 2 * step);
  const to = high ?? Math.min(highest, value + 2 * step);
  const margin = MARGIN * (to - from);
  const grid = evenly(Math.max(from - margin, lowest), Math.min(to + margin, highest), value, points);
  const profile = grid.map((theta) => ({ value: theta, rise: theta === value ? 0 : riseAt(theta) }));
  const lower = profile.find(({ rise }) => rise < -LOWER);
  if (lower !== undefined) {
    return { ok: false, reason: whyLower(request.law, parameter, lower.value) };
  }
  const known = profile.filter(({ rise }) => Number.isFinite(rise));
  const shown = known.map((row) => ({ ...row, rise: Math.max(row.rise, 0) }));
  const { standardError } = fit.parameters[parameter];
  const name = options.name ?? request.law.name;
  return { ok: true, name, parameter, value, standardError, threshold, level, rows: shown, interval };
}

const MARGIN = 0.25; // of the interval, drawn beyond each end
const LOWER = 1e-3; // of the deviance: more than two ways into one minimum leave

function criticalOf({ noiseIsKnown, level, degreesOfFreedom }: LawFit): number {
  return noiseIsKnown ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
}

/** The rise of the deviance with one parameter held; each value starts from the nearest one solved before. */
function riseOver<Parameter extends string>(
  request: LawRequest<Parameter>,
  fit: LawFit<Parameter>,
  index: number,
): (theta: number) => number {
  const { law } = request;
  const values = law.parameters.map((name) => fit.parameters[name].value);
  const solved: { theta: number; rest: Float64Array }[] = [
    { theta: values[index] as number, rest: Float64Array.from(values.toSpliced(index, 1)) },
  ];
  return (theta) => {
    const { rest } = solved.reduce((one, other) => {
      return Math.abs(other.theta - theta) < Math.abs(one.theta - theta) ? other : one;
    });
    const { found, objective, settled } = solveLaw({ ...request, law: holding(law, index, theta) }, [rest], EXACT);
    if (!isMinimum(found) || !settled) return Number.NaN;
    solved.push({ theta, rest: found.best.parameters });
    return (2 * (objective - fit.objective)) / (fit.dispersion || Number.MIN_VALUE);
  };
}

/** The law with one parameter held, of the others. */
function holding(law: Law, index: number, value: number): Law {
  const all = new Float64Array(law.parameters.length);
  const slopes = new Float64Array(law.parameters.length);
  return {
    ...law,
    parameters: law.parameters.toSpliced(index, 1),
    evaluate(rest, inputs, gradient) {
      for (let k = 0; k < all.length; k++) all[k] = k === index ? value : (rest[k < index ? k : k - 1] as number);
      const result = law.evaluate(all, inputs, slopes);
      for (let k = 0; k < rest.length; k++) gradient[k] = slopes[k < index ? k : k + 1] as number;
      return result;
    },
  };
}

/** An end that the law's own bound cuts off is that bound; one that nothing cuts off is none. */
function intervalOf<Parameter extends string>(
  law: Law<Parameter>,
  parameter: Parameter,
  low: number | undefined,
  high: number | undefined,
  level: number,
): Interval | Failure {
  const [lowest, highest] = law.bounds[parameter] ?? [-Infinity, Infinity];
  const ends = { low: low ?? lowest, high: high ?? highest };
  if (Number.isFinite(ends.low) && Number.isFinite(ends.high)) return { ...ends, level, method: "profile" };
  const open = Number.isFinite(ends.low) ? "upper" : "lower";
  const advice = "measure a wider range of inputs, or fit a law with fewer parameters";
  return { ok: false, reason: `no interval for the ${parameter}: the data set no ${open} limit to it; ${advice}` };
}

function whyLower(law: Law, parameter: string, at: number): string {
  return `"${law.name}" fits better with ${parameter} near ${at.toPrecision(4)} than at the minimum found; start there too`;
}

/** So many values from low to high, the one nearest to the centre moved onto it. */
function evenly(low: number, high: number, centre: number, count: number): number[] {
  const grid = Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));
  const nearest = grid.reduce((best, theta, k) => {
    return Math.abs(theta - centre) < Math.abs((grid[best] as number) - centre) ? k : best;
  }, 0);
  return grid.with(nearest, centre);
}
