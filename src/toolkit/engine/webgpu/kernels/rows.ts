/** @file Rows by ids, running sums and largest places as kernels. */
import { type ArgMax, type ById, type Cumulate, MODE } from "../../plan/instruction.ts";
import { entry, IS_LATER_PART, type Kernel, KernelWriter, type Place, perElement } from "./kernel.ts";

/**
 * @param failure where the number of the instruction + 1 and the id are written when an id is out of range; undefined where
 *   all ids have been checked before
 */
export function byIdKernel(
  work: ById,
  slabOf: (place: Place) => number,
  failure: { readonly instruction: number } | undefined,
): Kernel {
  const { opcode, limit, width, count, mode } = work;
  const writer = new KernelWriter(slabOf);
  const [values, ids, to] = [work.values, work.ids, work.to].map(({ value }) => writer.memory(value));
  const [fromValues, fromIds, fromTo] = [work.values, work.ids, work.to].map((operand) => writer.start(operand));
  const idAt = (place: string): string => `${ids}[${fromIds} + ${place}]`;
  let checked = "";
  if (failure !== undefined) {
    const [memory, start] = [writer.memory("scratch"), writer.offset("scratch", 0)];
    checked = `if (id >= ${limit}u) { ${memory}[${start}] = ${failure.instruction + 1}u; ${memory}[${start} + 1u] = id; id = 0u; }`;
  }
  const looked = (place: string): string => `var id = ${idAt(place)}; ${checked}`;
  const sofar =
    mode === MODE.sumOfParts ? `if (${IS_LATER_PART}) { sum += bitcast<f32>(${to}[${fromTo} + flat]); }` : "";
  const [size, text] = {
    GATHER: [
      width * count,
      `${looked(`flat / ${width}u`)} ${to}[${fromTo} + flat] = ${values}[${fromValues} + id * ${width}u + flat % ${width}u];`,
    ],
    SUM_ROWS: [
      limit * width,
      `let row = flat / ${width}u; let column = flat % ${width}u; var sum = 0.0;
for (var k = 0u; k < ${count}u; k++) { ${looked("k")} if (id == row) { sum += bitcast<f32>(${values}[${fromValues} + k * ${width}u + column]); } }
${sofar} ${to}[${fromTo} + flat] = bitcast<u32>(sum);`,
    ],
    TAKE: [count, `${looked("flat")} ${to}[${fromTo} + flat] = ${values}[${fromValues} + flat * ${width}u + id];`],
    PLACE: [
      width * count,
      `let row = flat / ${width}u; ${looked("row")} ${to}[${fromTo} + flat] = select(0u, ${values}[${fromValues} + row], id == flat % ${width}u);`,
    ],
  }[opcode] as [number, string];
  const { groups, head } = perElement(size);
  return writer.finish(`${entry()} {\n${head}\n${text}\n}\n`, groups);
}

export function cumulateKernel(work: Cumulate, slabOf: (place: Place) => number): Kernel {
  const { width, count, isReversed, isInteger, from, to } = work;
  const writer = new KernelWriter(slabOf);
  const { groups, head } = perElement(count);
  const type = isInteger ? "i32" : "f32";
  const [source, target] = [writer.memory(from.value), writer.memory(to.value)];
  const place = isReversed ? `flat * ${width}u + ${width - 1}u - k` : `flat * ${width}u + k`;
  const body = `${head}
let read = ${writer.start(from)}; let write = ${writer.start(to)}; var sum = ${type}(0);
for (var k = 0u; k < ${width}u; k++) { sum += bitcast<${type}>(${source}[read + ${place}]); ${target}[write + ${place}] = bitcast<u32>(sum); }`;
  return writer.finish(`${entry()} {\n${body}\n}\n`, groups);
}

export function argMaxKernel({ width, count, from, to }: ArgMax, slabOf: (place: Place) => number): Kernel {
  const writer = new KernelWriter(slabOf);
  const { groups, head } = perElement(count);
  const [source, target] = [writer.memory(from.value), writer.memory(to.value)];
  const body = `${head}
let read = ${writer.start(from)} + flat * ${width}u; var largest = bitcast<f32>(${source}[read]); var which = 0u;
for (var k = 1u; k < ${width}u; k++) { let x = bitcast<f32>(${source}[read + k]); if (x > largest) { largest = x; which = k; } }
${target}[${writer.start(to)} + flat] = which;`;
  return writer.finish(`${entry()} {\n${body}\n}\n`, groups);
}
