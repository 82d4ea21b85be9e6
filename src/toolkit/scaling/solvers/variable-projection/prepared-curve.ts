/** @file A learning curve made ready for variable projection: logarithms of sizes from the smallest, errors near 1, noise as weights need it. */
import { freePlaces } from "../../laws/coordinates.ts";
import { adviceOf, type Law } from "../../laws/law.ts";
import { binomialVariance, type LawNoise } from "../noise.ts";
import type { LawTask, NoisyMeasurements, Refusal } from "../task.ts";

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

/** The curve of a task's measurements, or why its law cannot be fitted to them. */
export function prepareCurve({ law, measured }: LawTask): { ok: true; curve: PreparedCurve } | Refusal {
  const curve = curveOf(measured);
  const reason = whyUnfit(law, measured, curve);
  return reason === undefined ? { ok: true, curve } : { ok: false, reason };
}

function curveOf({ inputs, outcomes, deviations, noise }: NoisyMeasurements): PreparedCurve {
  const count = outcomes.length;
  const logSizes = new Float64Array(count);
  let [logSmallest, logLargest, logSecond] = [Infinity, -Infinity, Infinity];
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const logSize = (inputs[i] as Float64Array)[0] as number;
    logSizes[i] = logSize;
    if (logSize < logSmallest) [logSmallest, logSecond] = [logSize, logSmallest];
    else if (logSize > logSmallest && logSize < logSecond) logSecond = logSize;
    logLargest = Math.max(logLargest, logSize);
    largest = Math.max(largest, outcomes[i] as number);
  }
  const errorScale = noise.kind === "binomial" ? 1 : largest;
  const errors = new Float64Array(count);
  const scaledDeviations = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    logSizes[i] = (logSizes[i] as number) - logSmallest;
    errors[i] = (outcomes[i] as number) / errorScale;
    scaledDeviations[i] = (deviations[i] as number) / errorScale;
  }
  return {
    noise: noise.kind === "relative" ? { ...noise, least: noise.least / errorScale } : noise,
    logSizes,
    errors,
    deviations: scaledDeviations,
    errorScale,
    logSmallest,
    firstGap: logSecond - logSmallest,
    span: logLargest - logSmallest,
  };
}

function whyUnfit(law: Law, { outcomes, noiseIsKnown }: NoisyMeasurements, curve: PreparedCurve): string | undefined {
  const [input] = law.inputs as [string];
  const parameters = freePlaces(law).length;
  const sizes = differentUpTo(parameters, curve.logSizes);
  if (sizes < parameters) {
    return `"${law.name}" has ${parameters} parameters, but the points have ${sizes} different sizes; ${adviceOf(law)}`;
  }
  if (!noiseIsKnown && outcomes.length === parameters) {
    return (
      `"${law.name}" passes through all ${outcomes.length} points, which leaves nothing to tell the noise by; ` +
      "give more data sizes, or items or standardError"
    );
  }
  const largest = outcomes.reduce((most, error) => Math.max(most, error), 0);
  if (outcomes.every((error) => error === largest)) {
    return `all errors are ${largest}, so no law of ${input} can be told from them; measure a wider range of sizes`;
  }
  if (largest > LARGEST_ERROR || largest < 1 / LARGEST_ERROR) {
    return `errors as large as ${largest} have no squares in float64; give them in another unit`;
  }
  if (curve.firstGap >= SMALLEST_GAP) return undefined;
  const [one, other] = [0, curve.firstGap].map((gap) => Number(Math.exp(curve.logSmallest + gap).toPrecision(12)));
  return `${input} ${one} and ${other} are too near each other; average them into one point`;
}

/** How many different values there are, counted no further than `most`. */
function differentUpTo(most: number, values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length && count < most; i++) if (values.indexOf(values[i] as number) === i) count++;
  return count;
}

const LARGEST_ERROR = 1e140; // its square, and the square over 1e20 items, stay inside float64
const SMALLEST_GAP = 1e-9; // nearer sizes differ by rounding of their logarithms
