/** @file The data multiplier over training seeds: where the baseline's own runs are as good, by paired differences and no law. */
import { requireBetween, requireCount, requirePositive, requireWithin, wrong } from "../core/argument-checks.ts";
import { criticalStudent } from "../core/critical-values.ts";
import { formatNumber } from "../core/number-format.ts";
import type { DataMultiplierFailure } from "./data-multiplier.ts";

/** The test error of one training run. */
export interface SeededRun {
  seed: number;
  /** how much training data, > 0 */
  dataSize: number;
  /** share of test items answered wrongly, in [0, 1] */
  error: number;
}

/** baseline's data size over the method's, at the method's mean error. */
export interface SeededMultiplier {
  ok: true;
  /** above 1 when the method needs less data than the baseline */
  value: number;
  low: number;
  high: number;
  level: number;
  method: "student";
  seeds: number;
  atError: number;
  dataSize: number;
  baselineDataSize: number;
  /** ends that the measured sizes cut off: the true end lies further out */
  censored: "none" | "low" | "high" | "both";
}

/**
 * At each baseline size the errors of both are compared seed by seed; between two sizes a seed's baseline error is taken as
 * linear in the logarithm of the size. The value is where the mean difference is first nought, and the interval holds the
 * sizes at which Student's t does not tell it from nought (Fieller's way), so that it carries the noise of training and of
 * test items, needs no law, and never leaves the measured sizes.
 *
 * @param runs of the method, one a seed, all of one size
 * @param baseline for each of those seeds a run at each of the same two sizes or more
 * @param options level: nominal coverage, in (0, 1), default 0.95
 * @returns the multiplier; or, where the baseline is worse or better at every size, { ok: false, reason, bound }, the bound
 *   being the interval's inner end
 * @throws RangeError or TypeError when a run is out of range, or a seed's baseline lacks a size
 * @source Fieller 1954, "Some problems in interval estimation", J. R. Stat. Soc. B 16, 175-185 (intervals by inverting a test)
 */
export function seededMultiplier(
  runs: readonly SeededRun[],
  baseline: readonly SeededRun[],
  { level = 0.95 }: { level?: number } = {},
): SeededMultiplier | DataMultiplierFailure {
  requireBetween("seededMultiplier", "level", level, 0, 1);
  const { dataSize, sizes, differences } = pairedDifferences(runs, baseline);
  const atError = meanOf(runs.map(({ error }) => error));
  const critical = criticalStudent(level, runs.length - 1) ** 2 / runs.length;
  const segments = sizes.slice(1).map((_, k) => segmentOf(differences, k));
  const sizeAt = (k: number, part: number) =>
    (sizes[k] as number) * ((sizes[k + 1] as number) / (sizes[k] as number)) ** part;
  const accepted = segments.flatMap((segment, k) => undecided(segment, critical).map((part) => sizeAt(k, part)));
  const crossing = segments.findIndex(({ mean }) => mean.start <= 0 && mean.start + mean.slope >= 0);
  const [smallest, largest] = [sizes[0] as number, sizes.at(-1) as number];
  const start = segments[0]?.mean.start ?? 0;
  if (crossing < 0 || start > 0) {
    const kind = start > 0 ? "at most" : "at least";
    const edge = start > 0 ? smallest : largest;
    const inner = start > 0 ? Math.max(edge, ...accepted) : Math.min(edge, ...accepted);
    const told = start > 0 ? "already lower at its smallest" : "still higher at its largest";
    const reason = `the baseline's mean error is ${told} dataSize ${edge} than ${formatNumber(atError)}`;
    return { ok: false, reason, atError, bound: { kind, value: inner / dataSize } };
  }
  const { mean } = segments[crossing] as Segment;
  const baselineDataSize = sizeAt(crossing, mean.slope === 0 ? 0 : -mean.start / mean.slope);
  const low = Math.min(baselineDataSize, ...accepted);
  const high = Math.max(baselineDataSize, ...accepted);
  return {
    ok: true,
    value: baselineDataSize / dataSize,
    low: low / dataSize,
    high: high / dataSize,
    level,
    method: "student",
    seeds: runs.length,
    atError,
    dataSize,
    baselineDataSize,
    censored: low === smallest ? (high === largest ? "both" : "low") : high === largest ? "high" : "none",
  };
}

/** The method's error less the baseline's: (sizes, seeds), sizes rising. */
function pairedDifferences(runs: readonly SeededRun[], baseline: readonly SeededRun[]) {
  for (const [name, list] of Object.entries({ runs, baseline })) {
    for (const [index, run] of list.entries()) {
      requirePositive("seededMultiplier", `${name}[${index}].dataSize`, run?.dataSize);
      requireWithin("seededMultiplier", `${name}[${index}].error`, run.error, 0, 1);
    }
  }
  requireCount("seededMultiplier", "the number of seeds", runs.length, 2, Number.MAX_SAFE_INTEGER);
  const [{ dataSize }] = runs as readonly [SeededRun];
  if (runs.some((run) => run.dataSize !== dataSize) || new Set(runs.map(({ seed }) => seed)).size < runs.length) {
    throw wrong("seededMultiplier", "runs of one size and of different seeds", runs);
  }
  const sizes = [...new Set(baseline.map((run) => run.dataSize))].sort((one, other) => one - other);
  requireCount("seededMultiplier", "the number of baseline sizes", sizes.length, 2, Number.MAX_SAFE_INTEGER);
  const differences = sizes.map((size) =>
    runs.map(({ seed, error }) => {
      const other = baseline.filter((run) => run.seed === seed && run.dataSize === size);
      if (other.length === 1) return error - (other[0] as SeededRun).error;
      throw wrong("seededMultiplier", `one baseline run of seed ${seed} at dataSize ${size}`, other.length);
    }),
  );
  return { dataSize, sizes, differences };
}

/** Between two baseline sizes, as functions of the part of the way: the mean difference, and its variance over seeds. */
interface Segment {
  mean: { start: number; slope: number };
  variance: { start: number; slope: number; bend: number };
}

function segmentOf(differences: readonly (readonly number[])[], k: number): Segment {
  const from = differences[k] as readonly number[];
  const change = (differences[k + 1] as readonly number[]).map(
    (difference, seed) => difference - (from[seed] as number),
  );
  return {
    mean: { start: meanOf(from), slope: meanOf(change) },
    variance: { start: covariance(from, from), slope: 2 * covariance(from, change), bend: covariance(change, change) },
  };
}

/** The ends, in [0, 1], of where mean^2 <= critical * variance on a segment. */
function undecided({ mean, variance }: Segment, critical: number): number[] {
  const c = mean.start ** 2 - critical * variance.start;
  const b = 2 * mean.start * mean.slope - critical * variance.slope;
  const a = mean.slope ** 2 - critical * variance.bend;
  const root = Math.sqrt(b * b - 4 * a * c); // NaN, and no end, where the sign never changes
  const roots = a === 0 ? [-c / b] : [(-b - root) / (2 * a), (-b + root) / (2 * a)];
  return [...(c <= 0 ? [0] : []), ...roots.filter((part) => part > 0 && part < 1), ...(a + b + c <= 0 ? [1] : [])];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covariance(one: readonly number[], other: readonly number[]): number {
  const [oneMean, otherMean] = [meanOf(one), meanOf(other)];
  const products = one.map((value, k) => (value - oneMean) * ((other[k] as number) - otherMean));
  return products.reduce((sum, product) => sum + product, 0) / (one.length - 1);
}
