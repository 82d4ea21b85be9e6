/** @file The data multiplier over training seeds: each seed's own, read off between the baseline's sizes, and their mean. */
import {
  requireBetween,
  requireCount,
  requireList,
  requireOptions,
  requirePositive,
  wrong,
} from "../../core/argument-checks.ts";
import type { DataMultiplierFailure } from "./data-multiplier.ts";
import { meanOverSeeds } from "./seed-mean.ts";

/** The test error of one training run. */
export interface SeededRun {
  seed: number;
  /** how much training data, > 0 */
  dataSize: number;
  /** > 0; for a run without an error give half a test item */
  error: number;
}

/** baseline's data size over the method's, at equal error. */
export interface SeededMultiplier {
  ok: true;
  /** geometric mean over seeds; above 1 when the method needs less data than the baseline */
  value: number;
  low: number;
  high: number;
  level: number;
  method: "student";
  /** each seed's own multiplier, in the order of the runs */
  bySeed: number[];
  /** the method's mean error, of logarithms */
  atError: number;
  dataSize: number;
}

/**
 * Each seed compares the method with its own baseline, which between two of its sizes is taken as a power law (that reads less
 * into a steep fall than a straight line would). The interval is Student's, of the logarithms: it holds the noise of training
 * and of test items, needs no law of the whole curve, and never leaves the measured sizes.
 *
 * @param runs of the method, one a seed, all of one size
 * @param baseline for each of those seeds a run at two sizes or more
 * @param options level: nominal coverage, in (0, 1), default 0.95
 * @returns the multiplier; or { ok: false, reason, bound } where a seed's baseline is worse than the method at its largest size,
 *   or better at its smallest: the bound is the mean with that size in place, and `limit` the end of its interval that still holds,
 *   the lower one of "at least"; none where every seed is cut off, since then nothing of their spread is seen
 * @throws RangeError or TypeError when a run is out of range, or a seed has no baseline
 * @example seededMultiplier([7, 8].map((seed) => ({ seed, dataSize: 10, error: 0.2 })), [7, 8].flatMap((seed) => [{ seed, dataSize: 10, error: 0.4 }, { seed, dataSize: 40, error: 0.1 }])).value.toFixed(6) // => "2.000000"
 */
export function seededMultiplier(
  runs: readonly SeededRun[],
  baseline: readonly SeededRun[],
  options: { level?: number } = {},
): SeededMultiplier | DataMultiplierFailure {
  requireOptions("seededMultiplier", options, ["level"]);
  const { level = 0.95 } = options;
  checkRuns(runs, baseline);
  requireBetween("seededMultiplier", "level", level, 0, 1);
  const dataSize = (runs[0] as SeededRun).dataSize;
  const readings = runs.map(({ seed, error }) => readingOf(error, curveOf(baseline, seed)));
  const bySeed = readings.map(({ size }) => size / dataSize);
  const { value, low, high } = meanOverSeeds(bySeed, { level, scale: "log" });
  const atError = meanOverSeeds(
    runs.map(({ error }) => error),
    { scale: "log" },
  ).value;
  const above = readings.filter(({ beyond }) => beyond === "above").length;
  const below = readings.filter(({ beyond }) => beyond === "below").length;
  if (above + below === 0) return { ok: true, value, low, high, level, method: "student", bySeed, atError, dataSize };
  const reasons = [
    ...(above > 0 ? [`the baseline is still worse at its largest size in ${above} of ${runs.length} seeds`] : []),
    ...(below > 0 ? [`the baseline is already better at its smallest size in ${below} of ${runs.length} seeds`] : []),
  ];
  const failure: DataMultiplierFailure = { ok: false, reason: reasons.join("; "), atError };
  if (above === 0 || below === 0) {
    failure.bound = { kind: above > 0 ? "at least" : "at most", value };
    if (above + below < runs.length) failure.bound.limit = above > 0 ? low : high;
  }
  return failure;
}

function checkRuns(runs: readonly SeededRun[], baseline: readonly SeededRun[]): void {
  for (const [name, list] of Object.entries({ runs, baseline })) {
    requireList("seededMultiplier", `${name} to be an array of { seed, dataSize, error }`, list);
    for (const [index, run] of list.entries()) {
      requirePositive("seededMultiplier", `${name}[${index}].dataSize`, run?.dataSize);
      requirePositive("seededMultiplier", `${name}[${index}].error`, run.error);
      if (!Number.isFinite(run.seed)) {
        throw wrong("seededMultiplier", `${name}[${index}].seed to be a number`, run.seed);
      }
    }
  }
  requireCount("seededMultiplier", "the number of seeds", runs.length, 2, Number.MAX_SAFE_INTEGER);
  const distinct = (values: number[]) => new Set(values).size;
  if (distinct(runs.map(({ dataSize }) => dataSize)) > 1 || distinct(runs.map(({ seed }) => seed)) < runs.length) {
    throw wrong("seededMultiplier", "runs of one size and of different seeds", runs);
  }
}

/** A seed's baseline by rising size. */
function curveOf(baseline: readonly SeededRun[], seed: number): SeededRun[] {
  const curve = baseline.filter((run) => run.seed === seed).sort((one, other) => one.dataSize - other.dataSize);
  requireCount("seededMultiplier", `the baseline runs of seed ${seed}`, curve.length, 2, Number.MAX_SAFE_INTEGER);
  return curve;
}

/** The first size at which the curve is as good as `error`, cut to the measured sizes. */
function readingOf(error: number, curve: readonly SeededRun[]): { size: number; beyond: "within" | "above" | "below" } {
  const [first, last] = [curve[0] as SeededRun, curve.at(-1) as SeededRun];
  if (first.error < error) return { size: first.dataSize, beyond: "below" };
  const next = curve.findIndex((point, index) => index > 0 && point.error <= error);
  if (next < 0) return { size: last.dataSize, beyond: "above" };
  const [from, to] = [curve[next - 1] as SeededRun, curve[next] as SeededRun];
  const part = from.error === to.error ? 0 : Math.log(from.error / error) / Math.log(from.error / to.error);
  return { size: from.dataSize * (to.dataSize / from.dataSize) ** part, beyond: "within" };
}
