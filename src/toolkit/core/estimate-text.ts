/** @file Estimates as text: "0.451 [0.397, 0.505]", with as many digits as the interval deserves. */
import { wrong } from "./argument-checks.ts";
import { formatNumber } from "./number-format.ts";

/** The ends of an interval, or why it has none. */
type Range = { low: number; high: number } | { ok: false; reason: string };

/**
 * A number with its range, however it was made. `censored` says which ends the measured data cut off: the true end lies
 * further out.
 */
export type Ranged = { value: number; censored?: "none" | "low" | "high" | "both"; fixed?: boolean } & (
  | { interval: Range }
  | { low: number; high: number }
);

/** What was measured at one place; only a bound, or the reason, where the data give no number. */
export type Measured =
  | Ranged
  | { reason: string; bound?: { kind: "at least" | "at most"; value: number; limit?: number } };

/**
 * What was measured, as text: a number with its interval, or the bound that is known, or why nothing is.
 *
 * @example formatMeasured({ reason: "the baseline's sizes end", bound: { kind: "at least", value: 4.968 } }) // => "at least 4.97"
 * @example formatMeasured({ reason: "the baseline's sizes end", bound: { kind: "at least", value: 4.968, limit: 3.529 } }) // => "at least 4.97 (limit 3.53)"
 * @example formatMeasured({ value: 2.04, low: 1.62, high: 2.46 }) // => "2.04 [1.62, 2.46]"
 */
export function formatMeasured(measured: Measured): string {
  if (typeof measured !== "object" || measured === null) {
    throw wrong("formatMeasured", "an estimate, a bound or a reason", measured);
  }
  if (!("reason" in measured)) return formatEstimate(measured);
  const { reason, bound } = measured;
  if (bound === undefined) return reason;
  const limit = bound.limit === undefined ? "" : ` (limit ${formatNumber(bound.limit)})`;
  return `${bound.kind} ${formatNumber(bound.value)}${limit}`;
}

/**
 * A number with its interval, rounded to two significant digits of the interval's half width.
 *
 * @param estimate value with low and high, or with an interval that has them
 * @returns "value [low, high]"; a shared power of ten is set apart, as in "(5.4 [4.1, 6.8])e9"; an end that the data cut
 *   off is marked, as in "3.1 [2.0, > 4.5]"; "value (fixed)" of a parameter that the law fixes, "value [open]" of one to which
 *   the data set no end
 * @example formatEstimate({ value: 0.45129, low: 0.3972, high: 0.50511 }) // => "0.451 [0.397, 0.505]"
 * @example formatEstimate({ value: 2.04, low: 1.62, high: 2.46 }) // => "2.04 [1.62, 2.46]"
 */
export function formatEstimate(estimate: Ranged): string {
  if (typeof estimate?.value !== "number") {
    throw wrong("formatEstimate", "an estimate, of value, low and high or of value and interval", estimate);
  }
  const { value, censored = "none" } = estimate;
  if (estimate.fixed === true) return `${formatNumber(value)} (fixed)`;
  const range = rangeOf(estimate);
  if ("reason" in range) return `${formatNumber(value)} [open]`;
  const { low, high } = range;
  if (low === high) return `${formatNumber(value)} [${formatNumber(low)}, ${formatNumber(high)}]`;
  const halfWidth = (high - low) / 2;
  const magnitude = Math.max(Math.abs(value), Number.isFinite(halfWidth) ? halfWidth : 0);
  const power = magnitude < 1e5 && magnitude >= 1e-3 ? 0 : Math.floor(Math.log10(magnitude));
  const decimals = decimalsFor(halfWidth / 10 ** power);
  const [point, lower, upper] = [value, low, high].map((each) =>
    withoutMinusZero((each / 10 ** power).toFixed(decimals)),
  );
  const beyondLow = censored === "low" || censored === "both" ? "< " : "";
  const beyondHigh = censored === "high" || censored === "both" ? "> " : "";
  const text = `${point} [${beyondLow}${lower}, ${beyondHigh}${upper}]`;
  return power === 0 ? text : `(${text})e${power}`;
}

/**
 * A share and its interval in percent.
 *
 * @example inPercent({ value: 0.25, low: 0.2, high: 0.375 }) // => { value: 25, low: 20, high: 37.5 }
 */
export function inPercent(share: Ranged): { value: number; low: number; high: number } {
  const range = rangeOf(share);
  const { low, high } = "reason" in range ? { low: Number.NaN, high: Number.NaN } : range;
  return { value: 100 * share.value, low: 100 * low, high: 100 * high };
}

/** Its ends, or why it has none. */
export function rangeOf(measured: Ranged): Range {
  return "interval" in measured ? measured.interval : measured;
}

/**
 * A share as text, in percent.
 *
 * @example formatPercent(0.4237) // => "42.4 %"
 */
export function formatPercent(share: number, decimals = 1): string {
  return `${(100 * share).toFixed(decimals)} %`;
}

/** "[low, high]" alone, rounded like an estimate. */
export function formatInterval({ low, high }: { low: number; high: number }): string {
  const text = formatEstimate({ value: (low + high) / 2, low, high });
  return text.slice(text.indexOf("["));
}

/** Digits after the point that show two significant digits of the half width; a range without end shows three. */
function decimalsFor(halfWidth: number): number {
  if (!(halfWidth > 0 && halfWidth < Infinity)) return 3;
  return Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(halfWidth))));
}

function withoutMinusZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
