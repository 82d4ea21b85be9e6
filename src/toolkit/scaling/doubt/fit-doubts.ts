/** @file What a reviewer would ask about a fitted curve: rises, runs, outliers, open parameters, disagreeing starts, extrapolation. */
import { formatNumber } from "../../core/number-format.ts";
import { type FittedLaw, fittedMeasurements, type LawFit } from "../fit/fitted-law.ts";
import { coveredRange, inputsAt, type ReadAt, requireFitted } from "../fit/predict.ts";
import { runsTest } from "./runs-test.ts";

export type DoubtKind = "rising" | "runs" | "outlier" | "not identified" | "starts" | "extrapolation";

/** One reason not to trust a fit as it stands. */
export interface Doubt {
  kind: DoubtKind;
  /** what was seen, and what to do */
  message: string;
}

/**
 * Looks a fit over:
 * - rising: of a law that falls with its one input, the outcome rises from one value to a larger one by more than 3 standard
 *   deviations of the difference
 * - runs: of a law with one input, residuals keep their sign for so long that chance does it in less than 1 of 20 fits
 * - outlier: a residual beyond 3.5 standard deviations
 * - not identified: the profile of a parameter stays flat to one side, or the standard error of a parameter without which the
 *   law says nothing is over half of it
 * - starts: fewer than half of the starts reached the solution
 * - extrapolation: an input at which the fit is to be read lies beyond the measured ones, with the factor
 *
 * @param fit a fit that is ok; its profile intervals, where it has them, are looked at
 * @param readAt where the law is going to be read, as `predict` takes it
 * @returns the doubts, in this order; none is no proof
 * @throws TypeError for a failed fit, RangeError or TypeError for an input that is out of range
 * @example fitDoubts(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), [1024]).map(({ kind }) => kind) // => ["extrapolation"]
 */
export function fitDoubts<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  readAt: readonly ReadAt[] = [],
): Doubt[] {
  requireFitted("fitDoubts", "fit", fit);
  const places = readAt.map((at, index) => inputsAt("fitDoubts", fit, at, index));
  const byInput = fit.law.inputs.length === 1 ? alongInput(fit, fit.law.inputs[0] as Input) : [];
  return [
    ...(fit.law.falls === true ? risingDoubts(fit, byInput) : []),
    ...runsDoubts(byInput),
    ...outlierDoubts(fit),
    ...openDoubts(fit),
    ...startDoubts(fit),
    ...places.flatMap((inputs) => fit.law.inputs.flatMap((input) => extrapolationDoubts(fit, input, inputs[input]))),
  ];
}

const FAR = 3; // standard deviations that chance passes in 1 of 370 differences
const OUTLIER = 3.5; // and in 1 of 2,000 residuals
const RARE = 0.05;
const ROUNDING = 1e-12; // of an outcome: residuals of noiseless measurements have signs too, and they mean nothing

/** A fitted measurement of a law with one input. */
interface Placed {
  at: number;
  outcome: number;
  residual: number;
  /** of the outcome: its residual over its standardised one */
  deviation: number;
}

/** By rising input. */
function alongInput<Input extends string>(fit: FittedLaw<string, Input>, input: Input): Placed[] {
  const placed = fittedMeasurements(fit).map(({ inputs, outcome }, index): Placed => {
    const [residual, standardised] = [fit.residuals[index] as number, fit.standardisedResiduals[index] as number];
    return {
      at: inputs[input],
      outcome: fit.space === "log" ? Math.log(outcome) : outcome,
      residual,
      deviation: standardised === 0 ? 0 : Math.abs(residual / standardised),
    };
  });
  return placed.sort((one, other) => one.at - other.at);
}

function risingDoubts({ law, columns, space }: FittedLaw, placed: readonly Placed[]): Doubt[] {
  const column = columns.inputs[law.inputs[0] as string];
  const outcomes = space === "log" ? `the logarithm of ${columns.y}` : `the ${columns.y}`;
  return placed.flatMap((one, index): Doubt[] => {
    const next = placed[index + 1];
    if (next === undefined || next.at === one.at) return [];
    const deviation = Math.hypot(one.deviation, next.deviation);
    const rise = next.outcome - one.outcome;
    if (!(rise > FAR * deviation && deviation > 0)) return [];
    const where = `from ${column} ${one.at} to ${next.at} ${outcomes} rises by ${formatNumber(rise)}`;
    const message = `${where}, ${formatNumber(rise / deviation)} standard deviations; no law of this family rises: look at those runs`;
    return [{ kind: "rising", message }];
  });
}

function runsDoubts(placed: readonly Placed[]): Doubt[] {
  const beyondRounding = placed.map(({ residual, outcome }) => {
    return Math.abs(residual) > ROUNDING * Math.abs(outcome) ? residual : 0;
  });
  const { runs, positive, negative, pValue } = runsTest(beyondRounding);
  if (pValue >= RARE) return [];
  const seen = `${positive} residuals above and ${negative} below the curve stand in ${runs} runs (p = ${formatNumber(pValue, 2)})`;
  return [{ kind: "runs", message: `${seen}: the curve bends where the points do not; try another law` }];
}

function outlierDoubts(fit: FittedLaw): Doubt[] {
  const { law, columns, standardisedResiduals } = fit;
  return fittedMeasurements(fit).flatMap(({ inputs }, index): Doubt[] => {
    const size = standardisedResiduals[index] as number;
    if (Math.abs(size) <= OUTLIER) return [];
    const where = law.inputs.map((input) => `${columns.inputs[input]} ${inputs[input]}`).join(", ");
    const seen = `the ${columns.y} at ${where} lies ${formatNumber(size)} standard deviations off the curve`;
    return [{ kind: "outlier", message: `${seen}; check that run` }];
  });
}

function openDoubts({ law, intervals, parameters }: FittedLaw): Doubt[] {
  return law.parameters.flatMap((parameter): Doubt[] => {
    const profile = intervals[parameter]?.profile;
    if (profile !== undefined && "ok" in profile) return [{ kind: "not identified", message: profile.reason }];
    const { value = 0, standardError = 0 } = parameters[parameter] ?? {};
    if (!law.essential?.includes(parameter) || standardError <= Math.abs(value) / 2) return [];
    const known = `the ${parameter} is ${formatNumber(value)} with a standard error of ${formatNumber(standardError)}`;
    return [{ kind: "not identified", message: `${known}: the points leave it open; give more data sizes` }];
  });
}

function startDoubts({ startsAgreeing: { agree, total } }: FittedLaw): Doubt[] {
  if (agree >= total / 2) return [];
  return [
    { kind: "starts", message: `only ${agree} of ${total} starts reached this solution; plot it over the points` },
  ];
}

function extrapolationDoubts<Input extends string>(fit: FittedLaw<string, Input>, input: Input, at: number): Doubt[] {
  const { smallest, largest } = coveredRange(fit, input);
  if (at >= smallest && at <= largest) return [];
  const column = fit.columns.inputs[input];
  const end = at > largest ? largest : smallest;
  const side = at > largest ? `the largest value fitted, ${largest}` : `the smallest value fitted, ${smallest}`;
  const factor = at > largest ? at / end : end / at;
  const far = at > 0 && end > 0 ? `a factor ${formatNumber(factor)} beyond` : "beyond";
  const where = `${column} ${at} lies ${far} ${side}`;
  return [{ kind: "extrapolation", message: `${where}; back-test the law, and say so beside the number` }];
}
