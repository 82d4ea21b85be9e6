/** @file The numbers that a cell prints, in the order in which a reader meets them, by the grammar that docs/rerun.md states. */
import { stripVTControlCharacters } from "node:util";
import { figuresIn, joinLines, type Output } from "../notebook/outputs.ts";
import { failure, success } from "../outcome.ts";
import type { Measurement } from "./measurement.ts";

export interface PrintedNumber {
  /** NaN for what stands where a number is missing. */
  readonly value: number;
  /** As it is printed. */
  readonly text: string;
  /** The line it stands in. */
  readonly line: string;
  /** One unit of its last digit; 0 for a number without decimals. */
  readonly unit: number;
  /** Whether it tells how long something took: a unit of time follows. */
  readonly isTime: boolean;
}

const TIME = /^\s?(?:[nmµu]?s|secs?|seconds?|min|mins|minutes?|h|hours?|days?)(?![\p{L}\d_/])/u;

/** What has digits and is no number. No piece is longer than a line of prose, so that no text takes more than linear time. */
const NO_NUMBERS = [
  String.raw`\p{L}[\w+.-]{0,30}:\/\/\S{0,2000}`, // an address
  String.raw`\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?(?![\p{L}\d.])`, // a date
  String.raw`\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?![\p{L}\d.])`, // a time of day, a duration
  String.raw`\d{1,4}\.\d{1,5}\.\d[\p{L}\d.+-]{0,60}`, // a version, an address of a machine
  String.raw`(?:[\p{L}\d_~][\p{L}\d_.~-]{0,255}|\.{1,2}|(?<![\p{L}\d.])(?=[/\\]\p{L}))[/\\](?=[\p{L}\d_.~])[\p{L}\d_.~/\\-]{0,2000}`, // a path, a fraction
  String.raw`#[\p{L}\d_]+`, // a colour, a number of an issue
];
/** Where a number is missing: it holds its place. */
const MISSING = "(?:NaN|nan|NAN|NaT|None|null|undefined|NA|<NA>)";
const INFINITE = "(?:[Ii]nf(?:inity)?|INF|∞)";
/** A word, with what hangs on it by a point or a hyphen: GPT-2, layer.0, x1. */
const WORD = String.raw`[\p{L}_](?:[\p{L}\d_]|[.-](?=[\p{L}\d_]))*`;
const GROUPED = String.raw`(?<!,)[1-9]\d{0,2}(?:(?:_\d{3})+|(?:[\u00a0\u202f]\d{3})+|(?:['’]\d{3})+|(?:,\d{3})+)(?![\d_'’]|,\S)`;
const POWER = String.raw`\s?[×·*x]\s?10(?:\^\(?[+\-\u2212]?\d+\)?|\*\*\(?[+\-\u2212]?\d+\)?|[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)`;
const DIGITS = String.raw`(?:${GROUPED}(?:\.\d+)?|\d+\.?\d*|(?<![\d.])\.\d+)(?:[eE][+\-\u2212]?\d+|${POWER})?n?`;
/** A sign belongs to a number that it touches, and to no number or bracket before it. */
const SIGN = String.raw`(?:(?<![\p{L}\d_)\]%]|\+/)[+\-\u2212])?`;
const END = String.raw`(?![\p{L}\d_]|\.\d)`;

const TOKEN = new RegExp(
  [
    String.raw`\+/-`,
    ...NO_NUMBERS,
    `(?<number>${SIGN}(?:${MISSING}|${INFINITE}|${DIGITS})${END})`,
    WORD,
    String.raw`\d[\d.]*[\p{L}_][\p{L}\d_.]*`, // 5ms, 0x1f, 3rd
    "(?<open>[[({])",
    String.raw`(?<close>[\])}])`,
  ].join("|"),
  "gu",
);

/**
 * The numbers in what a cell printed and showed as text; not those of errors.
 *
 * @param outputs of one cell
 */
export function printedNumbers(outputs: readonly Output[]): PrintedNumber[] {
  return printedText(outputs).split("\n").flatMap(numbersInLine);
}

/**
 * The numbers of one line.
 *
 * @example numbersInLine("loss:0.45 of [1,200,300]").map(({ value }) => value) // => [0.45, 1, 200, 300]
 * @example numbersInLine("1,319 items, slope −2.5e-3, GPT-2, v1.2.3").map(({ value }) => value) // => [1319, -0.0025]
 */
export function numbersInLine(line: string): PrintedNumber[] {
  const numbers: PrintedNumber[] = [];
  let depth = 0; // of brackets in which a comma separates the items of a list
  const brackets: boolean[] = [];
  for (const match of line.matchAll(TOKEN)) {
    const { number, open, close } = match.groups ?? {};
    if (open !== undefined) {
      const before = line[match.index - 1] ?? " ";
      const isList = open !== "(" || /[\p{L}\d_]/u.test(before);
      brackets.push(isList);
      if (isList) depth++;
    } else if (close !== undefined) {
      if (brackets.pop()) depth--;
    } else if (number !== undefined) {
      const texts = depth > 0 ? number.split(",") : [number];
      const isTime = TIME.test(line.slice(match.index + number.length, match.index + number.length + 12));
      for (const text of texts) numbers.push({ ...printedAs(text), line, isTime });
    }
  }
  return numbers;
}

/**
 * One of them, or several, as a measurement.
 *
 * @param places from 1; of several the first and the last
 */
export function printedAt(outputs: readonly Output[], places: number | readonly [number, number]): Measurement {
  const [first, last] = typeof places === "number" ? [places, places] : places;
  const numbers = printedNumbers(outputs);
  if (last > numbers.length) return failure(`the cell printed ${numbers.length} numbers, not ${last}`);
  const values = numbers.slice(first - 1, last).map(({ value }) => value);
  return success(typeof places === "number" ? (values[0] ?? Number.NaN) : values);
}

/** What a cell printed and showed as text, an output after the other, without colours; what says nothing here, such as standard error, leaves no line. */
export function printedText(outputs: readonly Output[]): string {
  return outputs
    .map((output) => stripVTControlCharacters(textOf(output)))
    .filter((text) => text !== "")
    .join("\n");
}

function textOf(output: Output): string {
  if (output.output_type === "stream") return output.name === "stdout" ? output.text : "";
  if (output.output_type === "error" || figuresIn([output]).length > 0) return "";
  return joinLines(output.data["text/plain"]) ?? "";
}

const IS_MISSING = new RegExp(`^[+\\-\u2212]?${MISSING}$`, "u");
const IS_INFINITE = new RegExp(`^[+\\-\u2212]?${INFINITE}$`, "u");

function printedAs(text: string): Pick<PrintedNumber, "value" | "text" | "unit"> {
  if (IS_MISSING.test(text)) return { value: Number.NaN, text, unit: 0 };
  if (IS_INFINITE.test(text)) return { value: /^[-\u2212]/.test(text) ? -Infinity : Infinity, text, unit: 0 };
  const plain = plainText(text);
  return { value: Number(plain), text, unit: unitOf(plain) };
}

/** As JavaScript reads it: one kind of minus, no separators, e for "times ten to the". */
function plainText(text: string): string {
  return text
    .replace(/\s?[×·*x]\s?10(?:\^|\*\*)?\(?/u, "e")
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/gu, (digit) => String("⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)))
    .replace(/[\u2212⁻]/gu, "-")
    .replaceAll("⁺", "+")
    .replace(/[,_\u00a0\u202f'’n)]/gu, "");
}

function unitOf(plain: string): number {
  const [mantissa = "", power = "0"] = plain.toLowerCase().split("e");
  const decimals = mantissa.split(".")[1] ?? "";
  return decimals === "" && power === "0" ? 0 : Number(`1e${Number(power) - decimals.length}`);
}
