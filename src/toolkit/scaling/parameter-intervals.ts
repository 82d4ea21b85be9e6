/** @file The intervals of a fit's parameters by every method asked for: Wald, profile likelihood, bootstrap. */

import { criticalNormal, criticalStudent } from "../core/critical-values.ts";
import { bootstrapInterval } from "./bootstrap.ts";
import { noiseIsKnown, type PreparedCurve } from "./prepared-curve.ts";
import { openEnd, profileRange } from "./profile-interval.ts";
import type { BootstrapDraws, Failure, FittedScalingLaw, IntervalMethod, LawName, ParameterName } from "./types.ts";
import type { Solution } from "./weighted-solve.ts";

/** What the intervals are made from. */
export interface FitEvidence {
  curve: PreparedCurve;
  law: LawName;
  solution: Solution;
  /** variance of a residual times its weight: 1 for known noise, else estimated */
  dispersion: number;
  degreesOfFreedom: number;
  /** of [ln amplitude at dataSize = 1, exponent, floor / errorScale], with the dispersion in it */
  standardErrors: readonly number[];
  draws: BootstrapDraws;
}

/** Every parameter's interval by each method; a parameter that the law fixes at 0 has the interval [0, 0]. */
export function parameterIntervals(
  evidence: FitEvidence,
  methods: readonly IntervalMethod[],
  level: number,
): FittedScalingLaw["intervals"] {
  const { dispersion, degreesOfFreedom, curve } = evidence;
  const critical = noiseIsKnown(curve.kind) ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
  const rise = critical ** 2 * dispersion; // of the deviance at a profile interval's ends
  const intervals: FittedScalingLaw["intervals"] = { amplitude: {}, exponent: {}, irreducibleError: {} };
  for (const parameter of PARAMETERS) {
    for (const method of methods) {
      const range = rangeOf(evidence, parameter, method, level, critical, rise);
      const closed = "reason" in range || range.high < Infinity ? range : openEnd(evidence.law, parameter, "upper");
      intervals[parameter][method] =
        "reason" in closed ? closed : { low: closed.low, high: closed.high, level, method };
    }
  }
  return intervals;
}

const PARAMETERS = ["amplitude", "exponent", "irreducibleError"] as const;

function rangeOf(
  evidence: FitEvidence,
  parameter: ParameterName,
  method: IntervalMethod,
  level: number,
  critical: number,
  rise: number,
): { low: number; high: number } | Failure {
  const { law, curve, solution, standardErrors } = evidence;
  if (law === "power" && parameter === "irreducibleError") return { low: 0, high: 0 };
  if (method === "bootstrap") return bootstrapInterval(evidence.draws, law, parameter, level);
  if (method === "wald") return waldRange(evidence, parameter, critical);
  const steps = standardErrors.map((error) => critical * error);
  return profileRange(curve, law, solution, parameter, rise, steps);
}

/** Value +- critical * standard error; on the logarithm for the amplitude, whose error spans factors, and cut at a floor of 0. */
function waldRange(evidence: FitEvidence, parameter: ParameterName, critical: number): { low: number; high: number } {
  const { solution, curve } = evidence;
  const [amplitudeError, exponentError, floorError] = evidence.standardErrors as [number, number, number];
  if (parameter === "exponent") {
    return { low: solution.exponent - critical * exponentError, high: solution.exponent + critical * exponentError };
  }
  if (parameter === "irreducibleError") {
    const low = Math.max(solution.floor - critical * floorError, 0);
    return { low: low * curve.errorScale, high: (solution.floor + critical * floorError) * curve.errorScale };
  }
  const amplitude = solution.amplitude * curve.errorScale * Math.exp(solution.exponent * curve.logSmallest);
  const factor = Math.exp(critical * amplitudeError);
  return { low: amplitude / factor, high: amplitude * factor };
}
