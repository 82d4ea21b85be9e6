/** @file Learning curves that several tests share. */
import type { Failure, Interval, LearningCurvePoint } from "../../../src/toolkit/scaling/index.ts";

/**
 * Translation, 6 encoder and 6 decoder layers: log-perplexity against millions of examples, the last size held out.
 * Alabdulmohsin, Neyshabur & Zhai 2022, arXiv:2209.06640, benchmark data, rounded to 4 decimals.
 */
export const TRANSLATION: LearningCurvePoint[] = [
  [0.5, 0.9312],
  [1, 0.7439],
  [2, 0.6362],
  [4, 0.5568],
  [8, 0.482],
  [16, 0.4096],
  [32, 0.3737],
  [64, 0.3532],
  [128, 0.3491],
  [256, 0.3403],
  [512, 0.3402],
].map(([dataSize, error]) => ({ dataSize, error, holdOut: dataSize === 512 }) as LearningCurvePoint);

/** Wrong answers of 1,319 at 250 * 4^k, drawn once from 2.4 * dataSize^-0.35 + 0.12. */
export const ANSWERS: LearningCurvePoint[] = [613, 430, 349, 253, 226, 200, 179, 163].map((wrong, k) => ({
  dataSize: 250 * 4 ** k,
  error: wrong / 1319,
  items: 1319,
}));

/** A power law with floor, without noise. */
export function exactCurve(
  amplitude: number,
  exponent: number,
  floor: number,
  sizes: readonly number[],
): LearningCurvePoint[] {
  return sizes.map((dataSize) => ({ dataSize, error: amplitude * dataSize ** -exponent + floor }));
}

export const DOUBLINGS = [500, 1000, 2000, 4000, 8000, 16000, 32000, 64000];

/** An interval that has both ends. */
export function closed(interval: Interval | Failure | undefined): Interval {
  if (interval === undefined || "reason" in interval) throw new Error(interval?.reason ?? "no such interval");
  return interval;
}
