/** @file A matrix product as a kernel: tiles of both matrices in the group's memory, some elements of the result in each thread's registers. */
import { type MatrixOperand, MODE, type Product } from "../../plan/instruction.ts";
import {
  along,
  entry,
  float,
  IS_LATER_PART,
  type Kernel,
  KernelWriter,
  type Place,
  sizeOfSpace,
  stridedTerms,
} from "./kernel.ts";

/** A tile of `side` x `side` results, of which a thread makes `own` x `own`, by `depth` terms at a time. */
const LARGE = { side: 64, own: 4, depth: 16 };
const SMALL = { side: 16, own: 2, depth: 16 };

/** A matrix with fewer rows or columns leaves most of a large tile empty. */
const WORTH_LARGE = 33;

export function productKernel(work: Product, slabOf: (place: Place) => number): Kernel {
  const { m, n, k, scale, mode, bias, lengths, a, b, c } = work;
  const { side, own, depth } = m >= WORTH_LARGE && n >= WORTH_LARGE ? LARGE : SMALL;
  const across = side / own;
  const threads = across ** 2;
  const writer = new KernelWriter(slabOf);
  const [A, B, C] = [a, b, c].map(({ value }) => writer.memory(value)) as [string, string, string];
  const batch = sizeOfSpace(lengths);
  const start = (operand: MatrixOperand): string =>
    [writer.start(operand), ...stridedTerms("turn", lengths, operand.strides)].join(" + ");
  /** A tile into the group's memory, neighbours in memory by neighbouring threads; zeros beyond the matrix. */
  const fill = (tile: string, memory: string, line: number, term: number, lines: number): string =>
    Array.from({ length: (side * depth) / threads }, (_, turn) => {
      const element = `(thread + ${turn * threads}u)`;
      const [row, column] =
        term === 1
          ? [`${element} / ${depth}u`, `${element} % ${depth}u`]
          : [`${element} % ${side}u`, `${element} / ${side}u`];
      const place = `${tile}_start + (${tile}_first + row) * ${line}u + (k0 + column) * ${term}u`;
      return `{ let row = ${row}; let column = ${column}; var x = 0.0;
if (${tile}_first + row < ${lines}u && k0 + column < ${k}u) { x = bitcast<f32>(${memory}[${place}]); }
${tile}[column * ${side}u + row] = x; }`;
    }).join("\n");
  const each = Array.from({ length: own }, (_, at) => at);
  const cells = each.flatMap((i) => each.map((j) => [i, j] as const));
  const added =
    bias === undefined ? "" : ` + bitcast<f32>(${writer.memory(bias.value)}[${writer.start(bias)} + column])`;
  const written = ([i, j]: readonly [number, number]): string => {
    const place = `${C}[c_start + row * ${c.row}u + column * ${c.column}u]`;
    const sofar = mode === MODE.sumOfParts ? `if (${IS_LATER_PART}) { x += bitcast<f32>(${place}); }` : "";
    return `{ let row = a_first + ${i}u * ${across}u + down; let column = b_first + ${j}u * ${across}u + right;
if (row < ${m}u && column < ${n}u) { var x = sum${i}_${j}${scale === 1 ? "" : ` * ${float(scale)}`}${added}; ${sofar} ${place} = bitcast<u32>(x); } }`;
  };
  const layers = along(batch);
  const body = `var<workgroup> a: array<f32, ${side * depth}>;
var<workgroup> b: array<f32, ${side * depth}>;
${entry(threads)} {
let right = thread % ${across}u; let down = thread / ${across}u;
let a_first = group.y * ${side}u; let b_first = group.x * ${side}u;
for (var turn = group.z; turn < ${batch}u; turn += ${layers}u) {
let a_start = ${start(a)}; let b_start = ${start(b)}; let c_start = ${start(c)};
${cells.map(([i, j]) => `var sum${i}_${j} = 0.0;`).join(" ")}
for (var k0 = 0u; k0 < ${k}u; k0 += ${depth}u) {
${fill("a", A, a.row, a.column, m)}
${fill("b", B, b.column, b.row, n)}
workgroupBarrier();
for (var term = 0u; term < ${depth}u; term++) {
${each.map((i) => `let a${i} = a[term * ${side}u + ${i}u * ${across}u + down];`).join(" ")}
${each.map((j) => `let b${j} = b[term * ${side}u + ${j}u * ${across}u + right];`).join(" ")}
${cells.map(([i, j]) => `sum${i}_${j} = fma(a${i}, b${j}, sum${i}_${j});`).join(" ")}
}
workgroupBarrier();
}
${cells.map(written).join("\n")}
}
}
`;
  return writer.finish(body, [Math.ceil(n / side), Math.ceil(m / side), layers]);
}
