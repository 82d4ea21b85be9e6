/** @file What a reviewer would ask about a fitted curve: rises, runs, outliers, open parameters, disagreeing starts, extrapolation. */
import { requirePositive } from "../core/argument-checks.ts";
import { formatNumber } from "../core/number-format.ts";
import { coveredSizes, requireFitted } from "./predict.ts";
import { runsTest } from "./runs-test.ts";
import type { FittedScalingLaw, LearningCurvePoint, ParameterName, ScalingLawFit } from "./types.ts";

export type DoubtKind = "rising" | "runs" | "outlier" | "not identified" | "starts" | "extrapolation";

/** One reason not to trust a fit as it stands. */
export interface Doubt {
  kind: DoubtKind;
  /** what was seen, and what to do */
  message: string;
}

/**
 * Looks a fit over:
 * - rising: the error rises from one size to a larger one by more than 3 standard deviations of the difference
 * - runs: residuals keep their sign for so long that chance does it in less than 1 of 20 fits
 * - outlier: a residual beyond 3.5 standard deviations
 * - not identified: the profile of a parameter stays flat to one side, or the exponent's standard error is over half of it
 * - starts: fewer than half of the starts reached the solution
 * - extrapolation: a size at which the fit is to be read lies beyond the measured ones, with the factor
 *
 * @param fit a fit that is ok; its profile intervals, where it has them, are looked at
 * @param readAt data sizes at which the curve is going to be read, each > 0
 * @returns the doubts, in this order; none is no proof
 * @throws TypeError for a failed fit, RangeError for a size that is not above 0
 * @example fitDoubts(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), [1024]).map(({ kind }) => kind) // => ["extrapolation"]
 */
export function fitDoubts(fit: ScalingLawFit, readAt: readonly number[] = []): Doubt[] {
  requireFitted("fitDoubts", "fit", fit);
  for (const [index, size] of readAt.entries()) requirePositive("fitDoubts", `readAt[${index}]`, size);
  return [
    ...risingDoubts(fit),
    ...runsDoubts(fit),
    ...outlierDoubts(fit),
    ...openDoubts(fit),
    ...startDoubts(fit),
    ...readAt.flatMap((size) => extrapolationDoubts(fit, size)),
  ];
}

const FAR = 3; // standard deviations that chance passes in 1 of 370 differences
const OUTLIER = 3.5; // and in 1 of 2,000 residuals
const RARE = 0.05;
const ROUNDING = 1e-12; // of an error: residuals of noiseless points have signs too, and they mean nothing

function fittedPoints(fit: FittedScalingLaw): LearningCurvePoint[] {
  return fit.points.filter((point) => point.holdOut !== true);
}

/** The standard deviation of a point's error: its residual over its standardised one. */
function deviationAt(fit: FittedScalingLaw, index: number): number {
  const standardised = fit.standardisedResiduals[index] as number;
  return standardised === 0 ? 0 : Math.abs((fit.residuals[index] as number) / standardised);
}

function risingDoubts(fit: FittedScalingLaw): Doubt[] {
  const points = fittedPoints(fit);
  return points.flatMap((point, index): Doubt[] => {
    const next = points[index + 1];
    if (next === undefined || next.dataSize === point.dataSize) return [];
    const deviation = Math.hypot(deviationAt(fit, index), deviationAt(fit, index + 1));
    const rise = next.error - point.error;
    if (!(rise > FAR * deviation && deviation > 0)) return [];
    const where = `from dataSize ${point.dataSize} to ${next.dataSize} the error rises by ${formatNumber(rise)}`;
    const message = `${where}, ${formatNumber(rise / deviation)} standard deviations; no law of this family rises: look at those runs`;
    return [{ kind: "rising", message }];
  });
}

function runsDoubts(fit: FittedScalingLaw): Doubt[] {
  const points = fittedPoints(fit);
  const beyondRounding = fit.residuals.map((residual, index) => {
    return Math.abs(residual) > ROUNDING * (points[index] as LearningCurvePoint).error ? residual : 0;
  });
  const { runs, positive, negative, pValue } = runsTest(beyondRounding);
  if (pValue >= RARE) return [];
  const seen = `${positive} residuals above and ${negative} below the curve stand in ${runs} runs (p = ${formatNumber(pValue, 2)})`;
  return [{ kind: "runs", message: `${seen}: the curve bends where the points do not; try another law` }];
}

function outlierDoubts(fit: FittedScalingLaw): Doubt[] {
  return fittedPoints(fit).flatMap((point, index): Doubt[] => {
    const size = fit.standardisedResiduals[index] as number;
    if (Math.abs(size) <= OUTLIER) return [];
    const seen = `the error at dataSize ${point.dataSize} lies ${formatNumber(size)} standard deviations off the curve`;
    return [{ kind: "outlier", message: `${seen}; check that run` }];
  });
}

function openDoubts(fit: FittedScalingLaw): Doubt[] {
  const doubts: Doubt[] = [];
  for (const parameter of ["amplitude", "exponent", "irreducibleError"] as ParameterName[]) {
    const profile = fit.intervals[parameter].profile;
    if (profile !== undefined && "ok" in profile) {
      doubts.push({ kind: "not identified", message: profile.reason });
      continue;
    }
    const { value, standardError } = fit.parameters[parameter];
    if (parameter === "exponent" && standardError > Math.abs(value) / 2) {
      const known = `the ${parameter} is ${formatNumber(value)} with a standard error of ${formatNumber(standardError)}`;
      doubts.push({ kind: "not identified", message: `${known}: the points leave it open; give more data sizes` });
    }
  }
  return doubts;
}

function startDoubts({ startsAgreeing: { agree, total } }: FittedScalingLaw): Doubt[] {
  if (agree >= total / 2) return [];
  return [
    { kind: "starts", message: `only ${agree} of ${total} starts reached this solution; plot it over the points` },
  ];
}

function extrapolationDoubts(fit: FittedScalingLaw, size: number): Doubt[] {
  const { smallest, largest } = coveredSizes(fit);
  const factor = size > largest ? size / largest : smallest / size;
  if (factor <= 1) return [];
  const side = size > largest ? `the largest size fitted, ${largest}` : `the smallest size fitted, ${smallest}`;
  const where = `dataSize ${size} lies a factor ${formatNumber(factor)} beyond ${side}`;
  return [{ kind: "extrapolation", message: `${where}; back-test the law, and say so beside the number` }];
}
