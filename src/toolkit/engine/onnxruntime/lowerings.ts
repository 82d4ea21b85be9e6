/** @file How each primitive op is said in ONNX (onnx.ai/onnx/operators; com.microsoft of onnxruntime's ContribOperators). */
import type { MatmulAttributes } from "../../tensor/ops/matmul.ts";
import { type Shape, sizeOf } from "../../tensor/spec.ts";
import type { Attributes, Tensor } from "../../tensor/tensor.ts";
import type { OnnxModel } from "./onnx-model.ts";

/** One call of an op: the tensor to make, and the names of its inputs' values. */
interface LoweringCall<A extends Attributes = Attributes> {
  readonly model: OnnxModel;
  readonly tensor: Tensor & { readonly attributes: A };
  readonly inputs: readonly string[];
  /** The name of the value of a tensor that comes before this one. */
  readonly value: (tensor: Tensor) => string;
}

/** Adds nodes to the model. @returns the name of the value that is the call's result */
export type Lowering = (call: LoweringCall) => string;

/** Op name to lowering. */
export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  add: (call) => productPlusBias(call) ?? call.model.node("Add", call.inputs),
  sub: same("Sub"),
  mul: same("Mul"),
  div: same("Div"),
  neg: same("Neg"),
  exp: same("Exp"),
  log: same("Log"),
  sqrt: same("Sqrt"),
  tanh: same("Tanh"),
  erf: same("Erf"),
  sigmoid: same("Sigmoid"),
  softplus: same("Softplus"),
  gelu: same("Gelu"),
  equal: same("Equal"),
  less: same("Less"),
  lessEqual: same("LessOrEqual"),
  and: same("And"),
  or: same("Or"),
  not: same("Not"),
  where: same("Where"),
  softmax: same("Softmax"),
  logSoftmax: ({ model, inputs: [x = ""] }) => {
    if (!model.isPlain) return model.node("LogSoftmax", [x]);
    const centred = model.node("Sub", [x, model.node("ReduceMax", [x, model.int64(-1)])]);
    const sum = model.node("ReduceSum", [model.node("Exp", [centred]), model.int64(-1)]);
    return model.node("Sub", [centred, model.node("Log", [sum])]);
  },
  cast: lowering<{ to: "float32" | "int32" | "bool" }>(({ model, tensor, inputs }) => {
    const to = { float32: 1, int32: 6, bool: 9 }[tensor.attributes.to];
    return model.node("Cast", inputs, { attributes: { to: { int: to } } });
  }),
  matmul: lowering<MatmulAttributes>(({ model, tensor, inputs }) => {
    const [a, b] = tensor.inputs.map(({ shape }) => shape) as [Shape, Shape];
    const { transposeA, transposeB } = tensor.attributes;
    return a.length === 2 && b.length === 2 && transposeA && !transposeB
      ? transposedTimes(model, { a, b }, inputs, tensor.attributes)
      : product(model, { a, b }, inputs, tensor.attributes);
  }),
  layerNorm: lowering<{ epsilon: number }>(({ model, tensor, inputs }) =>
    model.node("LayerNormalization", inputs, { attributes: { epsilon: { float: tensor.attributes.epsilon } } }),
  ),
  standardise: lowering<{ epsilon: number }>((call) => standardised(call)[0] as string),
  inverseDeviation: lowering<{ epsilon: number }>((call) => standardised(call)[2] as string),
  reduceSum: lowering<{ axes: readonly number[] }>(({ model, tensor, inputs, value }) => {
    const axes = model.int64(...tensor.attributes.axes);
    const [summed] = tensor.inputs as readonly [Tensor];
    const isSquare = summed.op.name === "mul" && summed.inputs[0] === summed.inputs[1];
    return isSquare
      ? model.node("ReduceSumSquare", [value(summed.inputs[0] as Tensor), axes]) // the squares are not written down
      : model.node("ReduceSum", [...inputs, axes]);
  }),
  reduceMax: ({ model, inputs }) => model.node("ReduceMax", [...inputs, model.int64(-1)]),
  argmax: ({ model, inputs }) => {
    const place = model.node("ArgMax", inputs, { attributes: { axis: { int: -1 }, keepdims: { int: 0 } } });
    return model.node("Cast", [place], { attributes: { to: { int: 6 } } });
  },
  cumulativeSum: lowering<{ reverse: boolean }>(({ model, tensor, inputs }) =>
    model.node("CumSum", [...inputs, model.constant([-1], [], "int64")], {
      attributes: { reverse: { int: Number(tensor.attributes.reverse) } },
    }),
  ),
  reshape: ({ model, tensor, inputs }) => model.node("Reshape", [...inputs, model.int64(...tensor.shape)]),
  broadcastTo: ({ model, tensor, inputs }) => model.node("Expand", [...inputs, model.int64(...tensor.shape)]),
  transpose: lowering<{ order: readonly number[] }>(({ model, tensor, inputs }) =>
    model.node("Transpose", inputs, { attributes: { perm: { ints: tensor.attributes.order } } }),
  ),
  slice: lowering<{ axis: number; start: number; end: number }>(({ model, tensor, inputs }) => {
    const { axis, start, end } = tensor.attributes;
    return model.node("Slice", [...inputs, model.int64(start), model.int64(end), model.int64(axis)]);
  }),
  pad: lowering<{ axis: number; before: number; after: number }>(({ model, tensor, inputs }) => {
    const { axis, before, after } = tensor.attributes;
    return model.node("Pad", [...inputs, model.int64(before, after), "", model.int64(axis)]);
  }),
  concat: lowering<{ axis: number }>(({ model, tensor, inputs }) =>
    model.node("Concat", inputs, { attributes: { axis: { int: tensor.attributes.axis } } }),
  ),
  gather: ({ model, inputs }) => model.node("Gather", inputs),
  // one-hot(ids)' values: a product keeps the order of the sum fixed, whatever the threads do
  sumRows: lowering<{ rows: number }>(({ model, tensor, inputs: [values = "", ids = ""] }) => {
    const count = sizeOf((tensor.inputs[1] as Tensor).shape);
    const [rows, width] = tensor.shape as readonly [number, number];
    const column = model.node("Reshape", [ids, model.int64(count, 1)]);
    const hot = model.node("Cast", [model.node("Equal", [column, counting(model, rows)])], {
      attributes: { to: { int: 1 } },
    });
    const flat = model.node("Reshape", [values, model.int64(count, width)]);
    const shapes = { a: [count, rows], b: [count, width] };
    return transposedTimes(model, shapes, [hot, flat], { transposeA: true, transposeB: false, scale: 1 });
  }),
  takeLast: ({ model, tensor, inputs: [values = "", ids = ""] }) => {
    const place = model.node("Unsqueeze", [ids, model.int64(-1)]);
    const taken = model.node("GatherElements", [values, place], { attributes: { axis: { int: -1 } } });
    return model.node("Reshape", [taken, model.int64(...tensor.shape)]);
  },
  placeLast: lowering<{ width: number }>(({ model, tensor, inputs: [values = "", ids = ""] }) => {
    const lastAxis = model.int64(-1);
    const place = model.node("Unsqueeze", [ids, lastAxis]);
    const here = model.node("Equal", [place, counting(model, tensor.attributes.width)]);
    const zero = model.constant([0], [], tensor.dtype);
    return model.node("Where", [here, model.node("Unsqueeze", [values, lastAxis]), zero]);
  }),
};

/** Normalised rows, their means and inverse deviations: equal nodes are merged by the runtime, so that all come of one. */
function standardised({ model, tensor, inputs }: LoweringCall<{ epsilon: number }>): string[] {
  const width = (tensor.inputs[0] as Tensor).shape.at(-1) as number;
  const ones = model.constant(new Float32Array(width).fill(1), [width], "float32");
  const attributes = { epsilon: { float: tensor.attributes.epsilon } };
  return model.nodes("LayerNormalization", [...inputs, ones], 3, { attributes });
}

interface Shapes {
  readonly a: Shape;
  readonly b: Shape;
}

/** scale * A B on operands as they stand or read transposed. */
function product(model: OnnxModel, shapes: Shapes, inputs: readonly string[], by: Partial<MatmulAttributes>): string {
  const { transposeA = false, transposeB = false, scale = 1 } = by;
  if (model.isPlain) return plainProduct(model, shapes, inputs, { transposeA, transposeB, scale });
  return model.node("FusedMatMul", inputs, {
    domain: "com.microsoft",
    attributes: { transA: { int: Number(transposeA) }, transB: { int: Number(transposeB) }, alpha: { float: scale } },
  });
}

/** The same in ops of ONNX alone. */
function plainProduct(
  model: OnnxModel,
  { a, b }: Shapes,
  [left = "", right = ""]: readonly string[],
  { transposeA, transposeB, scale }: MatmulAttributes,
): string {
  const turned = (value: string, { length: rank }: Shape): string => {
    const order = Array.from({ length: rank }, (_, at) => at);
    return model.node("Transpose", [value], {
      attributes: { perm: { ints: [...order.slice(0, -2), rank - 1, rank - 2] } },
    });
  };
  const operands = [transposeA ? turned(left, a) : left, transposeB ? turned(right, b) : right];
  const plain = model.node("MatMul", operands);
  return scale === 1 ? plain : model.node("Mul", [plain, model.constant([scale], [], "float32")]);
}

/** matmul + bias over the last axis as one node; undefined for any other sum. */
function productPlusBias({ model, tensor, value }: LoweringCall): string | undefined {
  const biasAt = tensor.inputs.findIndex(({ shape, dtype }) => shape.length === 1 && dtype === "float32");
  const [bias, sum] = [tensor.inputs[biasAt], tensor.inputs[1 - biasAt]];
  if (bias === undefined || sum === undefined) return undefined;
  const call = sum.op.name === "reshape" ? (sum.inputs[0] as Tensor) : sum;
  const [a, b] = call.inputs;
  const columns = call.shape.at(-1);
  const isPlain = call.op.name === "matmul" && a?.shape.length === 2 && b?.shape.length === 2;
  if (!isPlain || bias.shape[0] !== columns || sum.shape.at(-1) !== columns) return undefined;
  const { transposeA, transposeB, scale } = call.attributes as MatmulAttributes;
  const attributes = {
    transA: { int: Number(transposeA) },
    transB: { int: Number(transposeB) },
    alpha: { float: scale },
  };
  const flat = model.node("Gemm", [value(a), value(b), value(bias)], { attributes });
  return model.node("Reshape", [flat, model.int64(...tensor.shape)]);
}

/** Below this many rows, transposing apart costs more than it saves. */
const LONG = 64;

/**
 * scale * A' B, the gradient by a weight: (K, M) and (K, N) -> (M, N). The product reads a transposed operand slowly, once
 * for each 128 columns, so the narrower one is transposed before it; a result made the other way round is turned back.
 */
function transposedTimes(
  model: OnnxModel,
  { a, b }: Shapes,
  [left = "", right = ""]: readonly string[],
  by: MatmulAttributes,
): string {
  const [rows, [M, N]] = [a[0] as number, [a[1] as number, b[1] as number]];
  if (rows < LONG) return product(model, { a, b }, [left, right], by);
  const { scale } = by;
  const back: Shapes = { a: a.toReversed(), b };
  const across: Shapes = { a: b.toReversed(), b: a };
  const turned = (value: string): string =>
    model.node("Transpose", [value], { attributes: { perm: { ints: [1, 0] } } });
  return M <= N
    ? product(model, back, [turned(left), right], { scale })
    : turned(product(model, across, [turned(right), left], { scale }));
}

/** An op that ONNX has under a name of its own, with the same inputs and without attributes. */
function same(type: string): Lowering {
  return ({ model, inputs }) => model.node(type, inputs);
}

/** A lowering that reads the attributes of its op. */
function lowering<A extends Attributes>(lower: (call: LoweringCall<A>) => string): Lowering {
  return lower as Lowering;
}

/** 0, 1, ..., count - 1 as int32. */
function counting(model: OnnxModel, count: number): string {
  return model.constant(
    Int32Array.from({ length: count }, (_, at) => at),
    [count],
    "int32",
  );
}
