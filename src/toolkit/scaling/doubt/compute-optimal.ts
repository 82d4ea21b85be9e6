/** @file The compute-optimal frontier: how the best model size grows with compute, from isoFLOP profiles or from a Chinchilla fit. */
import { requireList, requireOptions, requirePositive, wrong } from "../../core/argument-checks.ts";
import { fitLaw } from "../fit/fit-law.ts";
import type { Failure, FittedLaw, LawFit } from "../fit/fitted-law.ts";
import { cell } from "../fit/measurements.ts";
import { isExtrapolated, requireFitted } from "../fit/read-law.ts";
import type { chinchillaLaw } from "../laws/chinchilla.ts";
import { frontierLaw, isoFlopLaw } from "../laws/iso-flop.ts";
import { type DerivedOptions, type DerivedQuantity, deriveQuantity } from "./derived-quantity.ts";

type ParametersOf<Law> = Law extends { parameters: readonly (infer Parameter)[] } ? Parameter & string : never;
type ChinchillaParameter = ParametersOf<typeof chinchillaLaw>;
type IsoFlopFit = LawFit<ParametersOf<typeof isoFlopLaw>, "modelSize">;
type FrontierFit = FittedLaw<ParametersOf<typeof frontierLaw>, "compute">;

export interface IsoFlopFrontier {
  ok: true;
  /** a parabola for each compute, by rising compute, whose `optimum` is the best size there; it counts if it lies between measured sizes */
  profiles: { compute: number; fit: IsoFlopFit; counts: boolean }[];
  /** optimum = coefficient compute^exponent through those that count, by squares of logarithms */
  frontier: FrontierFit;
}

/**
 * Fits an isoFLOP profile to the runs of every compute, then the power law of their optima.
 *
 * @param rows runs with a model size and a loss, several sizes at each compute
 * @param columns where compute, model size and loss stand
 * @returns profiles and frontier; or { ok: false, reason } where fewer than three computes have a profile with a lowest point between their sizes
 * @throws RangeError or TypeError that names the row and column, or the option, that is out of range
 * @source Hoffmann et al. 2022, arXiv:2203.15556, section 3.2
 */
export function isoFlopFrontier(
  rows: readonly object[],
  columns: { compute: string; modelSize: string; loss: string },
): IsoFlopFrontier | Failure {
  requireList("isoFlopFrontier", "rows to be an array of plain objects", rows);
  requireOptions("isoFlopFrontier", columns, ["compute", "modelSize", "loss"]);
  const groups = new Map<number, object[]>();
  for (const [index, row] of rows.entries()) {
    const compute = cell("isoFlopFrontier", row, index, columns.compute, "to logarithm");
    const group = groups.get(compute);
    if (group === undefined) groups.set(compute, [row]);
    else group.push(row);
  }
  const profiles = [...groups]
    .sort(([one], [other]) => one - other)
    .map(([compute, runs]) => {
      const name = `compute ${compute}`;
      const fit = fitLaw(runs, { law: isoFlopLaw, x: columns.modelSize, y: columns.loss, name });
      return { compute, fit, counts: fit.ok && !isExtrapolated(fit, { modelSize: fit.parameters.optimum.value }) };
    });
  const optima = profiles.flatMap(({ compute, fit, counts }) =>
    fit.ok && counts ? [{ compute, optimum: fit.parameters.optimum.value }] : [],
  );
  if (optima.length < LEAST_PROFILES) {
    const failed = profiles.find(({ counts }) => !counts);
    const reason =
      failed?.fit.ok === true ? "its parabola is lowest beyond the measured sizes; measure there" : failed?.fit.reason;
    const why = failed === undefined ? "" : ` (at compute ${failed.compute}: ${reason})`;
    const seen = `${optima.length} of ${profiles.length} computes have a profile with a lowest point between their sizes${why}`;
    return { ok: false, reason: `${seen}; a frontier with an interval needs ${LEAST_PROFILES}` };
  }
  const frontier = fitLaw(optima, { law: frontierLaw, y: "optimum", space: "log" });
  return frontier.ok ? { ok: true, profiles, frontier } : { ok: false, reason: frontier.reason };
}

const LEAST_PROFILES = 3;

export interface ComputeOptimum {
  /** of the best model size: modelSize grows as compute^modelExponent */
  modelExponent: DerivedQuantity;
  /** of the best data size; the two sum to 1 */
  dataExponent: DerivedQuantity;
  modelSize: DerivedQuantity;
  dataSize: DerivedQuantity;
}

/**
 * The split of a compute C = flopsPerToken N D that the fitted Chinchilla law calls best: N = G (C / flopsPerToken)^(beta / (alpha +
 * beta)), G = (alpha A / (beta B))^(1 / (alpha + beta)), and D the rest.
 *
 * @param fit of chinchillaLaw
 * @param compute in FLOPs, > 0
 * @param options as deriveQuantity takes them; flopsPerToken: of one parameter, default 6
 * @throws TypeError for a failed fit or one of another law, RangeError for an option out of range, or a loss that rises with a size
 * @source Hoffmann et al. 2022, arXiv:2203.15556, eq. 4
 */
export function computeOptimum(
  fit: LawFit<ChinchillaParameter, "modelSize" | "dataSize">,
  compute: number,
  options: Omit<DerivedOptions, "scale"> & { flopsPerToken?: number } = {},
): ComputeOptimum {
  requireFitted("computeOptimum", "fit", fit);
  requireOptions("computeOptimum", options, ["level", "method", "flopsPerToken"]);
  if (fit.law.name !== "Chinchilla") throw wrong("computeOptimum", "a fit of chinchillaLaw", fit.law.name);
  const { flopsPerToken = 6, ...asked } = options;
  for (const exponent of ["alpha", "beta"] as const) {
    const { value } = fit.parameters[exponent];
    if (!(value > 0)) throw wrong("computeOptimum", `${exponent} above 0: else no size is the best`, value);
  }
  requirePositive("computeOptimum", "compute", compute);
  requirePositive("computeOptimum", "flopsPerToken", flopsPerToken);
  const logProduct = Math.log(compute / flopsPerToken);
  type Values = Record<ChinchillaParameter, number>;
  const share = ({ alpha, beta }: Values) => beta / (alpha + beta);
  const logModel = (values: Values) => {
    const { logA, logB, alpha, beta } = values;
    return (Math.log(alpha / beta) + logA - logB) / (alpha + beta) + share(values) * logProduct;
  };
  const derived = (quantity: (values: Values) => number, scale: DerivedOptions["scale"] = "linear") =>
    deriveQuantity(fit, quantity, { ...asked, scale });
  return {
    modelExponent: derived(share, "logit"),
    dataExponent: derived((values) => 1 - share(values), "logit"),
    modelSize: powered(derived(logModel)),
    dataSize: powered(derived((values) => logProduct - logModel(values))),
  };
}

/** A quantity from its logarithm, where its interval is made. */
function powered({ value, standardError, low, high, ...rest }: DerivedQuantity): DerivedQuantity {
  const size = Math.exp(value);
  return { value: size, standardError: size * standardError, low: Math.exp(low), high: Math.exp(high), ...rest };
}
