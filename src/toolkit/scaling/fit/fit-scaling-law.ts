/** @file The short form of fitLaw for one learning curve: error against dataSize, with intervals by every method. */
import { requireOneOf, requireOptions, requireText, wrong } from "../../core/argument-checks.ts";
import { type PowerParameter, powerFloorLaw, powerLaw } from "../laws/learning-curves.ts";
import { fitRequest } from "./fit-law.ts";
import type { IntervalMethod, LawRequest, ScalingLawFit } from "./fitted-law.ts";
import { intervalSettings } from "./law-request.ts";
import {
  checkPoints,
  type ErrorModel,
  type LearningCurvePoint,
  measurementsOf,
  requireErrorModel,
  suggestedErrorModel,
} from "./point-checks.ts";

const CURVE_OPTIONS = ["points", "name", "law", "errorModel", "level", "seed", "resamples", "intervalMethods"];

const EACH_CURVE =
  'fitScalingLaws(rows, { by: "curve", x: "size", y: "error" }) takes rows, and fits each curve in them';

export type LawName = "power" | "power + floor";

/** How to fit; the same for one curve and for many. */
export interface FitOptions {
  /** default "power + floor" */
  law?: LawName;
  /** default: binomial if every point has items, standardErrors if every point has one (estimatedErrors: and its runs), else equal */
  errorModel?: ErrorModel;
  /** of the intervals, default 0.95 */
  level?: number;
  /** of the bootstrap, an integer in [0, 2^53); default 0, and a fit that is shown says which it was */
  seed?: number;
  /** refits of the bootstrap, default 1000 */
  resamples?: number;
  /** the first one fills each parameter's `interval`; default all, profile first */
  intervalMethods?: readonly IntervalMethod[];
}

/**
 * Fits error = amplitude * dataSize^-exponent (+ irreducibleError) by least squares, weighted as the noise says, as fitLaw does:
 * for binomial errors the weights are iterated with the curve, which is maximum likelihood. Points marked holdOut take no part.
 *
 * @param request points: (points) of { dataSize > 0, error }; name: which curve; see FitOptions for the rest
 * @returns the fit, or { ok: false, reason } when these points cannot settle this law; the order of points is irrelevant
 * @throws RangeError or TypeError when an option or a point is out of range
 * @example fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }).parameters.exponent.value.toFixed(6) // => "0.500000"
 * @example fitScalingLaw({ points: [{ dataSize: 1, error: 0.9 }, { dataSize: 4, error: 0.5 }], seed: 7 }).reason // => '"power + floor" has 3 parameters, but the points have 2 different sizes; give more data sizes or fit the law "power"'
 */
export function fitScalingLaw(
  request: FitOptions & { name?: string; points: readonly LearningCurvePoint[] },
): ScalingLawFit {
  if (Array.isArray(request)) throw wrong("fitScalingLaw", "one argument, { points, ... }", request, EACH_CURVE);
  requireOptions("fitScalingLaw", request, CURVE_OPTIONS);
  const { name = "learning curve", points } = request;
  requireText("fitScalingLaw", "name", name);
  return fitRequest(curveRequest("fitScalingLaw", name, points, request));
}

/**
 * The options with their defaults, checked together with the points.
 *
 * @param caller the public function, for its errors
 */
export function curveRequest(
  caller: string,
  name: string,
  points: readonly LearningCurvePoint[],
  options: FitOptions,
): LawRequest<PowerParameter, "dataSize"> {
  const { law = "power + floor", errorModel = suggestedErrorModel(points) } = options;
  requireOneOf(caller, "law", law, ["power", "power + floor"]);
  requireErrorModel(caller, errorModel);
  const { seed = 0 } = options;
  const loss = { kind: "squared" } as const;
  const intervalMethods = options.intervalMethods ?? ["profile", "bootstrap", "wald"];
  const settings = intervalSettings(caller, { ...options, seed, intervalMethods }, loss, errorModel.kind, {});
  checkPoints(caller, points, errorModel);
  return {
    name,
    law: law === "power" ? powerLaw : powerFloorLaw,
    columns: { inputs: { dataSize: "dataSize" }, y: "error", ...NOISE_COLUMNS[errorModel.kind] },
    ...measurementsOf(points, errorModel),
    noise: errorModel.kind,
    space: "linear",
    loss,
    start: null,
    bounded: false,
    ...settings,
  };
}

/** The column of a point that tells its noise. */
const NOISE_COLUMNS: Record<ErrorModel["kind"], { items?: string; standardError?: string; runs?: string }> = {
  binomial: { items: "items" },
  overdispersed: { items: "items" },
  standardErrors: { standardError: "standardError" },
  estimatedErrors: { standardError: "standardError", runs: "runs" },
  relative: {},
  equal: {},
};
