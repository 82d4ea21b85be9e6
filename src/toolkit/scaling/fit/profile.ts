/** @file Profile likelihood: how much worse a fit gets when one parameter is held and the others are refitted. */
import { coordinateBounds, fromCoordinate } from "../laws/coordinates.ts";
import { adviceOf, type Law } from "../laws/law.ts";
import type { Evidence } from "./evidence.ts";
import type { Failure } from "./fitted-law.ts";

/**
 * The rise of the deviance over the fit's, over the dispersion, with one parameter's coordinate held and the others refitted;
 * NaN where there is no such fit. Each value starts from the nearest one solved before.
 */
export function riseOver(
  { task, solver, minimum, dispersion }: Evidence,
  place: number,
): (coordinate: number) => number {
  const solve = solver.holding(task, place);
  const solved = [minimum.coordinates];
  return (coordinate) => {
    const nearest = nearestOf(solved, place, coordinate);
    const found = solve(coordinate, nearest);
    if (!found.ok) return Number.NaN;
    solved.push(found.coordinates);
    return (2 * (found.objective - minimum.objective)) / (dispersion || Number.MIN_VALUE);
  };
}

function nearestOf(solved: readonly Float64Array[], place: number, coordinate: number): Float64Array {
  let [nearest] = solved as [Float64Array];
  for (const one of solved) {
    if (Math.abs((one[place] as number) - coordinate) < Math.abs((nearest[place] as number) - coordinate))
      nearest = one;
  }
  return nearest;
}

/**
 * Where a profile crosses a threshold to both sides; undefined where it stays below it up to the bound, NaN where the others could
 * not be refitted before it crossed.
 */
export interface ProfileEnds {
  /** as coordinates */
  low: number | undefined;
  high: number | undefined;
}

/**
 * All values of a parameter whose rise is at most `threshold`: z^2 for known noise, Student's t^2 where its size is estimated.
 *
 * @param rise of riseOver
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 6.1; Venzon & Moolgavkar 1988
 */
export function profileEnds(
  { task, minimum, standardErrors }: Evidence,
  place: number,
  rise: (coordinate: number) => number,
  threshold: number,
): ProfileEnds {
  const excess = (coordinate: number) => Math.sqrt(Math.max(rise(coordinate), 0)) - Math.sqrt(threshold);
  const centre = minimum.coordinates[place] as number;
  const step = Math.sqrt(threshold) * ((standardErrors[place] as number) || Math.abs(centre) || 1);
  const [lowest, highest] = coordinateBounds(task.law, task.law.parameters[place] as string);
  return { low: findEnd(excess, centre, -step, lowest), high: findEnd(excess, centre, step, highest) };
}

/** The ends as values of the parameter: an end that the law's own bound cuts off is that bound; one that nothing cuts off is none. */
export function profileRange(
  law: Law,
  parameter: string,
  { low, high }: ProfileEnds,
): { low: number; high: number } | Failure {
  const [lowest, highest] = coordinateBounds(law, parameter);
  const [least, most] = [low ?? lowest, high ?? highest];
  if (Number.isNaN(least) || Number.isNaN(most)) {
    const end = Number.isNaN(most) ? "upper" : "lower";
    const stalled = `on the way to its ${end} end the other parameters could not be refitted`;
    return { ok: false, reason: `no interval for the ${parameter}: ${stalled}; ${adviceOf(law)}` };
  }
  if (!Number.isFinite(most)) return openEnd(law, parameter, "upper");
  if (!Number.isFinite(least)) return openEnd(law, parameter, "lower");
  return { low: fromCoordinate(law, parameter, least), high: fromCoordinate(law, parameter, most) };
}

/** The failure of an interval that has no end, or one beyond float64. */
export function openEnd(law: Law, parameter: string, end: "upper" | "lower"): Failure {
  const reason = `no interval for the ${parameter}: the data set no ${end} limit to it; ${adviceOf(law)}`;
  return { ok: false, reason };
}

/**
 * Where `excess` crosses 0 on one side of the centre; undefined when it stays below 0 up to the bound. A place where it is not
 * known is no end: the way there is halved until one is known, and the answer is NaN when none above 0 is.
 */
function findEnd(excess: (theta: number) => number, centre: number, step: number, bound: number): number | undefined {
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
    let unknown = outside;
    for (let halving = 0; Number.isNaN(excessOutside) && halving < HALVINGS; halving++) {
      const middle = (inside + unknown) / 2;
      const there = excess(middle);
      if (there >= 0) [outside, excessOutside] = [middle, there];
      else if (there < 0) [inside, excessInside] = [middle, there];
      else unknown = middle;
    }
    if (Number.isNaN(excessOutside)) return Number.NaN;
  }
  return illinois(excess, inside, excessInside, outside, excessOutside);
}

const HALVINGS = 30; // of the way to where nothing is known
const FARTHEST = 64; // first steps; a profile that has not risen by then is open for every practical purpose

/** False position that halves the stale end's value, so that both ends close in (Dowell & Jarratt 1971). */
function illinois(f: (x: number) => number, start: number, fStart: number, end: number, fEnd: number): number {
  let [a, fa, b, fb] = [start, fStart, end, fEnd];
  for (let round = 0; round < 100 && Math.abs(b - a) > PRECISION * (Math.abs(b) + PRECISION); round++) {
    const x = fb === Infinity ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    const fx = f(x);
    if (Number.isNaN(fx)) return Number.NaN;
    if (Math.abs(fx) < PRECISION) return x;
    if (Math.sign(fx) === Math.sign(fb)) fa /= 2;
    else [a, fa] = [b, fb];
    [b, fb] = [x, fx];
  }
  return b;
}

const PRECISION = 1e-9;
