/** @file A number that follows from a fit's parameters, an optimum or a ratio, with the interval that their joint uncertainty gives it. */
import { requireBetween, requireOneOf, requireOptions, wrong } from "../../core/argument-checks.ts";
import { percentileRange, reachesLevel } from "../fit/bootstrap.ts";
import { evidenceOf } from "../fit/evidence.ts";
import type { FittedLaw, LawFit } from "../fit/fitted-law.ts";
import { criticalAlong, quadratic } from "../fit/parameter-intervals.ts";
import { type Quantity, quantityRange } from "../fit/quantity-profile.ts";
import { requireFitted } from "../fit/read-law.ts";

export interface DerivedQuantity {
  value: number;
  /** by the delta method, whatever made the interval */
  standardError: number;
  low: number;
  high: number;
  level: number;
  method: "delta" | "profile" | "bootstrap";
}

export interface DerivedOptions {
  /** in (0, 1), by default the fit's */
  level?: number;
  /** by the covariance, the likelihood's profile, or the bootstrap's refits; default the refits, where the fit has enough, else the covariance */
  method?: "delta" | "profile" | "bootstrap";
  /** of the delta interval, which stays in its range: "log" for a quantity above 0, "logit" for one between 0 and 1; default "linear" */
  scale?: "linear" | "log" | "logit";
}

/**
 * Any function g of the parameters. Delta: g +- critical sqrt(g' C g'), g' its gradient and C the covariance, of g itself or on the scale asked for; bootstrap: the central
 * `level` of g at the refits; profile: all values of g that some parameters give whose deviance has not risen too far. An end that the
 * data do not set is infinite.
 *
 * @param fit a fit that is ok
 * @param quantity of the parameters by name, finite at the fit and near it
 * @throws TypeError for a failed fit, or one without the draws asked for; RangeError for an option, or a quantity that is not finite
 * @source Seber & Wild 1989, Nonlinear Regression, section 5.1 (delta); Venzon & Moolgavkar 1988 (profile); Efron & Tibshirani 1993, section 13.3 (percentiles)
 * @example deriveQuantity(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), ({ exponent }) => 2 ** exponent).value.toFixed(6) // => "1.414214"
 */
export function deriveQuantity<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  quantity: Quantity<Parameter>,
  options: DerivedOptions = {},
): DerivedQuantity {
  requireFitted("deriveQuantity", "fit", fit);
  if (typeof quantity !== "function") throw wrong("deriveQuantity", "quantity to be a function", quantity);
  requireOptions("deriveQuantity", options, ["level", "method", "scale"]);
  const { level = fit.level, scale = "linear" } = options;
  requireBetween("deriveQuantity", "level", level, 0, 1);
  requireOneOf("deriveQuantity", "scale", scale, ["linear", "log", "logit"]);
  const drawn = reachesLevel(fit.bootstrap?.resample.length ?? 0, level);
  const { method = drawn ? "bootstrap" : "delta" } = options;
  requireOneOf("deriveQuantity", "method", method, ["delta", "profile", "bootstrap"]);
  if (method === "profile") requireOneOf("deriveQuantity", "loss.kind", fit.loss.kind, ["squared"]); // other losses are no likelihood
  if (method === "bootstrap" && !drawn) {
    const hint = 'put "bootstrap" among its intervalMethods, with resamples enough for the level';
    throw wrong("deriveQuantity", "a fit with bootstrap draws", fit, hint);
  }
  const values = {} as Record<Parameter, number>;
  for (const parameter of fit.law.parameters) values[parameter] = fit.parameters[parameter].value;
  const value = finite(quantity(values));
  const gradient = gradientOf(fit, quantity, values);
  const standardError = Math.sqrt(Math.max(quadratic(fit.covariance, gradient), 0));
  const critical = criticalAlong(fit, level, gradient);
  const range =
    method === "delta"
      ? deltaRange(value, critical * standardError, scale)
      : method === "profile"
        ? profiledRange(fit, quantity, standardError, critical ** 2)
        : drawnRange(fit, quantity, level);
  return { value, standardError, ...range, level, method };
}

/** The correlations of the parameters, by name; those of fixed parameters with others are 0. */
export function parameterCorrelations<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
): Record<Parameter, Record<Parameter, number>> {
  requireFitted("parameterCorrelations", "fit", fit);
  const { law, covariance } = fit;
  const variance = (k: number) => covariance[k]?.[k] as number;
  const row = (j: number) =>
    law.parameters.map((parameter, k): [Parameter, number] => {
      if (j === k) return [parameter, 1];
      const product = variance(j) * variance(k);
      return [parameter, product > 0 ? (covariance[j]?.[k] as number) / Math.sqrt(product) : 0];
    });
  const rows = law.parameters.map((parameter, j) => [parameter, Object.fromEntries(row(j))]);
  return Object.fromEntries(rows) as Record<Parameter, Record<Parameter, number>>;
}

/** By the parameters, by central differences: steps of a thousandth of a standard error, whose square is the relative error. */
function gradientOf<Parameter extends string>(
  { law, covariance }: FittedLaw<Parameter>,
  quantity: Quantity<Parameter>,
  values: Readonly<Record<Parameter, number>>,
): number[] {
  return law.parameters.map((parameter, k) => {
    const step = STEP * Math.sqrt(covariance[k]?.[k] as number);
    if (!(step > 0)) return 0;
    const at = (move: number) => finite(quantity({ ...values, [parameter]: values[parameter] + move }));
    return (at(step) - at(-step)) / (2 * step);
  });
}

const STEP = 1e-3;

function deltaRange(value: number, reach: number, scale: "linear" | "log" | "logit"): { low: number; high: number } {
  if (scale === "linear") return { low: value - reach, high: value + reach };
  if (!(value > 0 && (scale === "log" || value < 1))) {
    const range = scale === "log" ? "above 0" : "between 0 and 1";
    throw wrong("deriveQuantity", `a quantity ${range} where scale is "${scale}"`, value);
  }
  if (scale === "log") return { low: value * Math.exp(-reach / value), high: value * Math.exp(reach / value) };
  const factor = Math.exp(reach / (value * (1 - value))); // of the odds
  return { low: value / (value + (1 - value) * factor), high: (value * factor) / (value * factor + 1 - value) };
}

function profiledRange<Parameter extends string>(
  fit: FittedLaw<Parameter>,
  quantity: Quantity<Parameter>,
  standardError: number,
  threshold: number,
): { low: number; high: number } {
  if (!(standardError > 0)) throw wrong("deriveQuantity", "a quantity that moves with the parameters", standardError);
  const { low = -Infinity, high = Infinity } = quantityRange(evidenceOf(fit), quantity, standardError, threshold);
  if (Number.isNaN(low + high) && !(low === -Infinity && high === Infinity)) {
    throw wrong(
      "deriveQuantity",
      "a law that can be fitted along the profile",
      fit.law.name,
      'use "delta" or "bootstrap"',
    );
  }
  return { low, high };
}

function drawnRange<Parameter extends string>(
  { law, bootstrap }: FittedLaw<Parameter>,
  quantity: Quantity<Parameter>,
  level: number,
): { low: number; high: number } {
  const found = (bootstrap?.resample ?? []).map((_, draw) => {
    const values = law.parameters.map((parameter) => [parameter, bootstrap?.draws[parameter][draw] as number]);
    return finite(quantity(Object.fromEntries(values) as Record<Parameter, number>));
  });
  return percentileRange(found, level);
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  const hint = "where it has no limit, ask for its reciprocal, or for what the law reaches at every refit";
  throw wrong("deriveQuantity", "a quantity that is finite at the fit, near it and at its refits", value, hint);
}
