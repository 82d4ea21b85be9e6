/** @file Variable projection: given the exponent, the best amplitude and floor are a linear fit, so one unknown is left (Golub & Pereyra 1973). */
import type { PreparedCurve } from "./prepared-curve.ts";

/**
 * What is known beforehand. Nothing for "power + floor", floor 0 for "power"; a profile interval holds its parameter.
 * logAmplitude is ln of the amplitude at dataSize = 1 over the curve's errorScale; floors are over errorScale.
 */
export type Held =
  | { kind: "nothing" }
  | { kind: "floor"; floor: number }
  | { kind: "logAmplitude"; logAmplitude: number; floor: number | "free" };

/** The powers exp(-at * logSize) of a curve's sizes: they cost more than all that is made of them, so the last ones are kept. */
export interface Powers {
  at: number;
  /** (points) */
  values: Float64Array;
}

/** No powers yet, of so many points. */
export function noPowers(points: number): Powers {
  return { at: Number.NaN, values: new Float64Array(points) };
}

/** The best law for one exponent, and how its misfit changes with the exponent. */
export interface Projection {
  exponent: number;
  /** at the smallest size, over errorScale, >= 0 */
  amplitude: number;
  /** over errorScale, >= 0 */
  floor: number;
  /** d amplitude / d exponent */
  amplitudeSlope: number;
  /** d misfit / d exponent, exact */
  slope: number;
  /** d^2 misfit / d exponent^2, exact while the bound on the floor is either touched or not */
  curvature: number;
}

/**
 * For weights w and powers x = exp(-exponent * logSize), minimises misfit = sum w (y - amplitude x - floor)^2 over
 * amplitude >= 0 and floor >= 0 (at most one bound binds: the errors are positive), then differentiates the minimum.
 * By the envelope theorem its slope needs no derivative of the linear fit; its curvature does, and they are exact too.
 * The floor needs no upper bound: with amplitude >= 0 it never passes the weighted mean of the errors.
 *
 * @param weights of the squared residuals, > 0, (points)
 * @param powers receives x, unless it is of this exponent already
 * @param into receives the projection
 */
export function project(
  curve: PreparedCurve,
  weights: Float64Array,
  exponent: number,
  held: Held,
  powers: Powers,
  into: Projection,
): void {
  const { logSizes, errors } = curve;
  movePowers(powers, logSizes, exponent);
  const count = errors.length;
  // With the amplitude at dataSize = 1 held, the one at the smallest size moves with the exponent.
  const shift = held.kind === "logAmplitude" ? curve.logSmallest : 0;

  let total = 0; // weighted sums of 1, x, y and u = (logSize + shift) x = -dx/dexponent
  let sumX = 0;
  let sumY = 0;
  let sumU = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number;
    const logSize = logSizes[i] as number;
    const power = powers.values[i] as number;
    total += weight;
    sumX += weight * power;
    sumY += weight * (errors[i] as number);
    sumU += weight * (logSize + shift) * power;
  }

  // A free floor takes the means out of the linear fit; a held one, and one at its bound 0, is taken off the errors.
  const heldFloor = held.kind === "nothing" || held.floor === "free" ? 0 : held.floor;
  const floorIsHeld = held.kind !== "nothing" && held.floor !== "free";
  let centreX = floorIsHeld ? 0 : sumX / total;
  let centreY = floorIsHeld ? heldFloor : sumY / total;
  const centreU = floorIsHeld ? 0 : sumU / total;
  const amplitude =
    held.kind === "logAmplitude" ? Math.exp(held.logAmplitude - exponent * curve.logSmallest) : undefined;
  projectCentred(curve, weights, powers.values, shift, centreX, centreY, centreU, amplitude, into);
  if (!floorIsHeld && centreY < into.amplitude * centreX) {
    centreX = centreY = 0;
    projectCentred(curve, weights, powers.values, shift, 0, 0, 0, amplitude, into);
  }
  into.exponent = exponent;
  into.floor = centreY - into.amplitude * centreX;
}

function movePowers(powers: Powers, logSizes: Float64Array, exponent: number): void {
  if (exponent === powers.at) return;
  powers.at = exponent;
  const { values } = powers;
  for (let i = 0; i < values.length; i++) values[i] = Math.exp(-exponent * (logSizes[i] as number));
}

/**
 * Least squares of y - centreY = amplitude (x - centreX) with amplitude >= 0, unless it is held, and the derivatives of the
 * misfit by the exponent. A centre other than 0 is the mean of the floor's fit, which leaves residuals that sum to 0: so only
 * centred sums remain.
 */
function projectCentred(
  { logSizes, errors }: PreparedCurve,
  weights: Float64Array,
  powers: Float64Array,
  shift: number,
  centreX: number,
  centreY: number,
  centreU: number,
  heldAmplitude: number | undefined,
  into: Projection,
): void {
  let xx = 0; // weighted sums of products with x, y, u = -dx/dexponent, all centred, and v = d^2x/dexponent^2
  let xy = 0;
  let ux = 0;
  let uy = 0;
  let uu = 0;
  let vx = 0;
  let vy = 0;
  for (let i = 0; i < errors.length; i++) {
    const weight = weights[i] as number;
    const power = powers[i] as number;
    const logSize = (logSizes[i] as number) + shift;
    const x = power - centreX;
    const y = (errors[i] as number) - centreY;
    const fall = logSize * power;
    const u = fall - centreU;
    const weightedX = weight * x;
    const weightedU = weight * u;
    const weightedV = weight * logSize * fall;
    xx += weightedX * x;
    xy += weightedX * y;
    ux += weightedU * x;
    uy += weightedU * y;
    uu += weightedU * u;
    vx += weightedV * x;
    vy += weightedV * y;
  }
  const amplitude = heldAmplitude ?? (xy > 0 ? xy / xx : 0);
  const amplitudeSlope = heldAmplitude === undefined && xy > 0 ? (2 * amplitude * ux - uy) / xx : 0; // of xy / xx, with dx = -u
  const residualU = uy - amplitude * ux; // of y - amplitude x with u, and with v
  const residualV = vy - amplitude * vx;
  into.amplitude = amplitude;
  into.amplitudeSlope = amplitudeSlope;
  into.slope = 2 * amplitude * residualU;
  into.curvature =
    2 * (amplitude * (amplitude * uu - amplitudeSlope * ux) + amplitudeSlope * residualU - amplitude * residualV);
}
