/** @file Estimates as text: "0.451 [0.397, 0.505]", with as many digits as the interval deserves. */
import { formatNumber } from "../core/number-format.ts";
import type { Estimate, Interval } from "../scaling/types.ts";

/** A number with its range, however it was made. */
export type Ranged =
  | { value: number; interval: Pick<Interval, "low" | "high"> }
  | { value: number; low: number; high: number };

/**
 * A number with its interval, rounded to two significant digits of the interval's half width.
 *
 * @param estimate value with low and high, or with an interval that has them
 * @returns "value [low, high]"; a shared power of ten is set apart, as in "(5.4 [4.1, 6.8])e9"
 * @example formatEstimate({ value: 0.45129, low: 0.3972, high: 0.50511 }) // => "0.451 [0.397, 0.505]"
 * @example formatEstimate({ value: 2.04, low: 1.62, high: 2.46 }) // => "2.04 [1.62, 2.46]"
 */
export function formatEstimate(estimate: Ranged | Estimate): string {
  const { value } = estimate;
  const { low, high } = "interval" in estimate ? estimate.interval : estimate;
  if (low === high) return `${formatNumber(value)} (fixed)`;
  const halfWidth = (high - low) / 2;
  const magnitude = Math.max(Math.abs(value), Number.isFinite(halfWidth) ? halfWidth : 0);
  if (magnitude < 1e5 && magnitude >= 1e-3) return bracketed([value, low, high], decimalsFor(high - low));
  const power = Math.floor(Math.log10(magnitude));
  const scaled = [value, low, high].map((each) => each / 10 ** power);
  return `(${bracketed(scaled, decimalsFor((high - low) / 10 ** power))})e${power}`;
}

/** "[low, high]" alone, rounded like an estimate. */
export function formatInterval({ low, high }: { low: number; high: number }): string {
  const text = formatEstimate({ value: (low + high) / 2, low, high });
  return text.slice(text.indexOf("["));
}

function bracketed(numbers: number[], decimals: number): string {
  const [value, low, high] = numbers.map((each) => withoutMinusZero(each.toFixed(decimals)));
  return `${value} [${low}, ${high}]`;
}

/** Digits after the point that show two significant digits of half the width; a range without end shows three. */
function decimalsFor(width: number): number {
  if (!(width > 0 && width < Infinity)) return 3;
  return Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(width / 2))));
}

function withoutMinusZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
