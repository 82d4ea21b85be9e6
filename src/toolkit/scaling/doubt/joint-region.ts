/** @file The region in which two parameters lie together: where the profile of both rises to what contradicts a pair. */
import { requireBetween, requireCount, requireOneOf, requireOptions, wrong } from "../../core/argument-checks.ts";
import { type Evidence, evidenceOf } from "../fit/evidence.ts";
import type { Failure, LawFit } from "../fit/fitted-law.ts";
import { freedomAlong, unitVector } from "../fit/parameter-intervals.ts";
import { requireFitted } from "../fit/read-law.ts";
import { coordinateBounds, freeParameters, freePlaces, fromCoordinate, holding } from "../laws/coordinates.ts";
import { tiesOf } from "../laws/ties.ts";
import { solverOf } from "../solvers/choose.ts";
import { objectiveAt } from "../solvers/law-values.ts";

export interface JointRegion {
  ok: true;
  name: string;
  parameters: [string, string];
  /** of the fit */
  values: [number, number];
  level: number;
  /** rise of the deviance over the dispersion on the edge */
  threshold: number;
  /** the edge, once round, (points) of pairs */
  edge: [number, number][];
  /** does a bound of a parameter cut the region off somewhere */
  cutOff: boolean;
}

/**
 * All pairs of two parameters that the data do not contradict together, the others being refitted: the deviance rises by less than chi
 * squared's point on 2 degrees of freedom, or twice F's where the noise is estimated. Where the edge is no ellipse, the covariance
 * misleads.
 *
 * @param fit a fit that is ok, by squares
 * @param options parameters: two that are neither fixed nor tied; level in (0, 1), by default the fit's; points of the edge, a count in [8, 720], default 48
 * @returns the region; or { ok: false, reason } where the data set the pair no limit in some direction
 * @throws TypeError for a failed fit, RangeError or TypeError for an option out of range
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 6.1.3 (joint regions by the likelihood)
 */
export function jointRegion<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  options: { parameters: readonly [NoInfer<Parameter>, NoInfer<Parameter>]; level?: number; points?: number },
): JointRegion | Failure {
  requireFitted("jointRegion", "fit", fit);
  requireOptions("jointRegion", options, ["parameters", "level", "points"]);
  const { parameters, level = fit.level, points = 48 } = options;
  const { law } = fit;
  const free = freeParameters(law);
  if (!Array.isArray(parameters) || parameters.length !== 2 || parameters[0] === parameters[1]) {
    throw wrong("jointRegion", "parameters to be two different ones", parameters);
  }
  for (const parameter of parameters) requireOneOf("jointRegion", "parameters", parameter, free);
  requireBetween("jointRegion", "level", level, 0, 1);
  requireCount("jointRegion", "points", points, 8, 720);
  requireOneOf("jointRegion", "loss.kind", fit.loss.kind, ["squared"]); // Huber's loss is no likelihood
  const [one, other] = parameters;
  const places = [law.parameters.indexOf(one), law.parameters.indexOf(other)] as [number, number];
  const evidence = evidenceOf(fit);
  const freedom = Math.min(...places.map((place) => freedomAlong(fit, unitVector(place, law.parameters.length))));
  const threshold = freedom === Infinity ? -2 * Math.log(1 - level) : freedom * ((1 - level) ** (-2 / freedom) - 1); // 2 F, whose tail is (1 + 2 F / nu)^(-nu / 2)
  const rise = riseOfPair(evidence, places);
  const axes = axesOf(evidence, places);
  const bounds = parameters.map((parameter) => coordinateBounds(law, parameter));
  const edge: [number, number][] = [];
  let cutOff = false;
  for (let point = 0; point < points; point++) {
    const angle = (2 * Math.PI * point) / points;
    const direction = axes(angle);
    const farthest = reachInside(evidence, places, direction, bounds);
    const reach = reachOf(rise, direction, threshold, farthest);
    if (reach === undefined) {
      const way = direction.map((step, k) => `${parameters[k]} ${step > 0 ? "up" : "down"}`).join(" and ");
      return {
        ok: false,
        reason: `the data set no limit to ${way}; ${law.advice ?? "measure a wider range of inputs"}`,
      };
    }
    if (reach === farthest) cutOff = true;
    const at = places.map((place, k) => {
      const coordinate = (evidence.minimum.coordinates[place] as number) + reach * (direction[k] as number);
      return fromCoordinate(law, parameters[k] as string, coordinate);
    });
    edge.push(at as [number, number]);
  }
  const values: [number, number] = [fit.parameters[one].value, fit.parameters[other].value];
  return { ok: true, name: fit.name, parameters: [one, other], values, level, threshold, edge, cutOff };
}

type Pair = readonly [number, number];

/** The rise of the deviance over the dispersion with both held, by how far they are from the fit as coordinates; NaN where unknown. */
function riseOfPair(
  { task, minimum, dispersion }: Evidence,
  [one, other]: Pair,
): (direction: Pair, reach: number) => number {
  const { law } = task;
  const alone = freePlaces(law).length === 2;
  return (direction, reach) => {
    const coordinates = minimum.coordinates.slice();
    coordinates[one] = (coordinates[one] as number) + reach * direction[0];
    coordinates[other] = (coordinates[other] as number) + reach * direction[1];
    if (alone) {
      tiesOf(law)?.follow(coordinates);
      const objective = objectiveAt(task, coordinates);
      return (2 * (objective - minimum.objective)) / (dispersion || Number.MIN_VALUE);
    }
    const parameter = law.parameters[one] as string;
    const held = { ...task, law: holding(law, parameter, fromCoordinate(law, parameter, coordinates[one] as number)) };
    const found = solverOf(held).holding(held, other)(coordinates[other] as number, coordinates);
    return found.ok ? (2 * (found.objective - minimum.objective)) / (dispersion || Number.MIN_VALUE) : Number.NaN;
  };
}

/** Steps to the unit ellipse of the pair's covariance. */
function axesOf({ task, minimum, standardErrors, covariance }: Evidence, [one, other]: Pair): (angle: number) => Pair {
  const variance = (place: number) => (covariance[place] as readonly number[])[place] as number;
  const product = Math.sqrt(variance(one) * variance(other));
  const correlation = product > 0 ? ((covariance[one] as readonly number[])[other] as number) / product : 0;
  const size = (place: number) =>
    standardErrors[place] || Math.abs(minimum.coordinates[place] as number) || 1 / task.law.parameters.length;
  const [first, second] = [size(one), size(other)];
  const rest = Math.sqrt(Math.max(1 - correlation ** 2, 0));
  return (angle) => [first * Math.cos(angle), second * (correlation * Math.cos(angle) + rest * Math.sin(angle))];
}

/** How far both stay within their bounds. */
function reachInside(
  { minimum }: Evidence,
  places: Pair,
  direction: Pair,
  bounds: readonly (readonly [number, number])[],
): number {
  const reaches = places.map((place, k) => {
    const step = direction[k as 0 | 1];
    const [low, high] = bounds[k] as readonly [number, number];
    if (step === 0) return Infinity;
    return Math.max(((step > 0 ? high : low) - (minimum.coordinates[place] as number)) / step, 0);
  });
  return Math.min(...reaches);
}

/** Where the rise reaches the threshold, or the bound before it; undefined where neither comes. */
function reachOf(
  rise: (direction: Pair, reach: number) => number,
  direction: Pair,
  threshold: number,
  farthest: number,
): number | undefined {
  const target = Math.sqrt(threshold);
  const excess = (reach: number) => Math.sqrt(Math.max(rise(direction, reach), 0)) - target;
  let [inside, outside] = [0, Math.min(target, farthest)];
  let far = excess(outside);
  for (let doubling = 0; far < 0; doubling++) {
    if (outside === farthest) return farthest;
    if (doubling === MOST_DOUBLINGS) return undefined;
    [inside, outside] = [outside, Math.min(2 * outside, farthest)];
    far = excess(outside);
  }
  for (let halving = 0; halving < HALVINGS && outside - inside > PRECISION * outside; halving++) {
    const middle = (inside + outside) / 2;
    if (excess(middle) < 0) inside = middle;
    else outside = middle; // where the others cannot be refitted, it is taken to be outside
  }
  return (inside + outside) / 2;
}

const MOST_DOUBLINGS = 12;
const HALVINGS = 40;
const PRECISION = 1e-6;
