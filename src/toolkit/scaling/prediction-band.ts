/** @file Prediction bands: where the curve may lie, and where the score of a new run may fall. */
import { requireBetween, requireCount, requirePositive, wrong } from "../core/argument-checks.ts";
import { createStream } from "../core/random-stream.ts";
import { percentileRange } from "./bootstrap.ts";
import { drawMeasurement, type Measurement } from "./measurement-noise.ts";
import { lawAt, predict, requireFitted } from "./predict.ts";
import type { FittedScalingLaw, PredictionBandRow, ScalingLawFit } from "./types.ts";

/**
 * The fitted curve with the central `level` of its bootstrap refits at each data size. With `measurement`, each refit also
 * draws the noise of a measurement, by the fit's error model, so that the band holds a new score and not the curve alone.
 *
 * @param fit a fit that is ok, with bootstrap draws
 * @param dataSizes (rows) each > 0, in the unit of the fit's points
 * @param options level in (0, 1), by default the fit's; measurement: { items } for binomial scores, { standardError } for known
 *   errors, {} where the size of the noise was estimated; seed of the measurements, by default the fit's
 * @returns (rows) of { dataSize, value, low, high }
 * @throws TypeError for a failed fit or one without draws, RangeError for a size, level or count out of range
 * @example predictionBand(fitScalingLaw({ points: [0.9, 0.5, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 4 ** k, error })), seed: 7 }), [16, 1024]).map(({ low }) => low.toFixed(6)) // => ["0.300000", "0.125000"]
 */
export function predictionBand(
  fit: ScalingLawFit,
  dataSizes: readonly number[],
  options: { level?: number; measurement?: Measurement; seed?: number } = {},
): PredictionBandRow[] {
  requireFitted("predictionBand", "fit", fit);
  if (fit.bootstrap.exponent.length === 0) {
    throw wrong("predictionBand", "a fit with bootstrap draws", fit, 'put "bootstrap" among its intervalMethods');
  }
  const { level = fit.level, measurement, seed = fit.seed } = options;
  requireBetween("predictionBand", "level", level, 0, 1);
  if (measurement !== undefined) requireMeasurement(fit, measurement);
  const stream = createStream(seed).split("prediction band");
  return Array.from(dataSizes, (dataSize, row) => {
    requirePositive("predictionBand", `dataSizes[${row}]`, dataSize);
    const noise = stream.split(row);
    const score = (error: number) =>
      measurement === undefined ? error : drawMeasurement(fit, measurement, error, noise);
    return bandOfErrors(fit, dataSize, level, score);
  });
}

function requireMeasurement({ errorModel }: FittedScalingLaw, { items, standardError }: Measurement): void {
  if (errorModel.kind === "binomial") {
    requireCount("predictionBand", "measurement.items", items ?? errorModel.items, 1, 2 ** 31 - 1);
  }
  if (errorModel.kind === "standardErrors") {
    requirePositive("predictionBand", "measurement.standardError", standardError);
  }
}

/** The band at one size, of the refits' errors after `observe` has turned each into what would be observed. */
export function bandOfErrors(
  fit: FittedScalingLaw,
  dataSize: number,
  level: number,
  observe: (error: number) => number,
): PredictionBandRow {
  const { amplitude, exponent, irreducibleError } = fit.bootstrap;
  const errors = Float64Array.from(exponent, (drawnExponent, draw) =>
    observe(lawAt(amplitude[draw] as number, drawnExponent, irreducibleError[draw] as number, dataSize)),
  );
  return { dataSize, value: predict(fit, dataSize), ...percentileRange(errors.sort(), level) };
}
