/** @file Two learning curves as one law, shifted: the second needs `multiplier` times less data to reach each error. */
import { evidenceOf } from "../fit/evidence.ts";
import { fitLaw } from "../fit/fit-law.ts";
import type { Failure, FittedLaw } from "../fit/fitted-law.ts";
import type { MeasurementColumns } from "../fit/measurements.ts";
import type { ErrorModel, LearningCurvePoint } from "../fit/point-checks.ts";
import type { Law } from "../laws/law.ts";
import { powerFloorLaw } from "../laws/learning-curves.ts";

export type SharedShapeParameter = "amplitude" | "exponent" | "irreducibleError" | "multiplier";

/** error = amplitude (multiplier^isCurve dataSize)^-exponent + irreducibleError: one shape, moved along the logarithm of the size. */
const sharedShapeLaw: Law<SharedShapeParameter, "dataSize" | "isCurve"> = {
  name: "shared shape",
  parameters: ["amplitude", "exponent", "irreducibleError", "multiplier"],
  inputs: ["dataSize", "isCurve"],
  gives: "value",
  takes: "values",
  bounds: { irreducibleError: [0, Infinity] },
  positive: ["amplitude", "multiplier"],
  evaluate(coordinates, inputs, gradient) {
    const [logAmplitude, exponent, irreducibleError, logMultiplier] = coordinates as Float64Array & Four;
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

export type SharedShapeFit = FittedLaw<SharedShapeParameter, "dataSize" | "isCurve">;

/**
 * Fits the shared shape by the noise that the error model says.
 *
 * @param rows of both curves, checked, none held out
 */
export function fitSharedShape(rows: readonly SharedShapeRow[], errorModel: ErrorModel): SharedShapeFit | Failure {
  const columns = { y: "error", ...noiseColumns(errorModel) };
  const baseline = rows.filter((row) => row.isCurve === 0);
  const alone = fitLaw(baseline, { law: powerFloorLaw, ...columns });
  if (!alone.ok) return { ok: false, reason: `the baseline alone: ${alone.reason}` };
  const { amplitude, exponent, irreducibleError } = alone.parameters;
  const start = {
    amplitude: amplitude.value,
    exponent: exponent.value,
    irreducibleError: irreducibleError.value,
    multiplier: [1 / 8, 1, 8],
  };
  return fitLaw(rows, { law: sharedShapeLaw, ...columns, start });
}

/** The column that tells the noise of the points. */
export function noiseColumns({
  kind,
}: ErrorModel): Pick<MeasurementColumns, "items" | "standardError" | "runs" | "noise"> {
  if (kind === "overdispersed") return { items: "items", noise: kind };
  if (kind === "binomial") return { items: "items" };
  if (kind === "standardErrors") return { standardError: "standardError" };
  if (kind === "estimatedErrors") return { standardError: "standardError", runs: "runs" };
  return kind === "relative" ? { noise: "relative" } : {};
}

/** The multiplier that fits new errors at the same points, or undefined where they settle none. */
export function multiplierRefit(fit: SharedShapeFit): (errors: ArrayLike<number>) => number | undefined {
  const { solver, task, minimum } = evidenceOf(fit);
  const refit = solver.refitter(task, minimum);
  return (errors) => {
    const found = refit(Float64Array.from(errors));
    const multiplier = found === undefined ? 0 : Math.exp(found[3] as number);
    return multiplier > 0 && multiplier < Infinity ? multiplier : undefined;
  };
}
