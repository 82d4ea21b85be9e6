/** @file The profile of a fit's likelihood over one parameter, to be drawn: how much worse the fit gets when it is held. */
import { requireCount, requireOneOf, requireOptions } from "../../core/argument-checks.ts";
import { profileThreshold } from "../fit/boundary-threshold.ts";
import { type Evidence, evidenceOf } from "../fit/evidence.ts";
import { type Failure, type Interval, type LawFit, noiseIsKnown } from "../fit/fitted-law.ts";
import { criticalAlong, unitVector } from "../fit/parameter-intervals.ts";
import { profileEnds, profileRange, riseOver } from "../fit/profile.ts";
import { requireFitted } from "../fit/read-law.ts";
import { coordinateBounds, freeParameters, fromCoordinate, toCoordinate } from "../laws/coordinates.ts";

/** The profile of one parameter; its interval is where `rise` stays under `threshold`. */
export interface LikelihoodProfile {
  ok: true;
  /** which fit this is, for legends */
  name: string;
  parameter: string;
  /** of the parameter, at the fit */
  value: number;
  /** from the covariance: of the parabola that the profile would be, were the law linear */
  standardError: number;
  /** the rise at which a value is contradicted: z^2, or Student's t^2 where the noise is estimated */
  threshold: number;
  level: number;
  /** by rising value: rise of the deviance over the fit's, over the dispersion, >= 0 */
  rows: { value: number; rise: number }[];
  /** or which end the data leave open */
  interval: Interval | Failure;
}

/**
 * Holds one parameter at each of a row of values and refits the others. A parabola says that the Wald interval is right; a
 * side that levels off says that the data do not settle the parameter.
 *
 * @param fit a fit that is ok, by squares
 * @param options parameter: which, one that is neither fixed nor tied; points: values to hold it at, a count in [3, 1000], default 41
 * @returns the profile; or { ok: false, reason } when a lower minimum turns up beside the fit, or the law fits to rounding
 * @throws TypeError for a failed fit, RangeError or TypeError for an option out of range
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 6.1; Venzon & Moolgavkar 1988
 * @example profileLaw(fitLaw([0.91, 0.49, 0.31, 0.19, 0.155].map((error, k) => ({ dataSize: 4 ** k, error })), { law: powerFloorLaw, y: "error" }), { parameter: "exponent" }).interval.low.toFixed(3) // => "0.381"
 */
export function profileLaw<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  options: { parameter: NoInfer<Parameter>; points?: number },
): LikelihoodProfile | Failure {
  requireFitted("profileLaw", "fit", fit);
  requireOptions("profileLaw", options, ["parameter", "points"]);
  const { parameter, points = 41 } = options;
  const { law, level, name } = fit;
  const free = freeParameters(law);
  requireOneOf("profileLaw", "parameter", parameter, free);
  requireOneOf("profileLaw", "loss.kind", fit.loss.kind, ["squared"]); // Huber's loss is no likelihood: bootstrap it
  requireCount("profileLaw", "points", points, 3, 1000);
  const evidence = evidenceOf(fit);
  if (!noiseIsKnown(fit.noise) && fitsToRounding(evidence)) {
    const reason = `"${law.name}" fits these rows to rounding, so there is no noise to measure a profile by; give measured outcomes`;
    return { ok: false, reason };
  }
  const place = law.parameters.indexOf(parameter);
  const { value, standardError } = fit.parameters[parameter];
  const critical = criticalAlong(fit, level, unitVector(place, law.parameters.length));
  const threshold = profileThreshold(evidence, place, critical, level);
  const rise = riseOver(evidence, place);
  const ends = profileEnds(evidence, place, rise, threshold);
  const range = profileRange(law, parameter, ends);
  const interval: Interval | Failure = "reason" in range ? range : { ...range, level, method: "profile" };
  const [lowest, highest] = coordinateBounds(law, parameter);
  const centre = evidence.minimum.coordinates[place] as number;
  const step = Math.sqrt(threshold) * (evidence.standardErrors[place] || Math.abs(centre) || 1);
  const [from, to] = [
    isKnown(ends.low) ? ends.low : Math.max(lowest, centre - 2 * step),
    isKnown(ends.high) ? ends.high : Math.min(highest, centre + 2 * step),
  ];
  const margin = MARGIN * (to - from);
  const [first, last] = [Math.max(from - margin, lowest), Math.min(to + margin, highest)].map((end) =>
    fromCoordinate(law, parameter, end),
  ) as [number, number];
  const profile = evenly(first, last, value, points).map((held) => {
    return { value: held, rise: held === value ? 0 : rise(toCoordinate(law, parameter, held)) };
  });
  const lower = profile.find((row) => row.rise < -LOWER);
  if (lower !== undefined) {
    const where = `${parameter} near ${lower.value.toPrecision(4)}`;
    const reason = `"${law.name}" fits better with ${where} than at the minimum found; start there too`;
    return { ok: false, reason };
  }
  const known = profile.filter((row) => Number.isFinite(row.rise));
  const rows = known.map((row) => ({ ...row, rise: Math.max(row.rise, 0) }));
  return { ok: true, name, parameter, value, standardError, threshold, level, rows, interval };
}

function fitsToRounding({ task, dispersion }: Evidence): boolean {
  const { outcomes, deviations } = task.measured;
  let squares = 0;
  for (let i = 0; i < outcomes.length; i++) squares += ((outcomes[i] as number) / (deviations[i] as number)) ** 2;
  return dispersion <= ROUNDING ** 2 * squares;
}

const ROUNDING = 1e-13; // of the outcomes
const MARGIN = 0.25; // of the interval, drawn beyond each end
const LOWER = 1e-3; // of the deviance: more than two ways into one minimum leave

/** Is this an end that the profile has? */
function isKnown(end: number | undefined): end is number {
  return end !== undefined && !Number.isNaN(end);
}

/** So many values from low to high, the one nearest to the centre moved onto it. */
function evenly(low: number, high: number, centre: number, count: number): number[] {
  const grid = Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));
  const nearest = grid.reduce((best, theta, k) => {
    return Math.abs(theta - centre) < Math.abs((grid[best] as number) - centre) ? k : best;
  }, 0);
  return grid.with(nearest, centre);
}
