/** @file A learning curve made ready for variable projection: logarithms of sizes from the smallest, errors near 1, noise as weights need it. */
import { freePlaces } from "../../laws/coordinates.ts";
import { adviceOf } from "../../laws/law.ts";
import { binomialVariance, type LawNoise } from "../noise.ts";
import type { LawTask, Refusal } from "../task.ts";

/**
 * The numbers that the search works on. Sizes are counted from the smallest, so that every power is in (0, 1], and errors are
 * over `errorScale`, so that no square leaves the range of float64.
 */
export interface PreparedCurve {
  /** with its least deviation over errorScale */
  noise: LawNoise;
  /** ln(size / smallest size), >= 0, (points) */
  logSizes: Float64Array;
  /** errors / errorScale, (points) */
  errors: Float64Array;
  /** deviations / errorScale, where they do not follow the curve, (points) */
  deviations: Float64Array;
  /** 1 for shares of items, else the largest error */
  errorScale: number;
  /** ln of the smallest size */
  logSmallest: number;
  /** ln(second smallest size / smallest) and ln(largest / smallest) */
  firstGap: number;
  span: number;
}

/** Do the weights depend on the curve, so that they have to be iterated with it? */
export function weightsFollowCurve(curve: PreparedCurve): boolean {
  return curve.noise.kind !== "fixed";
}

/**
 * Weights 1 / variance of the squared residuals.
 *
 * @param values the curve at the points, or a first guess of it, (points)
 * @param into receives the weights, each > 0, (points)
 */
export function weightsFrom({ noise, deviations }: PreparedCurve, values: Float64Array, into: Float64Array): void {
  for (let i = 0; i < into.length; i++) {
    const value = values[i] as number;
    if (noise.kind === "binomial") into[i] = 1 / binomialVariance(value, noise.items[i] as number);
    else if (noise.kind === "relative") into[i] = 1 / Math.max(Math.abs(value), noise.least) ** 2;
    else into[i] = 1 / (deviations[i] as number) ** 2;
  }
}

/** @returns the prepared curve, or why this law cannot be fitted to these points */
export function prepareCurve({ law, measured }: LawTask): { ok: true; curve: PreparedCurve } | Refusal {
  const { inputs, outcomes, noise, noiseIsKnown } = measured;
  const [input] = law.inputs as [string];
  const parameters = freePlaces(law).length;
  const logs = Float64Array.from(inputs, ([logSize]) => logSize as number);
  const sizes = [...new Set(logs)].sort((one, other) => one - other);
  if (sizes.length < parameters) {
    return refusal(
      `"${law.name}" has ${parameters} parameters, but the points have ${sizes.length} different sizes; ${adviceOf(law)}`,
    );
  }
  if (!noiseIsKnown && outcomes.length === parameters) {
    return refusal(
      `"${law.name}" passes through all ${outcomes.length} points, which leaves nothing to tell the noise by; ` +
        "give more data sizes, or items or standardError",
    );
  }
  const largest = outcomes.reduce((most, error) => Math.max(most, error), 0);
  if (outcomes.every((error) => error === largest)) {
    return refusal(
      `all errors are ${largest}, so no law of ${input} can be told from them; measure a wider range of sizes`,
    );
  }
  if (largest > LARGEST_ERROR || largest < 1 / LARGEST_ERROR) {
    return refusal(`errors as large as ${largest} have no squares in float64; give them in another unit`);
  }
  const [logSmallest, second = Infinity] = sizes as [number, number?];
  const firstGap = second - logSmallest;
  if (firstGap < SMALLEST_GAP) {
    const [one, other] = [logSmallest, second].map((log) => Number(Math.exp(log).toPrecision(12)));
    return refusal(`${input} ${one} and ${other} are too near each other; average them into one point`);
  }
  const errorScale = noise.kind === "binomial" ? 1 : largest;
  const over = (list: Float64Array) => list.map((number) => number / errorScale);
  const curve: PreparedCurve = {
    noise: noise.kind === "relative" ? { ...noise, least: noise.least / errorScale } : noise,
    logSizes: logs.map((log) => log - logSmallest),
    errors: over(outcomes),
    deviations: over(measured.deviations),
    errorScale,
    logSmallest,
    firstGap,
    span: (sizes.at(-1) as number) - logSmallest,
  };
  return { ok: true, curve };
}

const LARGEST_ERROR = 1e140; // its square, and the square over 1e20 items, stay inside float64
const SMALLEST_GAP = 1e-9; // nearer sizes differ by rounding of their logarithms

function refusal(reason: string): Refusal {
  return { ok: false, reason };
}
