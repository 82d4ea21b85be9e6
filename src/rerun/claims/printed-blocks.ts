/** @file Which of a cell's printed numbers belong together: those of a line, and those of the lines that make a table or an array. */
import type { Output } from "../notebook/outputs.ts";
import { numbersInLine, type PrintedNumber, printedText } from "./printed-numbers.ts";

export interface PrintedBlock {
  /** Of its first number among those that the cell prints, from 1. */
  readonly place: number;
  /** At least one. */
  readonly numbers: readonly PrintedNumber[];
}

/**
 * The numbers of a cell, line by line; lines below one another that stand in columns are one block.
 *
 * @param outputs of one cell
 */
export function printedBlocks(outputs: readonly Output[]): PrintedBlock[] {
  const blocks: { place: number; numbers: PrintedNumber[] }[] = [];
  let place = 1;
  let isOpen = false; // whether a table or an array goes on
  let isUnended = false; // whether the last line says so itself
  for (const line of printedText(outputs).split("\n")) {
    const numbers = numbersInLine(line);
    const isRow = isUnended || IN_COLUMNS.test(line) || isArray(line, numbers);
    if (isOpen && isRow) blocks.at(-1)?.numbers.push(...numbers);
    else if (numbers.length > 0) blocks.push({ place, numbers });
    isUnended = numbers.length > 0 && UNENDED.test(line);
    isOpen = isUnended || (numbers.length > 0 && isRow);
    place += numbers.length;
  }
  return blocks;
}

/** A table parts its columns by two spaces, a tab or a bar. */
const IN_COLUMNS = /\S(?: {2,}|\t+| *[|│] *)\S/u;

const UNENDED = /[,[({]\s*$/;

/** An array has no words beside its numbers. */
function isArray(line: string, numbers: readonly PrintedNumber[]): boolean {
  const words = numbers.reduce((rest, { text }) => rest.replace(text, ""), line);
  return !/[\p{L}_]/u.test(words) && (numbers.length > 1 || /[[\],]/.test(words));
}
