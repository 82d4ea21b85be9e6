/** @file Two learning curves as one law, shifted: the second needs `multiplier` times less data to reach each error. */
import { fitLaw, fitRequest, type LawFit, whyUnfit } from "./fit-law.ts";
import { type LawRequest, lawRequest } from "./law-request.ts";
import { FOR_DRAWS, isMinimum, solveLaw } from "./law-solution.ts";
import type { Law } from "./laws/law.ts";
import { powerFloorLaw } from "./laws/learning-curves.ts";
import type { ErrorModel, Failure, LearningCurvePoint } from "./types.ts";

export type SharedShapeParameter = "logAmplitude" | "exponent" | "irreducibleError" | "logMultiplier";

/** error = A (multiplier^isCurve dataSize)^-exponent + irreducibleError: one shape, moved along the logarithm of the size. */
const sharedShapeLaw: Law<SharedShapeParameter, "dataSize" | "isCurve"> = {
  name: "shared shape",
  parameters: ["logAmplitude", "exponent", "irreducibleError", "logMultiplier"],
  inputs: ["dataSize", "isCurve"],
  gives: "value",
  takes: "values",
  bounds: { irreducibleError: [0, Infinity] },
  evaluate(parameters, inputs, gradient) {
    const [logAmplitude, exponent, irreducibleError, logMultiplier] = parameters as Float64Array & Four;
    const isCurve = inputs[1] as number;
    const logSize = Math.log(inputs[0] as number) + isCurve * logMultiplier;
    const power = Math.exp(logAmplitude - exponent * logSize);
    gradient[0] = power;
    gradient[1] = -logSize * power;
    gradient[2] = 1;
    gradient[3] = -exponent * isCurve * power;
    return power + irreducibleError;
  },
};

type Four = [number, number, number, number];

/** A point of either curve. */
export interface SharedShapeRow extends LearningCurvePoint {
  /** 1 for the curve, 0 for the baseline */
  isCurve: 0 | 1;
}

export type SharedShapeFit = LawFit<SharedShapeParameter>;

/** The fit, and what refits of new errors at the same points start from. */
export interface SharedShape {
  ok: true;
  fit: SharedShapeFit;
  request: LawRequest<SharedShapeParameter>;
  /** of the shared shape, in the order of the rows */
  values: number[];
}

/**
 * Fits the shared shape by the noise that the error model says.
 *
 * @param rows of both curves, checked
 */
export function fitSharedShape(
  caller: string,
  rows: readonly SharedShapeRow[],
  errorModel: ErrorModel,
): SharedShape | Failure {
  const columns = { y: "error", ...noiseColumns(errorModel) };
  const baseline = rows.filter((row) => row.isCurve === 0);
  const alone = fitLaw(baseline, { law: powerFloorLaw, ...columns });
  if (!alone.ok) return { ok: false, reason: `the baseline alone: ${alone.reason}` };
  const { logAmplitude, exponent, irreducibleError } = alone.parameters;
  const start = {
    logAmplitude: logAmplitude.value,
    exponent: exponent.value,
    irreducibleError: irreducibleError.value,
    logMultiplier: [-Math.log(8), 0, Math.log(8)],
  };
  const request = lawRequest(caller, rows, { law: sharedShapeLaw, ...columns, start });
  const unfit = whyUnfit(request);
  if (unfit !== undefined) return { ok: false, reason: unfit };
  const fit = fitRequest(request, solveLaw(request, request.starts()));
  if (!fit.ok) return { ok: false, reason: fit.reason };
  const values = rows.map((row, i) => row.error - (fit.residuals[i] as number));
  return { ok: true, fit, request, values };
}

/** The column that tells the noise of the points. */
export function noiseColumns({ kind }: ErrorModel): { items?: string; standardError?: string; noise?: "relative" } {
  if (kind === "binomial") return { items: "items" };
  if (kind === "standardErrors") return { standardError: "standardError" };
  return kind === "relative" ? { noise: "relative" } : {};
}

/** The multiplier that fits new errors at the same points, or undefined where they settle none. */
export function refitMultiplier({ request, fit }: SharedShape, errors: readonly number[]): number | undefined {
  const outcomes = Float64Array.from(errors);
  const measured = { ...request.measured, outcomes, values: outcomes };
  const start = Float64Array.from(request.law.parameters, (name) => fit.parameters[name].value);
  const { found, settled } = solveLaw({ ...request, measured }, [start], FOR_DRAWS);
  const multiplier = Math.exp(found.best.parameters[3] as number);
  return isMinimum(found) && settled && multiplier > 0 && multiplier < Infinity ? multiplier : undefined;
}
