/** @file The intervals of a fit's parameters by every method asked for: Wald, profile likelihood, bootstrap. */

import { criticalNormal, criticalStudent } from "../../core/critical-values.ts";
import { coordinateBounds, fromCoordinate, toCoordinate } from "../laws/coordinates.ts";
import type { LawTask } from "../solvers/task.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import { profileThreshold } from "./boundary-threshold.ts";
import type { Evidence } from "./evidence.ts";
import {
  type BootstrapDraws,
  type Failure,
  type FittedLaw,
  type IntervalMethod,
  type NoiseKind,
  noiseIsKnown,
} from "./fitted-law.ts";
import { openEnd, profileEnds, profileRange, riseOver } from "./profile.ts";
import { quantityRange } from "./quantity-profile.ts";

/** How many standard errors reach to the ends of an interval: Student's t where the size of the noise is estimated. */
function criticalOf(noiseIsKnown: boolean, level: number, degreesOfFreedom: number): number {
  if (level !== last.level || noiseIsKnown !== last.noiseIsKnown || degreesOfFreedom !== last.degreesOfFreedom) {
    const critical = noiseIsKnown ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
    last = { noiseIsKnown, level, degreesOfFreedom, critical };
  }
  return last.critical;
}

/** What was asked for last: the fits of a sweep ask for the same, and finding it takes a tenth of a short fit. */
let last = { noiseIsKnown: false, level: Number.NaN, degreesOfFreedom: 0, critical: Number.NaN };

/** What tells how many standard errors an interval needs: a fit, or its evidence. */
type Sureness = Pick<Evidence, "covariance" | "degreesOfFreedom" | "seedEffect"> &
  ({ noise: NoiseKind } | { task: LawTask });

/** The same for a quantity with a gradient by the parameters. */
export function criticalAlong(sure: Sureness, level: number, gradient: ArrayLike<number>): number {
  const freedom = freedomAlong(sure, gradient);
  return criticalOf(freedom === Infinity, level, freedom);
}

/**
 * The degrees of freedom with which a quantity's variance is known: those of the noise; where seeds have an effect, Satterthwaite's of
 * both variances.
 *
 * @returns Infinity where the variance is known
 * @source Satterthwaite 1946, Biometrics Bulletin 2, 110-114; Giesbrecht & Burns 1985, Biometrics 41, 477-486
 */
export function freedomAlong(sure: Sureness, gradient: ArrayLike<number>): number {
  const { covariance, degreesOfFreedom, seedEffect } = sure;
  const known = "noise" in sure ? noiseIsKnown(sure.noise) : sure.task.measured.noiseIsKnown;
  const most = known ? Infinity : degreesOfFreedom;
  if (seedEffect === null) return most;
  const variance = quadratic(covariance, gradient);
  const changes = [variance, quadratic(seedEffect.covarianceSlope, gradient)]; // by the logarithms of the noise's variance and of the ratio
  const uncertainty = quadratic(seedEffect.componentCovariance, changes);
  return uncertainty > 0 ? Math.min(Math.max((2 * variance ** 2) / uncertainty, 1), most) : most;
}

/** g' M g. */
export function quadratic(matrix: readonly (readonly number[])[], vector: ArrayLike<number>): number {
  let sum = 0;
  for (const [j, row] of matrix.entries()) {
    for (const [k, entry] of row.entries()) sum += entry * (vector[j] as number) * (vector[k] as number);
  }
  return sum;
}

export function unitVector(place: number, size: number): number[] {
  return Array.from({ length: size }, (_, k) => (k === place ? 1 : 0));
}

/** Every parameter's interval by each method; a parameter that the law fixes has an interval of that one value. */
export function parameterIntervals<Parameter extends string>(
  evidence: Evidence<Parameter>,
  methods: readonly IntervalMethod[],
  level: number,
  draws: BootstrapDraws<Parameter> | null,
): FittedLaw<Parameter>["intervals"] {
  const { law } = evidence.task;
  const intervals = {} as FittedLaw<Parameter>["intervals"];
  for (const [place, parameter] of law.parameters.entries()) {
    intervals[parameter] = {};
    const critical = criticalAlong(evidence, level, unitVector(place, law.parameters.length));
    const value = law.fixed?.[parameter];
    for (const method of methods) {
      const range =
        value === undefined ? rangeOf(evidence, place, method, level, critical, draws) : { low: value, high: value };
      const closed = "reason" in range || range.high < Infinity ? range : openEnd(law, parameter, "upper");
      intervals[parameter][method] =
        "reason" in closed ? closed : { low: closed.low, high: closed.high, level, method };
    }
  }
  return intervals;
}

function rangeOf<Parameter extends string>(
  evidence: Evidence<Parameter>,
  place: number,
  method: IntervalMethod,
  level: number,
  critical: number,
  draws: BootstrapDraws<Parameter> | null,
): { low: number; high: number } | Failure {
  const { task } = evidence;
  const parameter = task.law.parameters[place] as Parameter;
  if (method === "wald") return waldRange(evidence, place, critical);
  if (method === "profile") {
    if (task.law.ties?.[parameter] !== undefined) {
      const coordinate = (parameters: Record<Parameter, number>) =>
        toCoordinate(task.law, parameter, parameters[parameter]);
      const error = evidence.standardErrors[place] as number;
      return profileRange(task.law, parameter, quantityRange(evidence, coordinate, error, critical ** 2));
    }
    const threshold = profileThreshold(evidence, place, critical, level);
    const ends = profileEnds(evidence, place, riseOver(evidence, place), threshold);
    return profileRange(task.law, parameter, ends);
  }
  if (draws === null) throw new Error("a bootstrap interval was asked for without draws"); // the door asks for a seed
  return bootstrapInterval(task, draws, parameter, level);
}

/** Coordinate +- critical * standard error, as far as the law's bounds: a positive parameter's error spans factors. */
function waldRange({ task, minimum, standardErrors }: Evidence, place: number, critical: number) {
  const { law } = task;
  const parameter = law.parameters[place] as string;
  const [lowest, highest] = coordinateBounds(law, parameter);
  const centre = minimum.coordinates[place] as number;
  const reach = critical * (standardErrors[place] as number);
  return {
    low: fromCoordinate(law, parameter, Math.max(centre - reach, lowest)),
    high: fromCoordinate(law, parameter, Math.min(centre + reach, highest)),
  };
}
