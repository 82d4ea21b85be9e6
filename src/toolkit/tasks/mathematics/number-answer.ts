/** @file Numbers as people write them in answers: with commas, units, currency, signs, decimals, fractions. */

/**
 * The first number of a text.
 *
 * @returns its value; undefined when there is none or its commas do not part thousands. A percent sign is a unit
 * @example readNumber("$1,080.50 a week") // => 1080.5
 * @example readNumber("-3/4 cup") // => -0.75
 * @example readNumber("12,34") // => undefined
 */
export function readNumber(text: string): number | undefined {
  const start = text.search(/\.?\d/);
  if (start < 0) return undefined;
  const found = NUMBER.exec(text.slice(start));
  if (found === null) return undefined;
  const [, digits = "", numerator, denominator, mixedNumerator, mixedDenominator] = found;
  let value = Number(digits.replaceAll(",", ""));
  if (numerator !== undefined) value = Number(numerator.replaceAll(",", "")) / Number(denominator);
  else if (mixedNumerator !== undefined) value += Number(mixedNumerator) / Number(mixedDenominator);
  return SIGN.test(text.slice(0, start)) ? -value : value;
}

const DIGITS = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)`;

/** a fraction, or a decimal number that a fraction may follow as in 1 1/2; no digit and no comma with a digit goes on */
const NUMBER = new RegExp(
  String.raw`^(?=(${DIGITS}(?:\.\d+)?|\.\d+))(?:(${DIGITS})\s*\/\s*(\d+)|\1(?:\s+(\d+)\/(\d+))?)(?!\d|,\d)`,
);

/** a minus before the number, perhaps with a currency between or before: -$5, $-5, − 5 */
const SIGN = /(?:^|[^\p{L}\p{N}])[-\u2212]\s*[$€£]?\s*$/u;

/**
 * Whether two numbers are one answer: equal up to the rounding of float64.
 *
 * @example sameNumber(0.1 + 0.2, 0.3) // => true
 */
export function sameNumber(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));
}
