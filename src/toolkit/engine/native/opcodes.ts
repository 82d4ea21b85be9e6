/** @file The numbers of instructions and steps, as c/program.h has them. */
import { STEPS, type Work } from "../plan/instruction.ts";

const numbered = <const Names extends readonly string[]>(names: Names): Readonly<Record<Names[number], number>> =>
  Object.fromEntries(names.map((name, at) => [name, at + 1])) as Record<Names[number], number>;

export const OPCODE: Readonly<Record<Work["opcode"], number>> = numbered([
  ...["PRODUCT", "COPY", "FILL", "PASS", "GATHER", "SUM_ROWS", "TAKE", "PLACE", "CUMULATE", "ARGMAX", "ATTEND"],
] as const);

export const STEP = numbered(STEPS);
