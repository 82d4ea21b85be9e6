/** @file Fits a scaling law to one learning curve: the solution, how sure it is, and what it left unexplained. */
import { requireBetween, requireCount, requireOneOf, wrong } from "../core/argument-checks.ts";
import { createStream } from "../core/random-stream.ts";
import { drawBootstrap, type GivenDraws } from "./bootstrap.ts";
import { type UnitCovariance, unitCovariance } from "./covariance.ts";
import { parameterIntervals } from "./parameter-intervals.ts";
import { checkPoints, suggestedErrorModel } from "./point-checks.ts";
import { ADVICE, noiseIsKnown, PARAMETER_COUNT, type PreparedCurve, prepareCurve } from "./prepared-curve.ts";
import { type MultiStartSolution, solveFromStarts } from "./solve-law.ts";
import type {
  ErrorModel,
  Estimate,
  FittedScalingLaw,
  Interval,
  IntervalMethod,
  LawName,
  LearningCurvePoint,
  ParameterName,
  ScalingLawFit,
} from "./types.ts";
import type { Solution } from "./weighted-solve.ts";

/** How to fit; the same for one curve and for many. */
export interface FitOptions {
  /** default "power + floor" */
  law?: LawName;
  /** default: binomial if every point has items, standardErrors if every point has one, else equal */
  errorModel?: ErrorModel;
  /** of the intervals, default 0.95 */
  level?: number;
  /** of the bootstrap, an integer in [0, 2^53) */
  seed: number;
  /** refits of the bootstrap, default 1000 */
  resamples?: number;
  /** the first one fills each parameter's `interval`; default all, bootstrap first */
  intervalMethods?: readonly IntervalMethod[];
}

/**
 * Fits error = amplitude * dataSize^-exponent (+ irreducibleError) by least squares, weighted as the error model says:
 * variable projection on the exponent with exact derivatives, from five starting exponents. For binomial errors the
 * weights are iterated with the curve, which is maximum likelihood. Points marked holdOut take no part.
 *
 * @param request points: (points) of { dataSize > 0, error }; name: which curve; see FitOptions for the rest
 * @returns the fit, or { ok: false, reason } when these points cannot settle this law; the order of points is irrelevant
 * @throws RangeError or TypeError when an option or a point is out of range
 * @example fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }).parameters.exponent.value.toFixed(6) // => "0.500000"
 * @example fitScalingLaw({ points: [{ dataSize: 1, error: 0.9 }, { dataSize: 4, error: 0.5 }], seed: 7 }).reason // => '"power + floor" has 3 parameters, but the points have 2 different sizes; give more data sizes or fit the law "power"'
 * @source Golub & Pereyra 1973 (the solver); McCullagh & Nelder 1989, chapter 9 (the weights)
 */
export function fitScalingLaw(
  request: FitOptions & { name?: string; points: readonly LearningCurvePoint[] },
): ScalingLawFit {
  const name = request.name ?? "learning curve";
  const settings = checkedSettings("fitScalingLaw", request.points, request);
  return fitChecked(name, request.points, settings);
}

type Settings = Required<FitOptions>;

/** The options with their defaults, checked together with the points. */
export function checkedSettings(caller: string, points: readonly LearningCurvePoint[], options: FitOptions): Settings {
  const settings: Settings = {
    law: options.law ?? "power + floor",
    errorModel: options.errorModel ?? suggestedErrorModel(points),
    level: options.level ?? 0.95,
    seed: options.seed,
    resamples: options.resamples ?? 1000,
    intervalMethods: options.intervalMethods ?? ["bootstrap", "profile", "wald"],
  };
  requireOneOf(caller, "law", settings.law, ["power", "power + floor"]);
  requireOneOf(caller, "errorModel.kind", settings.errorModel?.kind, [
    "binomial",
    "standardErrors",
    "relative",
    "equal",
  ]);
  requireBetween(caller, "level", settings.level, 0, 1);
  requireCount(caller, "seed", settings.seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount(caller, "resamples", settings.resamples, 1, 1e7);
  if (!Array.isArray(settings.intervalMethods) || settings.intervalMethods.length === 0) {
    throw wrong(caller, "intervalMethods to name one method or more", settings.intervalMethods);
  }
  for (const method of settings.intervalMethods) {
    requireOneOf(caller, "intervalMethods", method, ["wald", "profile", "bootstrap"]);
  }
  checkPoints(caller, points, settings.errorModel);
  return settings;
}

/** The fit itself, of points and settings that were checked; `givenDraws` stand for the bootstrap's own. */
export function fitChecked(
  name: string,
  given: readonly LearningCurvePoint[],
  settings: Settings,
  givenDraws?: GivenDraws,
): ScalingLawFit {
  const { law, errorModel, level, seed, intervalMethods } = settings;
  const points = given.toSorted((one, other) => one.dataSize - other.dataSize || one.error - other.error);
  const fail = (reason: string): ScalingLawFit => ({ ok: false, reason, name, law, points });

  const fitted = points.filter((point) => point.holdOut !== true);
  const prepared = prepareCurve(fitted, law, errorModel);
  if (!prepared.ok) return fail(prepared.reason);
  const { curve } = prepared;
  const solved = solveFromStarts(curve, law);
  const unsolved = whyUnsolved(solved, law);
  if (unsolved !== undefined) return fail(unsolved);
  const covariance = unitCovariance(curve, law, solved.best);
  if (covariance === undefined) return fail(`the points cannot tell the parameters of "${law}" apart; ${ADVICE[law]}`);
  const amplitude = solved.best.amplitude * curve.errorScale * Math.exp(solved.best.exponent * curve.logSmallest);
  if (!(amplitude > 1 / LARGEST_AMPLITUDE && amplitude < LARGEST_AMPLITUDE)) {
    return fail(
      "the amplitude at dataSize = 1 leaves the range of float64; give dataSize in a unit nearer to the sizes measured",
    );
  }

  const degreesOfFreedom = fitted.length - PARAMETER_COUNT[law];
  const standardised = standardisedResiduals(curve, solved.best);
  const weightedSquares = standardised.reduce((sum, residual) => sum + residual ** 2, 0);
  const dispersion = noiseIsKnown(curve.kind) ? 1 : weightedSquares / degreesOfFreedom;
  const logCovariance = covarianceOfLogs(curve, covariance, dispersion);
  const standardErrors = logCovariance.map((row, k) => Math.sqrt(row[k] as number));
  const resamples = intervalMethods.includes("bootstrap") ? settings.resamples : 0;
  const stream = createStream(seed).split(name);
  const draws = drawBootstrap(curve, law, solved.best, covariance.leverages, stream, resamples, givenDraws);
  const evidence = { curve, law, solution: solved.best, dispersion, degreesOfFreedom, standardErrors, draws };
  const intervals = parameterIntervals(evidence, intervalMethods, level);

  const units = [amplitude, 1, curve.errorScale] as const; // from [ln amplitude, exponent, floor / errorScale]
  const values = [amplitude, solved.best.exponent, solved.best.floor * curve.errorScale] as const;
  const parameters: Partial<Record<ParameterName, Estimate>> = {};
  for (const [k, parameter] of (["amplitude", "exponent", "irreducibleError"] as const).entries()) {
    const interval = intervals[parameter][intervalMethods[0] as IntervalMethod] as
      | Interval
      | { ok: false; reason: string };
    if ("ok" in interval) return fail(interval.reason);
    const standardError = (standardErrors[k] as number) * (units[k] as number);
    parameters[parameter] = { value: values[k] as number, standardError, interval };
  }
  const residuals = fitted.map((point, i) => point.error - (solved.best.values[i] as number) * curve.errorScale);
  return {
    ok: true,
    name,
    law,
    errorModel,
    points,
    parameters: parameters as FittedScalingLaw["parameters"],
    intervals,
    covariance: logCovariance.map((row, j) =>
      row.map((value, k) => value * (units[j] as number) * (units[k] as number)),
    ),
    residuals,
    standardisedResiduals: standardised.map((residual) => (dispersion > 0 ? residual / Math.sqrt(dispersion) : 0)),
    residualSumOfSquares: residuals.reduce((sum, residual) => sum + residual ** 2, 0),
    deviance: noiseIsKnown(curve.kind) ? solved.deviance : normalDeviance(solved.best, weightedSquares),
    degreesOfFreedom,
    status: law === "power + floor" && solved.best.floor === 0 ? "converged at irreducibleError = 0" : "converged",
    moved: solved.moved,
    startsAgreeing: solved.startsAgreeing,
    iterations: solved.evaluations,
    level,
    seed,
    bootstrap: draws,
  };
}

const LARGEST_AMPLITUDE = 1e150; // its square, in the covariance, is inside float64

function whyUnsolved({ best, startsAgreeing, evaluations }: MultiStartSolution, law: LawName): string | undefined {
  if (best.end === "minimum") return undefined;
  if (best.end === "low") {
    return "the error does not fall with dataSize in a way that a power law describes; plot the points and check their order";
  }
  if (best.end === "high") {
    const instead = law === "power" ? "or use more test items" : 'or fit the law "power"';
    return `the exponent has no best value: all of the fall is before the second size; measure smaller sizes ${instead}`;
  }
  return `no start of ${startsAgreeing.total} converged in ${evaluations} evaluations; check the points for a wrong size or error`;
}

/** Residuals times the square root of their weights, (points). */
function standardisedResiduals(curve: PreparedCurve, solution: Solution): number[] {
  return Array.from(solution.weights, (weight, i) => {
    return ((curve.errors[i] as number) - (solution.values[i] as number)) * Math.sqrt(weight);
  });
}

/** Of [ln amplitude at dataSize = 1, exponent, floor / errorScale], 3 x 3; zeros where the law has no floor. */
function covarianceOfLogs(curve: PreparedCurve, unit: UnitCovariance, dispersion: number): number[][] {
  const at = (j: number, k: number) => (unit.matrix[j]?.[k] ?? 0) * dispersion;
  const shift = curve.logSmallest; // ln amplitude at 1 = ln amplitude at the smallest size + exponent * shift
  const amplitudeExponent = at(0, 1) + shift * at(1, 1);
  const amplitudeFloor = at(0, 2) + shift * at(1, 2);
  return [
    [at(0, 0) + 2 * shift * at(0, 1) + shift ** 2 * at(1, 1), amplitudeExponent, amplitudeFloor],
    [amplitudeExponent, at(1, 1), at(1, 2)],
    [amplitudeFloor, at(1, 2), at(2, 2)],
  ];
}

/** -2 log likelihood of normal errors whose one unknown factor is at its best; a perfect fit counts as rounding. */
function normalDeviance(solution: Solution, weightedSquares: number): number {
  const count = solution.weights.length;
  const logVariances = solution.weights.reduce((sum, weight) => sum - Math.log(weight), 0);
  return count * Math.log(Math.max(weightedSquares / count, Number.EPSILON ** 2)) + logVariances;
}
