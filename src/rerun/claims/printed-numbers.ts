/** @file The numbers that a cell prints, in the order in which a reader meets them. */
import { stripVTControlCharacters } from "node:util";
import { figuresIn, joinLines, type Output } from "../notebook/outputs.ts";
import { failure, success } from "../outcome.ts";
import type { Measurement } from "./measurement.ts";

export interface PrintedNumber {
  readonly value: number;
  /** As it is printed. */
  readonly text: string;
  /** The line it stands in. */
  readonly line: string;
}

/** A number that is neither part of a word, nor of a version, a date, a path or a time. */
const NUMBER =
  /(?<![\w.:/\\#]|\d-)(?:(?<![\w)\]])[+-])?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[+-]?\d+)?(?![\w:/\\]|\.\d|-\d)/gi;

/**
 * The numbers in what a cell printed and showed as text; not those of errors.
 *
 * @param outputs of one cell
 */
export function printedNumbers(outputs: readonly Output[]): PrintedNumber[] {
  return printedText(outputs)
    .split("\n")
    .flatMap((line) => Array.from(line.matchAll(NUMBER), ([text]) => ({ text, line, value: numberFrom(text) })));
}

/**
 * One of them, as a measurement.
 *
 * @param place from 1
 */
export function printedNumber(outputs: readonly Output[], place: number): Measurement {
  const numbers = printedNumbers(outputs);
  const found = numbers[place - 1];
  if (found !== undefined) return success(found.value);
  return failure(`the cell printed ${numbers.length} numbers, not ${place}`);
}

/** What a cell printed and showed as text, an output after the other, without colours. */
export function printedText(outputs: readonly Output[]): string {
  return outputs.map((output) => stripVTControlCharacters(textOf(output))).join("\n");
}

function textOf(output: Output): string {
  if (output.output_type === "stream") return output.name === "stdout" ? output.text : "";
  if (output.output_type === "error" || figuresIn([output]).length > 0) return "";
  return joinLines(output.data["text/plain"]) ?? "";
}

function numberFrom(text: string): number {
  return Number(text.replaceAll(",", ""));
}
