/** @file Numbers as text for people: a stated count of significant digits, exponents only where zeros would hide the value. */
import { requireCount } from "./argument-checks.ts";

/**
 * A number with `digits` significant digits; trailing zeros after the point are kept, since they say how much is known.
 * Plain notation from 0.0001 up to 1e6 (whole digits are never rounded away there), exponent notation outside.
 *
 * @param value any number
 * @param digits significant digits, an integer in [1, 15]
 * @returns text that Number() reads back
 * @throws RangeError when digits is out of range
 * @example formatNumber(0.4) // => "0.400"
 * @example formatNumber(512_000_000) // => "5.12e+8"
 */
export function formatNumber(value: number, digits = 3): string {
  requireCount("formatNumber", "digits", digits, 1, 15);
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.abs(rounded);
  if (magnitude < 1e-4 || magnitude >= 1e6) return rounded.toExponential(digits - 1);
  const wholeDigits = Math.floor(Math.log10(magnitude)) + 1; // 0 for 0.1 to 0.99, -1 for 0.01 to 0.099
  return wholeDigits >= digits ? value.toFixed(0) : rounded.toFixed(digits - wholeDigits);
}
