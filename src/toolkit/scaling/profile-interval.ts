/** @file Profile-likelihood intervals: the values of one parameter that the data, with the others refitted, do not contradict. */
import { devianceOf } from "./error-weights.ts";
import { ADVICE, type PreparedCurve } from "./prepared-curve.ts";
import type { Held } from "./separable-law.ts";
import { exponentRange, heldByLaw } from "./solve-law.ts";
import type { Failure, LawName, ParameterName } from "./types.ts";
import { FULL, type Solution, solveAtExponent, solveFrom } from "./weighted-solve.ts";

/**
 * All theta with deviance(theta) - least deviance <= rise, where deviance(theta) holds the parameter at theta and refits
 * the others. `rise` is z^2 for known noise, and t^2 times the estimated dispersion otherwise (Bates & Watts 1988, 6.1).
 *
 * @param rise allowed rise of the deviance, > 0
 * @param steps where to look first, as distances in [ln amplitude at dataSize = 1, exponent, floor / errorScale]
 * @returns the range in the unit of the parameter, or which end the data leave open
 */
export function profileRange(
  curve: PreparedCurve,
  law: LawName,
  fit: Solution,
  parameter: ParameterName,
  rise: number,
  steps: readonly number[],
): { low: number; high: number } | Failure {
  const profile = profileOf(curve, law, fit, parameter);
  const least = devianceOf(curve, fit.values);
  const excess = (theta: number) => {
    const above = profile.deviance(theta) - least;
    return Number.isFinite(above) ? Math.sqrt(Math.max(above, 0)) - Math.sqrt(rise) : Infinity; // the curve left float64
  };
  const step = steps[profile.index] as number;
  const low = findEnd(excess, profile.centre, -step, profile.lowest);
  const high = findEnd(excess, profile.centre, step, profile.highest);
  if (high === undefined) return openEnd(law, parameter, "upper");
  if (low === undefined && !profile.startsAtZero) return openEnd(law, parameter, "lower");
  return { low: low === undefined ? 0 : profile.report(low), high: profile.report(high) };
}

interface Profile {
  /** least deviance with the parameter held at theta */
  deviance: (theta: number) => number;
  centre: number;
  lowest: number;
  highest: number;
  /** does `lowest` stand for the parameter's own bound 0 */
  startsAtZero: boolean;
  /** from theta to the unit of the parameter */
  report: (theta: number) => number;
  /** of the parameter in the steps */
  index: number;
}

function profileOf(curve: PreparedCurve, law: LawName, fit: Solution, parameter: ParameterName): Profile {
  const range = exponentRange(curve, law);
  const scale = curve.errorScale;
  if (parameter === "exponent") {
    const deviance = (theta: number) =>
      devianceOf(curve, solveAtExponent(curve, heldByLaw(law), theta, fit.values).values);
    return {
      deviance,
      centre: fit.exponent,
      lowest: range.low,
      highest: range.high,
      startsAtZero: law === "power + floor",
      report: (theta) => theta,
      index: 1,
    };
  }
  const solveHeld = (held: Held, start: number) =>
    devianceOf(curve, solveFrom(curve, held, start, range, fit.values, FULL).values);
  if (parameter === "irreducibleError") {
    const deviance = (theta: number) => solveHeld({ kind: "floor", floor: theta }, fit.exponent);
    return {
      deviance,
      centre: fit.floor,
      lowest: 0,
      highest: Infinity,
      startsAtZero: true,
      report: (theta) => theta * scale,
      index: 2,
    };
  }
  const floorIsFree = law === "power + floor";
  const centre = Math.log(fit.amplitude) + fit.exponent * curve.logSmallest;
  const middle = curve.logSmallest + curve.span / 2; // where the curve stays as it was, by the start below
  const deviance = (theta: number) => {
    const start = fit.exponent + ((theta - centre) * middle) / (middle ** 2 + 1);
    return solveHeld({ kind: "logAmplitude", logAmplitude: theta, floorIsFree }, start);
  };
  return {
    deviance,
    centre,
    lowest: -Infinity,
    highest: Infinity,
    startsAtZero: false,
    report: (theta) => Math.exp(theta) * scale,
    index: 0,
  };
}

/** Where `excess` crosses 0 on one side of the centre; undefined when it stays below 0 up to the bound. */
export function findEnd(
  excess: (theta: number) => number,
  centre: number,
  step: number,
  bound: number,
): number | undefined {
  let inside = centre;
  let outside = centre;
  let excessInside = excess(centre);
  let excessOutside = excessInside;
  for (let reach = 1; excessOutside < 0; reach *= 2) {
    if (outside === bound || reach > FARTHEST) return undefined;
    inside = outside;
    excessInside = excessOutside;
    const next = centre + reach * step;
    outside = step < 0 ? Math.max(next, bound) : Math.min(next, bound);
    excessOutside = excess(outside);
  }
  return illinois(excess, inside, excessInside, outside, excessOutside);
}

const FARTHEST = 64; // first steps; a profile that has not risen by then is open for every practical purpose

/** False position that halves the stale end's value, so that both ends close in (Dowell & Jarratt 1971). */
function illinois(f: (x: number) => number, start: number, fStart: number, end: number, fEnd: number): number {
  let [a, fa, b, fb] = [start, fStart, end, fEnd];
  for (let round = 0; round < 100 && Math.abs(b - a) > PRECISION * (Math.abs(b) + PRECISION); round++) {
    const x = fb === Infinity ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    const fx = f(x);
    if (Math.abs(fx) < PRECISION) return x;
    if (Math.sign(fx) === Math.sign(fb)) fa /= 2;
    else [a, fa] = [b, fb];
    [b, fb] = [x, fx];
  }
  return b;
}

const PRECISION = 1e-9;

/** The failure of an interval that has no end, or one beyond float64. */
export function openEnd(law: LawName, parameter: ParameterName, end: "upper" | "lower"): Failure {
  return { ok: false, reason: `no interval for the ${parameter}: the data set no ${end} limit to it; ${ADVICE[law]}` };
}
