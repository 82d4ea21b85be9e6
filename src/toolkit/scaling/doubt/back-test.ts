/** @file The back-test of a law: fit without the largest inputs, predict them, and warn when they came out otherwise. */
import { requireBetween, requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { createStream } from "../../core/random-stream.ts";
import { fitRequest } from "../fit/fit-law.ts";
import type { Failure, FittedLaw, LawFit, Measurement } from "../fit/fitted-law.ts";
import { inputAlong } from "../fit/law-line.ts";
import { requestOf } from "../fit/law-request.ts";
import { drawMeasurement } from "../fit/measurement-noise.ts";
import { takenInputs } from "../fit/measurements.ts";
import { type BandRow, bandOfDraws, drawsOf } from "../fit/prediction-band.ts";
import { coveredRange, requireFit } from "../fit/read-law.ts";

/** A held-out measurement beside its prediction. */
export interface BackTestRow extends BandRow {
  /** by the fit's columns */
  inputs: Record<string, number>;
  observed: number;
  /** (observed - value) / value */
  relativeMiss: number;
  /** is `observed` in [low, high] */
  inside: boolean;
}

export interface BackTest<Parameter extends string = string, Input extends string = string> {
  ok: true;
  /** the fit without the held-out measurements */
  fit: FittedLaw<Parameter, Input>;
  /** one for each held-out measurement, in the order of the fit's */
  rows: BackTestRow[];
  /** why the law should not be trusted beyond its data, or null when the held-out measurements came out as predicted */
  warning: string | null;
}

/**
 * Fits the measurements that are not held out and compares the prediction with those that are: the ones marked holdOut, or
 * else all at the largest value of the law's one input, or of the one named by `along`. The band is that of a new measurement: the bootstrap's refits, plus
 * noise. It warns when a measurement falls outside its band, and also when it misses the law by more than `tolerance`, since
 * noise estimated from the misfit of a wrong law widens the band until it excuses the law.
 *
 * @param fit any fit, also a failed one: its law, measurements and options are what is tested
 * @param options tolerance: share of the predicted outcome that the law may miss by, in (0, 1), default 0.05; seed of the
 *   bootstrap, by default the fit's; along: of a law with several inputs, the column whose largest value is held out
 * @returns the comparison, or { ok: false, reason } when the remaining measurements cannot be fitted
 * @throws RangeError or TypeError when an option is out of range, or nothing says what to hold out
 * @example backTest(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15, 0.125].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 })).warning // => null
 */
export function backTest<Parameter extends string, Input extends string>(
  fit: LawFit<Parameter, Input>,
  options: { tolerance?: number; seed?: number; along?: string } = {},
): BackTest<Parameter, Input> | Failure {
  requireFit("backTest", "fit", fit);
  requireOptions("backTest", options, ["tolerance", "seed", "along"]);
  const { tolerance = 0.05, seed = fit.seed ?? undefined } = options;
  requireBetween("backTest", "tolerance", tolerance, 0, 1);
  requireCount("backTest", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const { law, level, columns } = fit;
  const measurements = withHoldOut(fit, options.along);
  const tested = fitRequest({
    ...requestOf(fit),
    measurements,
    seed,
    name: "back-test",
    intervalMethods: ["bootstrap", "wald"],
  });
  if (!tested.ok) return { ok: false, reason: `without the held-out points: ${tested.reason}` };
  const draws = drawsOf(tested);
  const stream = createStream(seed).split("back-test");
  const heldOut = measurements.filter(({ holdOut }) => holdOut === true);
  const rows = heldOut.map((measurement, index): BackTestRow => {
    const noise = stream.split(index);
    const observe = (value: number) => drawMeasurement(tested, measurement, value, noise);
    const band = bandOfDraws(tested, draws, takenInputs(law, measurement.inputs), level, observe);
    const inputs = Object.fromEntries(law.inputs.map((input) => [columns.inputs[input], measurement.inputs[input]]));
    const observed = measurement.outcome;
    const inside = observed >= band.low && observed <= band.high;
    return { inputs, ...band, observed, relativeMiss: (observed - band.value) / band.value, inside };
  });
  const warnings = rows.flatMap((row) => warningOf(row, columns.y, level, tolerance));
  return { ok: true, fit: tested, rows, warning: warnings.length === 0 ? null : warnings.join("; ") };
}

function withHoldOut<Input extends string>(
  fit: LawFit<string, Input>,
  along: string | undefined,
): Measurement<Input>[] {
  const { measurements } = fit;
  if (measurements.some(({ holdOut }) => holdOut === true)) {
    if (along === undefined) return measurements;
    throw wrong("backTest", "no along where measurements are marked as held out", along);
  }
  const input = inputAlong("backTest", fit, along) as Input;
  const { largest } = coveredRange(fit, input);
  return measurements.map((measurement) => ({ ...measurement, holdOut: measurement.inputs[input] === largest }));
}

function warningOf(row: BackTestRow, outcome: string, level: number, tolerance: number): string[] {
  const { inputs, observed, value, low, high, relativeMiss, inside } = row;
  if (inside && Math.abs(relativeMiss) <= tolerance) return [];
  const where = Object.entries(inputs)
    .map(([name, input]) => `${name} ${input}`)
    .join(", ");
  const figures = [observed, value, low, high].map((figure) => formatNumber(figure, 4));
  const seen = `at ${where} the ${outcome} was ${figures[0]}, predicted ${figures[1]} [${figures[2]}, ${figures[3]}]`;
  const why = inside
    ? `a miss of ${formatNumber(100 * Math.abs(relativeMiss), 2)} %, more than the tolerance of ${formatNumber(100 * tolerance, 2)} %`
    : `outside the ${formatNumber(100 * level, 3)} % band`;
  return [`${seen}: ${why}; do not extrapolate this law`];
}
