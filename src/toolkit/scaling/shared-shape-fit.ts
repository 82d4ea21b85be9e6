/** @file Two learning curves as one law, shifted: the second needs `multiplier` times less data to reach each error. */
import { fitLaw, type LawFit } from "./fit-law.ts";
import { defineLaw } from "./laws/define-law.ts";
import { powerFloorLaw } from "./laws/learning-curves.ts";
import type { ErrorModel, Failure, LearningCurvePoint } from "./types.ts";

export type SharedShapeParameter = "logAmplitude" | "exponent" | "irreducibleError" | "logMultiplier";

/** error = A (multiplier^isCurve dataSize)^-exponent + irreducibleError: one shape, moved along the logarithm of the size. */
const sharedShapeLaw = defineLaw({
  name: "shared shape",
  parameters: ["logAmplitude", "exponent", "irreducibleError", "logMultiplier"],
  inputs: ["dataSize", "isCurve"],
  bounds: { irreducibleError: [0, Infinity] },
  formula: (
    { logAmplitude, exponent, irreducibleError, logMultiplier },
    { dataSize, isCurve },
    { exp, minus, plus, times },
  ) => {
    const logSize = plus(Math.log(dataSize), times(isCurve, logMultiplier));
    return plus(exp(minus(logAmplitude, times(exponent, logSize))), irreducibleError);
  },
});

/** A point of either curve. */
export interface SharedShapeRow extends LearningCurvePoint {
  /** 1 for the curve, 0 for the baseline */
  isCurve: 0 | 1;
}

export type SharedShapeFit = LawFit<SharedShapeParameter>;

/**
 * Fits the shared shape by squares, weighted as the error model says. Binomial weights follow the fitted curve, which is
 * maximum likelihood, until they settle.
 *
 * @param rows of both curves, checked
 * @param from a fit to start from, for a refit of new errors; without one, the starts of the baseline's own law and multipliers of 1/8, 1 and 8
 */
export function fitSharedShape(
  rows: readonly SharedShapeRow[],
  errorModel: ErrorModel,
  from?: SharedShapeFit,
): SharedShapeFit | Failure {
  let deviations = rows.map((row) => firstDeviation(row, errorModel));
  let start = from === undefined ? ownStarts(rows, deviations) : startAt(from);
  if ("ok" in start) return start;
  for (let round = 0; ; round++) {
    const weighted = rows.map((row, i) => ({ ...row, deviation: deviations[i] }));
    const known = errorModel.kind === "equal" ? {} : { standardError: "deviation" };
    const fit = fitLaw(weighted, { law: sharedShapeLaw, y: "error", start, ...known });
    if (!fit.ok) return { ok: false, reason: fit.reason };
    if (errorModel.kind !== "binomial") return fit;
    const next = rows.map((row, i) => deviationAt(row.error - (fit.residuals[i] as number), row, errorModel));
    const change = Math.max(...next.map((deviation, i) => Math.abs(deviation / (deviations[i] as number) - 1)));
    if (change < (from === undefined ? SETTLED : SETTLED_REFIT) || round === MOST_ROUNDS) return fit;
    deviations = next;
    start = startAt(fit);
  }
}

const SETTLED = 1e-6; // of a standard deviation: far under what data tell
const SETTLED_REFIT = 1e-2; // of the many refits of a bootstrap: moves them by far less than they differ
const MOST_ROUNDS = 20; // each round gains a digit or more

/** The values of the shared shape at the rows, which are its errors without the residuals. */
export function fittedErrors(rows: readonly SharedShapeRow[], fit: SharedShapeFit): number[] {
  return rows.map((row, i) => row.error - (fit.residuals[i] as number));
}

/** The standard deviation of an observed error whose true value is `error`; 1 where it is unknown. */
export function deviationAt(error: number, row: LearningCurvePoint, errorModel: ErrorModel): number {
  if (errorModel.kind === "standardErrors") return row.standardError as number; // checked at the door
  if (errorModel.kind !== "binomial") return 1;
  const items = (row.items ?? errorModel.items) as number;
  const share = Math.min(Math.max(error, 0.5 / items), 1 - 0.5 / items);
  return Math.sqrt((share * (1 - share)) / items);
}

function firstDeviation(row: SharedShapeRow, errorModel: ErrorModel): number {
  return deviationAt(row.error, row, errorModel);
}

function startAt({ parameters }: SharedShapeFit): Record<SharedShapeParameter, number> {
  const { logAmplitude, exponent, irreducibleError, logMultiplier } = parameters;
  return {
    logAmplitude: logAmplitude.value,
    exponent: exponent.value,
    irreducibleError: irreducibleError.value,
    logMultiplier: logMultiplier.value,
  };
}

function ownStarts(rows: readonly SharedShapeRow[], deviations: readonly number[]) {
  const baseline = rows.flatMap((row, i) => (row.isCurve === 0 ? [{ ...row, deviation: deviations[i] }] : []));
  const alone = fitLaw(baseline, { law: powerFloorLaw, y: "error", standardError: "deviation" });
  if (!alone.ok) return { ok: false, reason: `the baseline alone: ${alone.reason}` } as Failure;
  const { logAmplitude, exponent, irreducibleError } = alone.parameters;
  return {
    logAmplitude: logAmplitude.value,
    exponent: exponent.value,
    irreducibleError: irreducibleError.value,
    logMultiplier: [-Math.log(8), 0, Math.log(8)],
  };
}
