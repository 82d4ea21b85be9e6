/** @file What a reviewer would ask about a fitted curve: rises, runs, outliers, lack of fit, open parameters, starts, extrapolation. */
import { requireList } from "../../../core/argument-checks.ts";
import { formatNumber } from "../../../core/number-format.ts";
import { chiSquaredTail, fTail } from "../../../core/tail-probabilities.ts";
import { freeParameters } from "../../laws/coordinates.ts";
import {
  type FittedLaw,
  fittedMeasurements,
  isShare,
  type LawFit,
  type Measurement,
  noiseIsKnown,
} from "../fitted-law.ts";
import { coveredRange, inputsAt, type ReadAt, requireFitted } from "../read-law.ts";
import { deletedResiduals } from "./deleted-residuals.ts";
import { bootstrapDoubts, type Doubt, dataDoubts } from "./request-doubts.ts";
import { rareRuns } from "./residual-runs.ts";
import { seedDoubts } from "./seed-doubts.ts";

/**
 * Looks a fit over. What is tested is tested at 2 %.
 * - rising: of a law that falls with its one input, the outcome rises from one value to a larger one by more than 3 standard
 *   deviations of the difference
 * - runs: of a law with one input, neighbouring residuals are more alike than chance makes those of such a fit
 * - outlier: a measurement stands off the law that was fitted without it (externally studentised, Bonferroni); under Huber's
 *   loss, by more than 5 robust standard deviations
 * - lack of fit: chi squared contradicts the noise that was given as known, with the factor that intervals lack; F, where runs told it
 * - noise, duplicates: items or standard errors on some rows alone, or such as few runs give; rows that stand twice
 * - not identified: an interval or a profile is open, or the standard error of a parameter without which the law says nothing is
 *   over half of it
 * - at bound: a parameter stands at its bound
 * - starts: fewer than half of the starts reached the solution, the given start led astray, or a parameter never left it
 * - refits, resamples: more than 1 of 100 refits failed; under 200 refits, or too few for the level
 * - seeds: runs at one place differ by more than their test items
 * - no replication: the noise is that of test items, and the runs are too few to show whether training seeds add to it
 * - seeds untold: as many runs at every place, as of the same seeds, and no trainingSeed is named
 * - extrapolation: an input at which the fit is to be read lies beyond the measured ones, with the factor
 *
 * @param fit a fit that is ok; its intervals and its bootstrap, where it has them, are looked at
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
  requireList("fitDoubts", "readAt to be an array of inputs", readAt);
  const places = readAt.map((at, index) => inputsAt("fitDoubts", fit, at, index));
  const oneInput = fit.law.inputs.length === 1;
  return [
    ...(oneInput && fit.law.falls === true ? risingDoubts(fit, alongInput(fit, fit.law.inputs[0] as Input)) : []),
    ...(oneInput ? runsDoubts(fit) : []),
    ...outlierDoubts(fit),
    ...misfitDoubts(fit),
    ...dataDoubts(fit),
    ...openDoubts(fit),
    ...boundDoubts(fit),
    ...startDoubts(fit),
    ...bootstrapDoubts(fit),
    ...seedDoubts(fit, RARE),
    ...places.flatMap((inputs) => fit.law.inputs.flatMap((input) => extrapolationDoubts(fit, input, inputs[input]))),
  ];
}

const FAR = 3; // standard deviations that chance passes in 1 of 370 differences
const ROBUST = 5; // robust standard deviations; few residuals tell them badly
const RARE = 0.02; // of every test; half a dozen of them raise a doubt in fewer than 1 of 10 right fits

/** A fitted measurement of a law with one input. */
interface Placed {
  at: number;
  outcome: number;
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

function runsDoubts(fit: FittedLaw): Doubt[] {
  const found = rareRuns(fit, RARE);
  if (found === undefined) return [];
  const { runs, positive, negative, pValue } = found;
  const seen = `${positive} residuals above and ${negative} below the curve stand in ${runs} runs (p = ${formatNumber(pValue, 2)})`;
  return [{ kind: "runs", message: `${seen}: the curve bends where the points do not; try another law` }];
}

function outlierDoubts(fit: FittedLaw): Doubt[] {
  const { law, columns } = fit;
  const far =
    fit.loss.kind === "squared"
      ? deletedResiduals(fit).filter(({ pValue }) => pValue < RARE)
      : robustResiduals(fit).filter(({ size }) => Math.abs(size) > ROBUST);
  return far.map(({ measurement: { inputs }, size, pValue }): Doubt => {
    const where = law.inputs.map((input) => `${columns.inputs[input]} ${inputs[input]}`).join(", ");
    const seen = `the ${columns.y} at ${where} lies ${formatNumber(Math.abs(size))} standard deviations off the curve`;
    const chance = pValue === undefined ? "" : ` of the other points (p = ${formatNumber(pValue, 2)})`;
    return { kind: "outlier", message: `${seen}${chance}; check that run` };
  });
}

/** Over the median size of the residuals, which outliers do not widen. */
function robustResiduals(fit: FittedLaw): { measurement: Measurement; size: number; pValue?: number }[] {
  const sizes = fit.standardisedResiduals.map(Math.abs).sort((one, other) => one - other);
  const scale = (sizes[Math.floor(sizes.length / 2)] as number) / NORMAL_MEDIAN;
  return fittedMeasurements(fit).map((measurement, row) => {
    return { measurement, size: scale > 0 ? (fit.standardisedResiduals[row] as number) / scale : 0 };
  });
}

const NORMAL_MEDIAN = 0.6745; // R 4: qnorm(0.75)

function misfitDoubts(fit: FittedLaw): Doubt[] {
  const { noise, noiseFreedom, loss, dispersion, standardisedResiduals, columns } = fit;
  const degreesOfFreedom = fit.degreesOfFreedom - noiseFreedom;
  if (loss.kind !== "squared" || degreesOfFreedom < 1) return [];
  if (!noiseIsKnown(noise) && noiseFreedom === 0) return [];
  const chiSquared = dispersion * standardisedResiduals.reduce((sum, residual) => sum + residual ** 2, 0);
  const factor = chiSquared / degreesOfFreedom;
  const chance =
    noiseFreedom === 0 ? chiSquaredTail(chiSquared, degreesOfFreedom) : fTail(factor, degreesOfFreedom, noiseFreedom);
  if (chance >= RARE) return [];
  const narrow = formatNumber(Math.sqrt(factor));
  const told = isShare(noise) ? `the ${columns.items ?? "items"}` : `the ${columns.standardError ?? "standard errors"}`;
  const seen = `the residuals' variance is ${formatNumber(factor)} times what ${told} say (chi squared ${formatNumber(chiSquared)} on ${degreesOfFreedom}, p = ${formatNumber(chance, 2)})`;
  const then = `every interval is too narrow, by a factor ${narrow} if the law is right and runs differ by more than that`;
  const advice = isShare(noise) ? 'say that the noise is "overdispersed"' : "give the single runs as rows";
  return [{ kind: "lack of fit", message: `${seen}: ${then}; plot the residuals, then try another law, or ${advice}` }];
}

function openDoubts({ law, intervals, parameters }: FittedLaw): Doubt[] {
  return law.parameters.flatMap((parameter): Doubt[] => {
    const { value = 0, standardError = 0, interval } = parameters[parameter] ?? {};
    const open = [intervals[parameter]?.profile, interval].find((each) => each !== undefined && "reason" in each);
    if (open !== undefined && "reason" in open) return [{ kind: "not identified", message: open.reason }];
    if (!law.essential?.includes(parameter) || standardError <= Math.abs(value) / 2) return [];
    const known = `the ${parameter} is ${formatNumber(value)} with a standard error of ${formatNumber(standardError)}`;
    return [{ kind: "not identified", message: `${known}: the points leave it open; give more data sizes` }];
  });
}

function boundDoubts({ atBound, parameters, law }: FittedLaw): Doubt[] {
  return atBound.map((parameter) => {
    const value = parameters[parameter]?.value ?? 0;
    const bare = law.shape === "power over a floor" && parameter === "irreducibleError";
    const instead = bare ? 'compare it with the law "power"' : "see whether a law without it fits as well";
    return {
      kind: "at bound",
      message: `the ${parameter} stands at its bound ${formatNumber(value)}: the points do not tell it from there; ${instead}`,
    };
  });
}

function startDoubts(fit: FittedLaw): Doubt[] {
  const { agree, total } = fit.startsAgreeing;
  const doubts: string[] = [];
  if (agree < total / 2) doubts.push(`only ${agree} of ${total} starts reached this solution; plot it over the points`);
  if (fit.start !== null && fit.startedFrom === "own") {
    doubts.push("the law's own starts led lower than the start given; leave the start out, or give a grid");
  }
  if (fit.startedFrom === "given") {
    const stayed = freeParameters(fit.law).filter((parameter) => fit.moved[parameter] === false);
    if (stayed.length > 0) doubts.push(`${stayed.join(", ")} never left the start given; start elsewhere too`);
  }
  return doubts.map((message) => ({ kind: "starts", message }));
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
