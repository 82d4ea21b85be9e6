/** @file Sums over the axes along which a store has no stride, of what a pass has left in scratch memory. */
import { MODE, type Mode, type Operand } from "../../plan/instruction.ts";
import {
  entry,
  IS_LATER_PART,
  joinThreads,
  type Kernel,
  KernelWriter,
  type Place,
  perElement,
  perGroup,
  sizeOfSpace,
  stridedTerms,
  THREADS,
} from "./kernel.ts";

interface Summed {
  readonly store: Operand & { readonly mode: Mode };
  /** Where the pass has left its elements in scratch, in row-major order over `lengths`. */
  readonly start: number;
  readonly lengths: readonly number[];
  /** Of the sums. */
  readonly strides: readonly number[];
}

/** Fewer sums than this keep few threads busy: a group takes each. */
const MANY_SUMS = 256;

export function sumsOfScratch({ store, start, lengths, strides }: Summed, slabOf: (place: Place) => number): Kernel {
  const writer = new KernelWriter(slabOf);
  const places = lengths.map((_, axis) => sizeOfSpace(lengths.slice(axis + 1)));
  const pick = (of: readonly number[], isSummed: boolean): number[] =>
    of.filter((_, axis) => (lengths[axis] as number) > 1 && (strides[axis] === 0) === isSummed);
  const [kept, summed] = [pick(lengths, false), pick(lengths, true)];
  const [count, terms] = [sizeOfSpace(kept), sizeOfSpace(summed)];
  const isShared = count < MANY_SUMS && terms >= THREADS;
  const { groups, head } = isShared ? perGroup(count) : perElement(count);
  const scratch = writer.memory("scratch");
  const target = writer.memory(store.value);
  const source = [writer.offset("scratch", start), ...stridedTerms("flat", kept, pick(places, false))].join(" + ");
  const to = [writer.start(store), ...stridedTerms("flat", kept, pick(strides, false))].join(" + ");
  const term = ["source", ...stridedTerms("k", summed, pick(places, true))].join(" + ");
  const [first, step] = isShared ? ["thread", THREADS] : ["0u", 1];
  const body = `${head}
let source = ${source};
let to = ${to};
var own = 0.0;
for (var k = ${first}; k < ${terms}u; k += ${step}u) { own += bitcast<f32>(${scratch}[${term}]); }
var total = ${isShared ? "sum(own, thread)" : "own"};
${isShared ? "if (thread != 0u) { return; }" : ""}
${store.mode === MODE.sumOfParts ? `if (${IS_LATER_PART}) { total += bitcast<f32>(${target}[to]); }` : ""}
${target}[to] = bitcast<u32>(total);`;
  return writer.finish(`${isShared ? joinThreads(THREADS) : ""}${entry()} {\n${body}\n}\n`, groups);
}
