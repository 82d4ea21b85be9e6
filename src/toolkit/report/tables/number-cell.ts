/** @file A number written in a cell, and for every other way in which people write numbers, what to write instead. */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
const THREE_DIGITS = /^[+-]?[1-9]\d{0,2},\d{3}$/; // 1,000: a thousand, or one

/**
 * Do these cells have commas as their decimal signs? One of them shows it that can be nothing else, as 0,5; a cell with a point
 * says the opposite.
 */
export function hasDecimalCommas(cells: readonly string[]): boolean {
  const plain = cells.filter((cell) => cell !== "");
  return (
    plain.some((cell) => DECIMAL_COMMA.test(cell) && !THREE_DIGITS.test(cell)) &&
    !plain.some((cell) => NUMBER.test(cell) && cell.includes("."))
  );
}

/**
 * @param expected beginning of the error: where, and what was expected
 * @param decimalComma is a comma the decimal sign
 * @throws Error in one line that says what to write
 */
export function parseNumber(expected: string, text: string, decimalComma: boolean): number {
  const written = decimalComma && DECIMAL_COMMA.test(text) ? text.replace(",", ".") : text;
  if (NUMBER.test(written) && Number.isFinite(Number(written))) return Number(written);
  const hint = hintFor(text);
  throw new Error(
    `${expected}, got ${JSON.stringify(text.slice(0, 200))}${hint === undefined ? "" : ` (hint: ${hint})`}`,
  );
}

const SUFFIXES: Record<string, string> = { k: "e3", m: "e6", b: "e9", g: "e9", t: "e12" };

function hintFor(text: string): string | undefined {
  if (THREE_DIGITS.test(text)) {
    return `write ${text.replace(",", "")} if the comma parts thousands, ${Number(text.replace(",", "."))} if it is a decimal sign`;
  }
  if (DECIMAL_COMMA.test(text)) return `the decimal sign is a point: write ${text.replace(",", ".")}`;
  if (/^[+-]?\d{1,3}(?:[,_'’\s\u00A0\u202F]\d{3})+(?:\.\d+)?$/.test(text)) {
    return `write ${text.replaceAll(/[,_'’\s\u00A0\u202F]/g, "")}, without separators of thousands`;
  }
  if (/^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/.test(text) || /^[+-]?\d{1,3}(?:\.\d{3}){2,}$/.test(text)) {
    return `write ${text.replaceAll(".", "").replace(",", ".")}, with a point as the decimal sign alone`;
  }
  const percent = /^([+-]?[\d.,]+)\s*%$/.exec(text)?.[1];
  if (percent !== undefined) {
    const share = Number(percent.replace(",", ".")) / 100;
    return Number.isFinite(share) ? `write ${Number(share.toPrecision(12))}, a share, for ${text}` : undefined;
  }
  const [, number, suffix] = /^([+-]?\d+(?:\.\d+)?)\s*([kmbgt])$/i.exec(text) ?? [];
  if (number !== undefined && suffix !== undefined) return `write ${number}${SUFFIXES[suffix.toLowerCase()]}`;
  if (/^[+-]?0[xbo][\da-f]+$/i.test(text)) return `write ${Number(text)}, in decimal digits`;
  if (/^(?:nan|na|n\/a|null|none|-|–)$/i.test(text)) return "leave the cell empty, and declare the column optional";
  return undefined;
}
