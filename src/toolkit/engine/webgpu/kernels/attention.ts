/** @file Attention of one query as a kernel, a group a query: blocks of places, their largest score and sum carried along. */
import type { Attend, Operand } from "../../plan/instruction.ts";
import { entry, float, joinThreads, type Kernel, KernelWriter, type Place, perGroup, THREADS } from "./kernel.ts";

/** Places whose scores are held at a time. */
const BLOCK = 256;

/**
 * A block's weights are those by the largest score so far; when a later block has a larger one, what was summed is scaled.
 *
 * @source Milakov and Gimelshein 2018, arXiv:1805.02867
 */
export function attendKernel(work: Attend, slabOf: (place: Place) => number): Kernel {
  const { scale, queries, mask, to, parts } = work;
  const [rows, samples, heads, perHead, , width] = work.lengths as [number, number, number, number, number, number];
  const writer = new KernelWriter(slabOf);
  const { groups, head } = perGroup(rows * samples * heads * perHead);
  const start = (operand: Operand): string => {
    const terms = ["row", "sample", "head", "query"].flatMap((name, axis) =>
      operand.strides[axis] === 0 ? [] : [`${name} * ${operand.strides[axis]}u`],
    );
    return [writer.start(operand), ...terms].join(" + ");
  };
  const [Q, M, T] = [queries, mask, to].map(({ value }) => writer.memory(value));
  const own = Math.ceil(width / THREADS); // elements of the result a thread
  const at = ({ strides }: Operand, place: string, element: string): string =>
    `${place} * ${strides[4]}u + ${element} * ${strides[5]}u`;
  let before = 0;
  const blocks = parts.map(({ length, keys, values }) => {
    const [K, V] = [writer.memory(keys.value), writer.memory(values.value)];
    const text = `{ let keys = ${start(keys)}; let values = ${start(values)};
for (var block = 0u; block < ${length}u; block += ${BLOCK}u) {
let size = min(${BLOCK}u, ${length}u - block);
var highest = -3.4028234e38;
for (var p = thread; p < size; p += ${THREADS}u) {
var score = 0.0;
for (var e = 0u; e < ${width}u; e++) { score = fma(bitcast<f32>(${Q}[query_start + e * ${queries.strides[5]}u]), bitcast<f32>(${K}[keys + ${at(keys, "(block + p)", "e")}]), score); }
score = score * ${float(scale)} + bitcast<f32>(${M}[mask_start + (${before}u + block + p) * ${mask.strides[4]}u]);
scores[p] = score; highest = max(highest, score);
}
let now = max(top, largest(highest, thread));
let faded = exp(top - now);
var weights = 0.0;
for (var p = thread; p < size; p += ${THREADS}u) { let weight = exp(scores[p] - now); scores[p] = weight; weights += weight; }
total = total * faded + sum(weights, thread);
top = now;
for (var o = 0u; o < ${own}u; o++) {
let e = thread + o * ${THREADS}u;
if (e < ${width}u) { var x = sums[o] * faded; for (var p = 0u; p < size; p++) { x = fma(scores[p], bitcast<f32>(${V}[values + ${at(values, "(block + p)", "e")}]), x); } sums[o] = x; }
}
workgroupBarrier();
} }`;
    before += length;
    return text;
  });
  const body = `var<workgroup> scores: array<f32, ${BLOCK}>;
${joinThreads(THREADS)}${entry()} {
${head}
let query = flat % ${perHead}u; let head = flat / ${perHead}u % ${heads}u; let sample = flat / ${perHead * heads}u % ${samples}u; let row = flat / ${perHead * heads * samples}u;
let query_start = ${start(queries)}; let mask_start = ${start(mask)}; let to_start = ${start(to)};
var top = -3.4028234e38; var total = 0.0; var sums: array<f32, ${own}>;
${blocks.join("\n")}
for (var o = 0u; o < ${own}u; o++) { let e = thread + o * ${THREADS}u; if (e < ${width}u) { ${T}[to_start + e * ${to.strides[5]}u] = bitcast<u32>(sums[o] / total); } }
}
`;
  return writer.finish(body, groups);
}
