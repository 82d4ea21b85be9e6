/** @file The numbers of instructions, steps and modes, as c/program.h has them. */

const numbered = <const Names extends readonly string[]>(names: Names): Readonly<Record<Names[number], number>> =>
  Object.fromEntries(names.map((name, at) => [name, at + 1])) as Record<Names[number], number>;

export const OPCODE = numbered([
  ...["PRODUCT", "COPY", "FILL", "PASS", "GATHER", "SUM_ROWS", "TAKE", "PLACE", "CUMULATE", "ARGMAX", "ATTEND"],
] as const);

export const STEP = numbered([
  ...["CONSTANT", "CONSTANT_INT", "ADD", "SUB", "MUL", "DIV", "NEG", "EXP", "LOG", "SQRT", "TANH", "ERF", "SIGMOID"],
  ...["SOFTPLUS", "GELU", "MULTIPLY_ADD", "MAXIMUM", "ADD_INT", "SUB_INT", "MUL_INT", "DIV_INT", "NEG_INT", "EQUAL"],
  ...["LESS", "LESS_EQUAL", "EQUAL_INT", "LESS_INT", "LESS_EQUAL_INT", "AND", "OR", "NOT", "SELECT", "TO_FLOAT"],
  ...["TO_INT", "FLOAT_TO_BOOL", "INT_TO_BOOL", "SUM_ROW", "MAX_ROW", "SUM_ROW_INT", "SOFTMAX", "LOG_SOFTMAX"],
  ...["STANDARDISE", "INVERSE_DEVIATION"],
] as const);

export type StepName = keyof typeof STEP;

/** What an instruction does with what is there: a sum over parts is written in the first and added to in the others. */
export const MODE = { write: 0, sumOfParts: 2 } as const;
