/** @file Copies and fillings as kernels, a thread an element; and rows moved from one array to another. */

import type { Runs } from "../../moved-parts.ts";
import { type Copy, type Fill, MODE, type Operand } from "../../plan/instruction.ts";
import {
  entry,
  float,
  IS_LATER_PART,
  type Kernel,
  KernelWriter,
  type Place,
  perElement,
  perNumber,
  sizeOfSpace,
  stridedTerms,
} from "./kernel.ts";

export function movementKernel(work: Copy | Fill, slabOf: (place: Place) => number): Kernel {
  const { lengths, to } = work;
  const writer = new KernelWriter(slabOf);
  const { groups, head } = perElement(sizeOfSpace(lengths));
  const place = (operand: Operand): string =>
    `${writer.memory(operand.value)}[${[writer.start(operand), ...stridedTerms("flat", lengths, operand.strides)].join(" + ")}]`;
  const target = place(to);
  const bits = work.opcode === "FILL" ? `bitcast<u32>(${float(work.number)})` : place(work.from);
  const isSum = work.opcode === "COPY" && work.mode === MODE.sumOfParts;
  const sum = `if (${IS_LATER_PART}) { ${target} = bitcast<u32>(bitcast<f32>(${target}) + bitcast<f32>(${bits})); return; }\n`;
  return writer.finish(`${entry()} {\n${head}\n${isSum ? sum : ""}${target} = ${bits};\n}\n`, groups);
}

/** The places of a kernel that moves rows: the array written, the one read, and the list of where rows begin. */
export const MOVED = { to: 0, from: 1, list: 2 } as const;

/**
 * Groups of runs, alike but for where each begins there and here: two numbers a group in a list.
 *
 * @param runs of the first group
 * @param groups how many there are
 */
export function runsKernel(
  { count, length, fromStep, toStep }: Runs,
  groups: number,
  slabOf: (place: Place) => number,
): Kernel {
  const writer = new KernelWriter(slabOf);
  const spread = perNumber(writer, groups * count * length);
  const [to, from, list] = [MOVED.to, MOVED.from, MOVED.list].map((place) => writer.memory(place));
  const start = (place: number): string => writer.offset(place, 0);
  const body = `${spread.head}
let length = ${writer.number(length)}; let count = ${writer.number(count)};
let at = flat % length; let run = flat / length % count; let entry = ${start(MOVED.list)} + 2u * (flat / (count * length));
let source = ${start(MOVED.from)} + ${list}[entry] + run * ${writer.number(fromStep)} + at;
let goal = ${start(MOVED.to)} + ${list}[entry + 1u] + run * ${writer.number(toStep)} + at;
${to}[goal] = ${from}[source];`;
  return writer.finish(`${entry()} {\n${body}\n}\n`, spread.groups);
}
