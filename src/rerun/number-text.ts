/** @file Numbers for people: as few digits as tell the values apart. */
import type { Tolerance, Value } from "./claims/claims.ts";

/** Longer lists are not told in full in a line. */
const FEW = 6;

/**
 * Two values with the least digits, four or more, that keep them apart; of long lists the two numbers that lie furthest apart, and
 * their place.
 *
 * @param measured a number, or as many as are claimed
 * @returns both texts
 * @example apart(0.41, 0.38) // => ["0.41", "0.38"]
 * @example apart(0.45131234, 0.45131299) // => ["0.451312", "0.451313"]
 * @example apart([0.38, 0.5267], [0.38, 0.52671]) // => ["[0.38, 0.5267]", "[0.38, 0.52671]"]
 * @example apart([0, 1, 2, 3, 4, 5, 6, 9], [0, 1, 2, 3, 4, 5, 6, 7]) // => ["9 (number 8 of 8)", "7"]
 */
export function apart(measured: Value, expected: Value): [now: string, then: string] {
  if (typeof measured === "number" || typeof expected === "number" || expected.length <= FEW)
    return leastDigits(measured, expected);
  const distances = expected.map((number, index) => Math.abs((measured[index] ?? Number.NaN) - number));
  const furthest = distances.indexOf(Math.max(...distances));
  const [now, then] = leastDigits(measured[furthest] ?? Number.NaN, expected[furthest] ?? Number.NaN);
  return [`${now} (number ${furthest + 1} of ${expected.length})`, then];
}

function leastDigits(one: Value, other: Value): [string, string] {
  for (let digits = 4; digits < 17; digits++) {
    const texts: [string, string] = [valueText(one, digits), valueText(other, digits)];
    if (texts[0] !== texts[1]) return texts;
  }
  return [valueText(one, 17), valueText(other, 17)];
}

/** The first of a list's numbers, and how many there are. */
export function fewText(value: Value, digits: number): string {
  if (typeof value === "number" || value.length <= FEW) return valueText(value, digits);
  return `${valueText(value.slice(0, FEW), digits).slice(0, -1)}, … (${value.length} numbers)]`;
}

/** A number, or a list in brackets, rounded to some significant digits. */
export function valueText(value: Value, digits: number): string {
  if (typeof value === "number") return shortNumber(value, digits);
  return `[${value.map((number) => shortNumber(number, digits)).join(", ")}]`;
}

/**
 * A number rounded to some significant digits, without zeros at its end.
 *
 * @param digits a count in [1, 100]
 * @example shortNumber(0.0300000000001) // => "0.03"
 */
export function shortNumber(value: number, digits = 4): string {
  return String(Number(value.toPrecision(digits)));
}

/** A tolerance as claims state it: "0.005", "1 %", or "overlap of 50 %". */
export function toleranceText(tolerance: Tolerance): string {
  if ("overlap" in tolerance) return `overlap of ${shortNumber(100 * tolerance.overlap)} %`;
  return "absolute" in tolerance ? shortNumber(tolerance.absolute) : `${shortNumber(100 * tolerance.relative)} %`;
}
