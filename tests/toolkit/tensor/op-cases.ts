/** @file One small call of every op, with the inputs for which it is differentiated: for gradient checks and for comparing engines. */
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import type { Spec, Tensor } from "../../../src/toolkit/tensor/index.ts";
import * as t from "../../../src/toolkit/tensor/index.ts";
import { inverseDeviation, standardise } from "../../../src/toolkit/tensor/ops/normalisation.ts";
import { sizeOf } from "../../../src/toolkit/tensor/spec.ts";

export interface OpCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Spec>>;
  /** Where the numbers of an input lie; default [-2, 2]. Integers are drawn from [0, ids). */
  readonly range?: readonly [number, number];
  readonly ids?: number;
  readonly make: (inputs: Record<string, Tensor>) => Tensor;
}

const { f32, i32 } = t;
const bool = (...shape: number[]): Spec => ({ shape, dtype: "bool" });

/** The input under its name. */
const at = (inputs: Record<string, Tensor>, name: string): Tensor => inputs[name] as Tensor;

function binary(name: string, op: (a: Tensor, b: Tensor) => Tensor, range?: readonly [number, number]): OpCase[] {
  const pairs: [string, Spec, Spec][] = [
    ["of one shape", f32(2, 3), f32(2, 3)],
    ["of a column and a row", f32(2, 1), f32(1, 3)],
    ["of a tensor and a scalar", f32(2, 3), f32()],
    ["of a row and a batch", f32(3), f32(2, 2, 3)],
  ];
  return pairs.map(([which, a, b]) => ({
    name: `${name} ${which}`,
    inputs: { a, b },
    ...(range && { range }),
    make: (inputs) => op(at(inputs, "a"), at(inputs, "b")),
  }));
}

function unary(name: string, op: (x: Tensor) => Tensor, range?: readonly [number, number], spec = f32(2, 3)): OpCase {
  return { name, inputs: { x: spec }, ...(range && { range }), make: (inputs) => op(at(inputs, "x")) };
}

const floats = (flag: Tensor): Tensor => t.cast(flag, "float32");

export const OP_CASES: readonly OpCase[] = [
  ...binary("add", t.add),
  ...binary("sub", t.sub),
  ...binary("mul", t.mul),
  ...binary("div", t.div, [0.5, 2]),
  ...binary("equal", (a, b) => floats(t.equal(a, b))),
  ...binary("less", (a, b) => floats(t.less(a, b))),
  ...binary("lessEqual", (a, b) => floats(t.lessEqual(a, b))),
  ...binary("greater", (a, b) => floats(t.greater(a, b))),
  ...binary("greaterEqual", (a, b) => floats(t.greaterEqual(a, b))),
  unary("neg", t.neg),
  unary("exp", t.exp),
  unary("log", t.log, [0.5, 2]),
  unary("sqrt", t.sqrt, [0.5, 2]),
  unary("tanh", t.tanh),
  unary("erf", t.erf, [-4, 4]),
  unary("sigmoid", t.sigmoid, [-30, 30]),
  unary("softplus", t.softplus, [-30, 30]),
  unary("logSigmoid", t.logSigmoid, [-30, 30]),
  unary("gelu", t.gelu, [-4, 4]),
  unary("geluTanh", t.geluTanh, [-4, 4]),
  unary("silu", t.silu),
  unary("softmax", t.softmax, [-5, 5], f32(2, 2, 5)),
  unary("logSoftmax", t.logSoftmax, [-5, 5], f32(2, 2, 5)),
  unary("inverseDeviation", (x) => inverseDeviation(x, 1e-5), [-2, 2], f32(2, 5)),
  unary("standardise", (x) => standardise(x, 1e-5), [-2, 2], f32(2, 2, 5)),
  unary("slices of one tensor", (x) => t.mul(t.slice(x, 1, 0, 2), t.slice(x, 1, 3, 5)), [-2, 2], f32(3, 6)),
  unary("slices that overlap", (x) => t.mul(t.slice(x, 1, 0, 2), t.slice(x, 1, 1, 3)), [-2, 2], f32(3, 3)),
  unary("slices of two axes", (x) => t.add(t.slice(x, 0, 0, 1), t.slice(x, 1, 1, 2)), [-2, 2], f32(3, 3)),
  unary("mean", (x) => t.mean(x)),
  unary("reduceSum over all axes", (x) => t.reduceSum(x)),
  unary("reduceSum over the middle axis", (x) => t.reduceSum(x, [1]), [-2, 2], f32(2, 3, 2)),
  unary("sum of squares", (x) => t.reduceSum(t.mul(x, x), [0]), [-2, 2], f32(3, 4)),
  unary("reduceMax", t.reduceMax, [-2, 2], f32(3, 4)),
  unary("argmax", (x) => t.cast(t.argmax(x), "float32"), [-2, 2], f32(3, 4)),
  unary("cumulativeSum", (x) => t.cumulativeSum(x)),
  unary("cumulativeSum in reverse", (x) => t.cumulativeSum(x, { reverse: true })),
  unary("reshape", (x) => t.reshape(x, [3, -1])),
  unary("transpose", (x) => t.transpose(x, [2, 0, 1]), [-2, 2], f32(2, 3, 4)),
  unary("broadcastTo", (x) => t.broadcastTo(x, [4, 2, 3]), [-2, 2], f32(2, 1)),
  unary("slice", (x) => t.slice(x, 1, 1, 3), [-2, 2], f32(2, 4, 2)),
  unary("pad", (x) => t.pad(x, 0, 1, 2)),
  unary("rmsNorm", (x) => t.rmsNorm(x, t.constant([1, 2, 0.5])), [-2, 2], f32(4, 3)),
  unary("oneHot of argmax", (x) => t.oneHot(t.argmax(x), 4), [-2, 2], f32(3, 4)),
  {
    name: "layerNorm",
    inputs: { x: f32(2, 3, 5), gain: f32(5), bias: f32(5) },
    make: (inputs) => t.layerNorm(at(inputs, "x"), at(inputs, "gain"), at(inputs, "bias")),
  },
  ...[false, true].flatMap((transposeA) =>
    [false, true].map(
      (transposeB): OpCase => ({
        name: `matmul${transposeA ? ", a transposed" : ""}${transposeB ? ", b transposed" : ""}`,
        inputs: { a: transposeA ? f32(2, 4, 3) : f32(2, 3, 4), b: transposeB ? f32(2, 5, 4) : f32(2, 4, 5) },
        make: (inputs) => t.matmul(at(inputs, "a"), at(inputs, "b"), { transposeA, transposeB, scale: 0.5 }),
      }),
    ),
  ),
  {
    name: "matmul of a batch and one matrix",
    inputs: { a: f32(2, 2, 3, 4), b: f32(4, 2) },
    make: (inputs) => t.matmul(at(inputs, "a"), at(inputs, "b")),
  },
  {
    name: "matmul of long rows, and a bias",
    inputs: { a: f32(2, 40, 3), b: f32(3, 5), bias: f32(5) },
    make: (inputs) => t.add(t.matmul(at(inputs, "a"), at(inputs, "b"), { scale: 0.5 }), at(inputs, "bias")),
  },
  {
    name: "matmul of long rows, b transposed, and a bias",
    inputs: { a: f32(80, 5), b: f32(3, 5), bias: f32(3) },
    make: (inputs) => t.add(at(inputs, "bias"), t.matmul(at(inputs, "a"), at(inputs, "b"), { transposeB: true })),
  },
  {
    name: "concat",
    inputs: { a: f32(2, 1, 3), b: f32(2, 2, 3) },
    make: (inputs) => t.concat([at(inputs, "a"), at(inputs, "b")], 1),
  },
  {
    name: "where",
    inputs: { condition: bool(2, 3), yes: f32(3), no: f32(2, 1) },
    make: (inputs) => t.where(at(inputs, "condition"), at(inputs, "yes"), at(inputs, "no")),
  },
  {
    name: "and, or, not",
    inputs: { a: bool(4), b: bool(4) },
    make: (inputs) => floats(t.or(t.and(at(inputs, "a"), t.not(at(inputs, "b"))), t.not(at(inputs, "a")))),
  },
  {
    name: "gather",
    inputs: { table: f32(5, 3), ids: i32(2, 4) },
    ids: 5,
    make: (inputs) => t.gather(at(inputs, "table"), at(inputs, "ids")),
  },
  {
    name: "sumRows",
    inputs: { values: f32(2, 4, 3), ids: i32(2, 4) },
    ids: 5,
    make: (inputs) => t.sumRows(at(inputs, "values"), at(inputs, "ids"), 5),
  },
  {
    name: "takeLast",
    inputs: { values: f32(2, 3, 4), ids: i32(2, 3) },
    ids: 4,
    make: (inputs) => t.takeLast(at(inputs, "values"), at(inputs, "ids")),
  },
  {
    name: "placeLast",
    inputs: { values: f32(2, 3), ids: i32(2, 3) },
    ids: 4,
    make: (inputs) => t.placeLast(at(inputs, "values"), at(inputs, "ids"), 4),
  },
];

/** Numbers for a case's inputs, the same each time. */
export function numbersFor({
  name,
  inputs,
  range: [low, high] = [-2, 2],
  ids = 2,
}: OpCase): Record<string, Float64Array> {
  const stream = createStream(11).split(name);
  const draw = ({ dtype }: Spec): number =>
    dtype === "float32" ? low + (high - low) * stream.uniform() : stream.integer(dtype === "bool" ? 2 : ids);
  return Object.fromEntries(
    Object.entries(inputs).map(([key, spec]) => [
      key,
      Float64Array.from({ length: sizeOf(spec.shape) }, () => draw(spec)),
    ]),
  );
}
