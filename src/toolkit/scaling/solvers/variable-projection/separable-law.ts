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
 * @param powers receives x, (points)
 * @param into receives the projection
 */
export function project(
  curve: PreparedCurve,
  weights: Float64Array,
  exponent: number,
  held: Held,
  powers: Float64Array,
  into: Projection,
): void {
  const { logSizes, errors } = curve;
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
    const power = Math.exp(-exponent * logSize);
    powers[i] = power;
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
  let centreU = floorIsHeld ? 0 : sumU / total;
  if (held.kind === "logAmplitude") {
    into.amplitude = Math.exp(held.logAmplitude - exponent * curve.logSmallest);
    into.amplitudeSlope = 0;
  } else fitAmplitude(curve, weights, powers, centreX, centreY, centreU, into);
  if (!floorIsHeld && centreY < into.amplitude * centreX) {
    centreX = centreY = centreU = 0;
    if (held.kind === "nothing") fitAmplitude(curve, weights, powers, 0, 0, 0, into);
  }

  const { amplitude, amplitudeSlope } = into;
  const floor = centreY - amplitude * centreX;
  const floorSlope = amplitude * centreU - amplitudeSlope * centreX; // 0 when the floor is held or bound
  let slope = 0;
  let curvature = 0;
  for (let i = 0; i < count; i++) {
    const weight = weights[i] as number;
    const power = powers[i] as number;
    const logSize = (logSizes[i] as number) + shift;
    const residual = (errors[i] as number) - amplitude * power - floor;
    const lift = amplitude * logSize * power; // d residual / d exponent at a fixed linear fit
    const residualSlope = lift - amplitudeSlope * power - floorSlope;
    slope += weight * residual * lift;
    curvature += weight * (residualSlope * lift + residual * (amplitudeSlope * logSize * power - logSize * lift));
  }
  into.exponent = exponent;
  into.amplitude = amplitude;
  into.floor = floor;
  into.slope = 2 * slope;
  into.curvature = 2 * curvature;
}

/** Least squares of y - centreY = amplitude (x - centreX) with amplitude >= 0, and its derivative by the exponent. */
function fitAmplitude(
  curve: PreparedCurve,
  weights: Float64Array,
  powers: Float64Array,
  centreX: number,
  centreY: number,
  centreU: number,
  into: Projection,
): void {
  const { logSizes, errors } = curve;
  let xx = 0;
  let xy = 0;
  let ux = 0;
  let uy = 0;
  for (let i = 0; i < errors.length; i++) {
    const weight = weights[i] as number;
    const power = powers[i] as number;
    const x = power - centreX;
    const y = (errors[i] as number) - centreY;
    const u = (logSizes[i] as number) * power - centreU;
    xx += weight * x * x;
    xy += weight * x * y;
    ux += weight * u * x;
    uy += weight * u * y;
  }
  into.amplitude = xy > 0 ? xy / xx : 0;
  into.amplitudeSlope = xy > 0 ? (2 * into.amplitude * ux - uy) / xx : 0; // of xy / xx, with dx = -u
}
