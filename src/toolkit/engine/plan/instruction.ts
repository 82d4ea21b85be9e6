/** @file What a plan is made of: instructions on values, each a place in memory with a stride an axis; a back end says them to its device. */
import type { Storage } from "./homes.ts";
import type { Stage } from "./roles.ts";

/** Elements of a value: the first one's place behind the value's own, and how far its neighbours along each axis lie; 0 repeats. */
export interface Operand {
  readonly value: number;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** A matrix for each place of the batch's axes, to which the strides belong. */
export interface MatrixOperand extends Operand {
  readonly row: number;
  readonly column: number;
}

/** c = scale a b (+ bias of n elements, added once), one product for each place of the batch's axes. */
export interface Product {
  readonly opcode: "PRODUCT";
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly scale: number;
  readonly mode: Mode;
  readonly bias: Operand | undefined;
  readonly lengths: readonly number[];
  readonly a: MatrixOperand;
  readonly b: MatrixOperand;
  readonly c: MatrixOperand;
}

export interface Copy {
  readonly opcode: "COPY";
  readonly mode: Mode;
  readonly lengths: readonly number[];
  readonly to: Operand;
  readonly from: Operand;
}

export interface Fill {
  readonly opcode: "FILL";
  readonly number: number;
  readonly lengths: readonly number[];
  readonly to: Operand;
}

/** One of STEPS on registers; `number` is a constant's own, or the epsilon of a step that wants one. */
export interface PassStep {
  readonly name: StepName;
  readonly operands: readonly number[];
  readonly number: number;
}

/**
 * A walk over rows, the last axis. Register i is the i-th load, register loads + j the j-th step's result.
 *
 * A store whose stride is 0 along an axis longer than 1 sums over that axis; a row's number (from SUM_ROW, MAX_ROW,
 * INVERSE_DEVIATION, a constant, a load whose inner stride is 0, or a step on such alone) stored with inner stride 0 is
 * written once a row. A store may overlap a load only where both name the same element at the same place.
 */
export interface PassWork {
  readonly opcode: "PASS";
  readonly lengths: readonly number[];
  readonly loads: readonly Operand[];
  readonly steps: readonly PassStep[];
  readonly stores: readonly (Operand & { readonly register: number; readonly mode: Mode })[];
}

/** Rows by ids, or places within rows; contiguous, so that operands have no strides. */
export interface ById {
  readonly opcode: "GATHER" | "SUM_ROWS" | "TAKE" | "PLACE";
  /** Ids lie in [0, limit). */
  readonly limit: number;
  /** Elements of a row. */
  readonly width: number;
  readonly count: number;
  readonly mode: Mode;
  readonly values: Operand;
  readonly ids: Operand;
  readonly to: Operand;
}

/** Running sums of rows, forth or back. */
export interface Cumulate {
  readonly opcode: "CUMULATE";
  readonly width: number;
  readonly count: number;
  readonly isReversed: boolean;
  readonly isInteger: boolean;
  readonly from: Operand;
  readonly to: Operand;
}

/** The first largest of each row. */
export interface ArgMax {
  readonly opcode: "ARGMAX";
  readonly width: number;
  readonly count: number;
  readonly from: Operand;
  readonly to: Operand;
}

/**
 * softmax(scale queries keys' + mask) values, one query of each head over the places of all parts. `At` says where an array lies.
 */
export interface Attend<At = Operand> {
  readonly opcode: "ATTEND";
  /** rows, samples, heads, queries of a head, places, elements */
  readonly lengths: readonly number[];
  readonly scale: number;
  readonly queries: At;
  readonly mask: At;
  readonly to: At;
  readonly parts: readonly { readonly length: number; readonly keys: At; readonly values: At }[];
}

export type Work = Product | Copy | Fill | PassWork | ById | Cumulate | ArgMax | Attend;

export interface Instruction {
  readonly stage: Stage;
  readonly work: Work;
  /** The ops of the graph that it does, for messages. */
  readonly ops: readonly string[];
  readonly reads: readonly Storage[];
  readonly writes: readonly Storage[];
  /** Storages that it reads and writes element by element at the same places: a result may lie over what it is made of. */
  readonly inPlace: readonly (readonly [read: Storage, written: Storage])[];
  /** Storages in which parts are added up. */
  readonly sums: readonly Storage[];
}

/** Steps of a pass; on floats unless the name says otherwise. Comparisons give int32 0 or 1, SELECT is of any 4 bytes. */
export const STEPS = [
  ...(["CONSTANT", "CONSTANT_INT", "ADD", "SUB", "MUL", "DIV", "NEG", "EXP", "LOG", "SQRT", "TANH", "ERF"] as const),
  ...(["SIGMOID", "SOFTPLUS", "GELU", "MULTIPLY_ADD", "MAXIMUM", "ADD_INT", "SUB_INT", "MUL_INT", "DIV_INT"] as const),
  ...(["NEG_INT", "EQUAL", "LESS", "LESS_EQUAL", "EQUAL_INT", "LESS_INT", "LESS_EQUAL_INT", "AND", "OR"] as const),
  ...(["NOT", "SELECT", "TO_FLOAT", "TO_INT", "FLOAT_TO_BOOL", "INT_TO_BOOL", "SUM_ROW", "MAX_ROW"] as const),
  ...(["SUM_ROW_INT", "SOFTMAX", "LOG_SOFTMAX", "STANDARDISE", "INVERSE_DEVIATION"] as const),
] as const;

export type StepName = (typeof STEPS)[number];

/** What an instruction does with what is there: a sum over parts is written in the first and added to in the others. */
export const MODE = { write: 0, sumOfParts: 2 } as const;

export type Mode = (typeof MODE)[keyof typeof MODE];
