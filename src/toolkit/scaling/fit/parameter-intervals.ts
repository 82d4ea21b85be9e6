/** @file The intervals of a fit's parameters by every method asked for: Wald, profile likelihood, bootstrap. */

import { criticalNormal, criticalStudent } from "../../core/critical-values.ts";
import { coordinateBounds, fromCoordinate } from "../laws/coordinates.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import { profileThreshold } from "./boundary-threshold.ts";
import type { Evidence } from "./evidence.ts";
import type { BootstrapDraws, Failure, FittedLaw, IntervalMethod } from "./fitted-law.ts";
import { openEnd, profileEnds, profileRange, riseOver } from "./profile.ts";

/** How many standard errors reach to the ends of an interval: Student's t where the size of the noise is estimated. */
export function criticalOf(noiseIsKnown: boolean, level: number, degreesOfFreedom: number): number {
  if (level !== last.level || noiseIsKnown !== last.noiseIsKnown || degreesOfFreedom !== last.degreesOfFreedom) {
    const critical = noiseIsKnown ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
    last = { noiseIsKnown, level, degreesOfFreedom, critical };
  }
  return last.critical;
}

/** What was asked for last: the fits of a sweep ask for the same, and finding it takes a tenth of a short fit. */
let last = { noiseIsKnown: false, level: Number.NaN, degreesOfFreedom: 0, critical: Number.NaN };

/** Every parameter's interval by each method; a parameter that the law fixes has an interval of that one value. */
export function parameterIntervals<Parameter extends string>(
  evidence: Evidence<Parameter>,
  methods: readonly IntervalMethod[],
  level: number,
  draws: BootstrapDraws<Parameter> | null,
): FittedLaw<Parameter>["intervals"] {
  const { task, degreesOfFreedom } = evidence;
  const { law } = task;
  const critical = criticalOf(task.measured.noiseIsKnown, level, degreesOfFreedom);
  const intervals = {} as FittedLaw<Parameter>["intervals"];
  for (const [place, parameter] of law.parameters.entries()) {
    intervals[parameter] = {};
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
