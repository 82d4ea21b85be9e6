/** @file A learning curve made ready for the solver: logarithms of sizes from the smallest, errors near 1, noise as weights need it. */
import type { ErrorModel, Failure, LawName, LearningCurvePoint } from "./types.ts";

/**
 * The numbers that a fit works on. Sizes are counted from the smallest, so that every power is in (0, 1], and errors are
 * over `errorScale`, so that no square leaves the range of float64.
 */
export interface PreparedCurve {
  kind: ErrorModel["kind"];
  /** ln(dataSize / smallest dataSize), rising from 0, (points) */
  logSizes: Float64Array;
  /** errors / errorScale, (points) */
  errors: Float64Array;
  /** test items (binomial), standard deviation / errorScale (standardErrors), 1 otherwise, (points) */
  noise: Float64Array;
  /** 1 for shares of items, else the largest error */
  errorScale: number;
  /** ln of the smallest dataSize */
  logSmallest: number;
  /** ln(second smallest size / smallest) and ln(largest / smallest) */
  firstGap: number;
  span: number;
}

export const PARAMETER_COUNT: Record<LawName, number> = { power: 2, "power + floor": 3 };

/** What helps where the points say too little about a law. */
export const ADVICE: Record<LawName, string> = {
  power: "give more data sizes",
  "power + floor": 'give more data sizes or fit the law "power"',
};

/** The noise of these models is known; of the others, one factor is estimated from the residuals. */
export function noiseIsKnown(kind: ErrorModel["kind"]): boolean {
  return kind === "binomial" || kind === "standardErrors";
}

/**
 * @param points checked points that take part in the fit, by rising dataSize
 * @returns the prepared curve, or why this law cannot be fitted to these points
 */
export function prepareCurve(
  points: readonly LearningCurvePoint[],
  law: LawName,
  errorModel: ErrorModel,
): { ok: true; curve: PreparedCurve } | Failure {
  const parameters = PARAMETER_COUNT[law];
  const sizes = [...new Set(points.map((point) => point.dataSize))];
  if (sizes.length < parameters) {
    return failure(
      `"${law}" has ${parameters} parameters, but the points have ${sizes.length} different sizes; ${ADVICE[law]}`,
    );
  }
  if (!noiseIsKnown(errorModel.kind) && points.length === parameters) {
    return failure(
      `"${law}" passes through all ${points.length} points, which leaves nothing to tell the noise by; ` +
        "give more data sizes, or items or standardError",
    );
  }
  const largest = points.reduce((most, point) => Math.max(most, point.error), 0);
  if (points.every((point) => point.error === largest)) {
    return failure(
      `all errors are ${largest}, so no law of dataSize can be told from them; measure a wider range of sizes`,
    );
  }
  if (largest > LARGEST_ERROR || largest < 1 / LARGEST_ERROR) {
    return failure(`errors as large as ${largest} have no squares in float64; give them in another unit`);
  }
  const [smallest, second] = sizes as [number, number];
  const errorScale = errorModel.kind === "binomial" ? 1 : largest;
  const logSmallest = Math.log(smallest);
  const logSizes = Float64Array.from(points, (point) => Math.log(point.dataSize) - logSmallest);
  const firstGap = Math.log(second) - logSmallest;
  if (firstGap < SMALLEST_GAP) {
    return failure(`dataSize ${smallest} and ${second} are too near each other; average them into one point`);
  }
  const curve: PreparedCurve = {
    kind: errorModel.kind,
    logSizes,
    errors: Float64Array.from(points, (point) => point.error / errorScale),
    noise: Float64Array.from(points, (point) => noiseOf(point, errorModel, errorScale)),
    errorScale,
    logSmallest,
    firstGap,
    span: logSizes[logSizes.length - 1] as number,
  };
  return { ok: true, curve };
}

const LARGEST_ERROR = 1e140; // its square, and the square over 1e20 items, stay inside float64
const SMALLEST_GAP = 1e-9; // nearer sizes differ by rounding of their logarithms

function noiseOf(point: LearningCurvePoint, errorModel: ErrorModel, errorScale: number): number {
  if (errorModel.kind === "binomial") return (point.items ?? errorModel.items) as number; // checked at the door
  if (errorModel.kind === "standardErrors") return (point.standardError as number) / errorScale;
  return 1;
}

function failure(reason: string): Failure {
  return { ok: false, reason };
}
