/** @file The intervals of a fit's parameters by every method asked for: Wald, profile likelihood, bootstrap. */
import { bootstrapInterval } from "./bootstrap.ts";
import { criticalNormal, criticalStudent } from "./critical-values.ts";
import { noiseIsKnown, type PreparedCurve } from "./prepared-curve.ts";
import { profileRange } from "./profile-interval.ts";
import type { Solution } from "./solve-law.ts";
import type {
  BootstrapDraws,
  Failure,
  FittedScalingLaw,
  Interval,
  IntervalMethod,
  LawName,
  ParameterName,
} from "./types.ts";

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

const PARAMETERS = ["amplitude", "exponent", "irreducibleError"] as const;

/** Every parameter's interval by each method; a parameter that the law fixes at 0 has the interval [0, 0]. */
export function parameterIntervals(
  evidence: FitEvidence,
  methods: readonly IntervalMethod[],
  level: number,
): FittedScalingLaw["intervals"] {
  const { law, dispersion, degreesOfFreedom, curve } = evidence;
  const critical = noiseIsKnown(curve.kind) ? criticalNormal(level) : criticalStudent(level, degreesOfFreedom);
  const make = (parameter: ParameterName, method: IntervalMethod): Interval | Failure => {
    if (law === "power" && parameter === "irreducibleError") return { low: 0, high: 0, level, method };
    if (method === "bootstrap") return bootstrapInterval(evidence.draws, parameter, level);
    if (method === "wald") return { ...waldRange(evidence, parameter, critical), level, method };
    const steps = evidence.standardErrors.map((error) => critical * error);
    const rise = critical ** 2 * dispersion;
    const range = profileRange(curve, law, evidence.solution, parameter, rise, steps);
    return "ok" in range ? range : { ...range, level, method };
  };
  const byMethod = (parameter: ParameterName) =>
    Object.fromEntries(
      methods.map((method) => [method, make(parameter, method)]),
    ) as FittedScalingLaw["intervals"][ParameterName];
  const [amplitude, exponent, irreducibleError] = PARAMETERS.map(byMethod) as [object, object, object];
  return { amplitude, exponent, irreducibleError };
}

/** Value +- critical * standard error; on the logarithm for the amplitude, whose error spans factors, and cut at a floor of 0. */
function waldRange(evidence: FitEvidence, parameter: ParameterName, critical: number): { low: number; high: number } {
  const { solution, curve } = evidence;
  const [amplitudeError, exponentError, floorError] = evidence.standardErrors.map((error) => critical * error) as [
    number,
    number,
    number,
  ];
  if (parameter === "exponent")
    return { low: solution.exponent - exponentError, high: solution.exponent + exponentError };
  if (parameter === "irreducibleError") {
    const low = Math.max(solution.floor - floorError, 0);
    return { low: low * curve.errorScale, high: (solution.floor + floorError) * curve.errorScale };
  }
  const amplitude = solution.amplitude * curve.errorScale * Math.exp(solution.exponent * curve.logSmallest);
  return { low: amplitude * Math.exp(-amplitudeError), high: amplitude * Math.exp(amplitudeError) };
}
