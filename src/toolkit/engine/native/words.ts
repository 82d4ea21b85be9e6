/** @file A plan in the numbers that the library reads (c/program.h): places, and the code of each stage. */
import type { MatrixOperand, Operand, Work } from "../plan/instruction.ts";
import { type Plan, STAGES } from "../plan/plan.ts";
import { OPCODE, STEP } from "./opcodes.ts";

const KINDS = { arena: 0, constant: 1, external: 2 } as const;
const OWN = 3; // in the arena, of which each thread that runs parts has its own

export function placesOf({ values }: Plan): Float64Array {
  return Float64Array.from(
    values.flatMap(({ kind, at, perPart, ofParts }) => [ofParts ? OWN : KINDS[kind], at, perPart]),
  );
}

/** Two words for each stretch of the arena that is summed over parts: its place and its elements. */
export function sumsOf({ sums }: Plan): Float64Array {
  return Float64Array.from(sums.flatMap(({ at, size }) => [at, size]));
}

/** For each stage a count of words, then its instructions: opcode, count of words, words. */
export function codeOf({ instructions }: Plan): Float64Array {
  const code: number[] = [];
  for (const stage of STAGES) {
    const own = instructions.filter((instruction) => instruction.stage === stage);
    const words = own.flatMap(({ work }) => {
      const rest = wordsOf(work);
      return [OPCODE[work.opcode], rest.length + 2, ...rest];
    });
    code.push(words.length);
    for (const word of words) code.push(word);
  }
  return Float64Array.from(code);
}

function wordsOf(work: Work): number[] {
  switch (work.opcode) {
    case "PRODUCT": {
      const { m, n, k, scale, mode, bias, lengths, a, b, c } = work;
      const vector = bias === undefined ? [-1, 0] : operand(bias);
      return [...[m, n, k, scale, mode], ...vector, ...axes(lengths), ...[a, b, c].flatMap(matrix)];
    }
    case "COPY":
      return [work.mode, ...axes(work.lengths), ...operand(work.to), ...operand(work.from)];
    case "FILL":
      return [work.number, ...axes(work.lengths), ...operand(work.to)];
    case "PASS": {
      const { lengths, loads, steps, stores } = work;
      return [
        ...[...axes(lengths), loads.length, ...loads.flatMap(operand), steps.length],
        ...steps.flatMap(({ name, operands: [a = -1, b = -1, c = -1], number }) => [STEP[name], a, b, c, number]),
        ...[stores.length, ...stores.flatMap((store) => [store.register, store.mode, ...operand(store)])],
      ];
    }
    case "CUMULATE":
      return [
        ...[work.width, work.count, Number(work.isReversed), Number(work.isInteger)],
        ...[work.from, work.to].flatMap(operand),
      ];
    case "ARGMAX":
      return [work.width, work.count, ...[work.from, work.to].flatMap(operand)];
    case "ATTEND": {
      const { lengths, scale, parts, queries, mask, to } = work;
      const memories = parts.flatMap(({ length, keys, values }) => [length, ...operand(keys), ...operand(values)]);
      return [...axes(lengths), scale, parts.length, ...[queries, mask, to].flatMap(operand), ...memories];
    }
    default: {
      const { limit, width, count, mode, values, ids, to } = work;
      const numbers = {
        GATHER: [limit, width, count],
        SUM_ROWS: [limit, width, count, mode],
        TAKE: [width, count],
        PLACE: [width, count],
      }[work.opcode];
      return [...numbers, ...[values, ids, to].flatMap(operand)];
    }
  }
}

function axes(lengths: readonly number[]): number[] {
  return [lengths.length, ...lengths];
}

function operand({ value, offset, strides }: Operand): number[] {
  return [value, offset, ...strides];
}

function matrix({ value, offset, row, column, strides }: MatrixOperand): number[] {
  return [value, offset, row, column, ...strides];
}
