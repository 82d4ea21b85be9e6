/** @file The profile of any function of a law's parameters: the values that it can take before the fit gets too much worse. */
import { allCoordinates, freePlaces, fromCoordinate } from "../laws/coordinates.ts";
import { trustRegion } from "../solvers/trust-region/trust-region-solver.ts";
import type { Evidence } from "./evidence.ts";

/** Of the parameters by name. */
export type Quantity<Parameter extends string> = (parameters: Record<Parameter, number>) => number;

/**
 * The least and the greatest value of the quantity at which the deviance has risen by no more than `threshold` dispersions. The law is
 * fitted with the quantity pulled farther and farther away, each fit a point of its profile, until the rise is reached.
 *
 * @param standardError of the quantity, > 0: the first step, and the unit of the pull
 * @returns ends; undefined where the quantity goes no further and the rise is not reached, NaN where no fit was found on the way
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 6.1; Venzon & Moolgavkar 1988 (profiles)
 */
export function quantityRange<Parameter extends string>(
  evidence: Evidence<Parameter>,
  quantity: Quantity<Parameter>,
  standardError: number,
  threshold: number,
): { low: number | undefined; high: number | undefined } {
  const { task, minimum, dispersion } = evidence;
  const { law } = task;
  const of = (all: Float64Array): number => {
    const named = law.parameters.map((parameter, k) => [parameter, fromCoordinate(law, parameter, all[k] as number)]);
    return quantity(Object.fromEntries(named) as Record<Parameter, number>);
  };
  const steps = freePlaces(law).map((place) => STEP * ((evidence.standardErrors[place] as number) || 1));
  const weight = Math.sqrt(dispersion || Number.MIN_VALUE) / (PULLED * standardError);
  const pulled = (free: Float64Array, gradient: Float64Array): number => {
    for (const [k, step] of steps.entries()) {
      const [up, down] = [free.slice(), free.slice()];
      up[k] = (up[k] as number) + step;
      down[k] = (down[k] as number) - step;
      gradient[k] = (of(allCoordinates(law, up)) - of(allCoordinates(law, down))) / (2 * step);
    }
    return of(allCoordinates(law, free));
  };
  const centre = of(minimum.coordinates);
  const pointAt = (towards: number, near: Float64Array) => {
    const measured = { ...task.measured, pull: { quantity: pulled, towards, weight } };
    const found = trustRegion.solve({ ...task, measured }, [near]);
    if (!found.ok) return undefined;
    const rise = (2 * (found.objective - minimum.objective)) / (dispersion || Number.MIN_VALUE);
    return { rise, value: of(found.coordinates), coordinates: found.coordinates };
  };
  const end = (side: 1 | -1): number | undefined => {
    let inside = { pull: 0, rise: 0, value: centre, coordinates: minimum.coordinates };
    let outside: typeof inside | undefined;
    for (let pull: number = Math.sqrt(threshold) * (1 + PULLED ** 2); pull < FARTHEST; pull *= 2) {
      const point = pointAt(centre + side * pull * standardError, inside.coordinates);
      if (point === undefined) return Number.NaN;
      if (point.rise >= threshold) {
        outside = { pull, ...point };
        break;
      }
      inside = { pull, ...point };
    }
    if (outside === undefined) return undefined;
    for (let round = 0; round < MOST_ROUNDS && outside.pull - inside.pull > PRECISION * outside.pull; round++) {
      const [low, high] = [Math.sqrt(Math.max(inside.rise, 0)), Math.sqrt(outside.rise)];
      const share = Math.min(Math.max((Math.sqrt(threshold) - low) / (high - low), LEAST_SHARE), 1 - LEAST_SHARE);
      const pull: number = inside.pull + share * (outside.pull - inside.pull);
      const point = pointAt(centre + side * pull * standardError, inside.coordinates);
      if (point === undefined) return Number.NaN;
      if (Math.abs(point.rise - threshold) < PRECISION * threshold) return point.value;
      if (point.rise > threshold) outside = { pull, ...point };
      else inside = { pull, ...point };
    }
    return outside.value;
  };
  return { low: end(-1), high: end(1) };
}

const STEP = 1e-3; // of a standard error: the relative error of a central difference is its square
const PULLED = 0.3; // standard errors of the quantity that cost as much as the pull's distance: it yields a little
const FARTHEST = 1e6; // standard errors
const MOST_ROUNDS = 80;
const PRECISION = 1e-8;
const LEAST_SHARE = 0.02; // of the bracket, so that both ends close in
