/** @file MATH's answers: what stands in the last \boxed{}, and whether two such answers say the same. */
import { readNumber, sameNumber } from "./number-answer.ts";

/**
 * The contents of the last \boxed{...} or \fbox{...} of a text.
 *
 * @returns undefined when there is none, or its braces do not close
 * @example boxedAnswer("so $x = \\boxed{\\frac{1}{2}}$") // => "\\frac{1}{2}"
 */
export function boxedAnswer(text: string): string | undefined {
  const found = [...text.matchAll(/\\(?:boxed|fbox)\s*/g)].at(-1);
  if (found === undefined) return undefined;
  const start = found.index + found[0].length;
  if (text[start] !== "{") return text.slice(start).match(/^[^\s$]+/)?.[0];
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return text.slice(start + 1, at);
  }
  return undefined;
}

/**
 * Whether two LaTeX answers are the same: equal as numbers where both are numbers, else equal as text once spelling that
 * does not change the meaning is taken away (sizes of fractions and brackets, spaces, units, degrees, "x = ").
 *
 * @source in the manner of Hendrycks et al. 2021, arXiv:2103.03874, appendix on answer normalisation
 * @example sameLatex("\\dfrac12", "0.5") // => true
 * @example sameLatex("x = (1, 2)", "\\left(1,2\\right)") // => true
 */
export function sameLatex(one: string, other: string): boolean {
  const [first, second] = [plainLatex(one), plainLatex(other)];
  if (first === second) return true;
  const [firstNumber, secondNumber] = [numberOf(first), numberOf(second)];
  return firstNumber !== undefined && secondNumber !== undefined && sameNumber(firstNumber, secondNumber);
}

function plainLatex(answer: string): string {
  return answer
    .replaceAll(/\\(?:left|right|!|,|;|:|quad|displaystyle)(?![A-Za-z])/g, "")
    .replaceAll(/\\[dt]frac(?![A-Za-z])/g, "\\frac")
    .replaceAll(/\^\{?\\circ\}?|\\degree|\\?%|\\?\$/g, "")
    .replace(/(?<=\S)\s*\\(?:text|mbox|mathrm)\{[^{}]*\}\s*(?:\^\{?\d\}?)?$/, "") // a unit after the answer
    .replaceAll(/\\(?:text|mbox|mathrm|textbf)\{([^{}]*)\}/g, "$1")
    .replaceAll(/\s+/g, "")
    .replace(/^[A-Za-z](?:\([a-z]\))?=/, "") // "x=", "f(x)="
    .replaceAll(/\\(frac|sqrt)(?=[^{[\\])(.)/g, "\\$1{$2}") // \frac12, \sqrt3
    .replaceAll(/(\\frac\{[^{}]*\})([^{\\])/g, "$1{$2}")
    .replace(/^\{(.*)\}$/, "$1")
    .replace(/\.$/, "")
    .replaceAll(/(\d),(?=\d{3}(?!\d))/g, (mark, digit: string, at: number, all: string) =>
      /[([{]/.test(all.slice(0, at)) ? mark : digit,
    ); // thousands, but not the members of a tuple or a set
}

/** The value of a plain number, a decimal or a fraction; undefined for anything else. */
function numberOf(plain: string): number | undefined {
  const fraction = /^([-+]?)\\frac\{(-?[\d.]+)\}\{(-?[\d.]+)\}$/.exec(plain);
  if (fraction !== null) return (fraction[1] === "-" ? -1 : 1) * (Number(fraction[2]) / Number(fraction[3]));
  return /^[-+]?(?:\d+\.?\d*|\.\d+|\d+\/\d+)$/.test(plain) ? readNumber(plain) : undefined;
}
