/** @file How each primitive op is said in ONNX (onnx.ai/onnx/operators; com.microsoft of onnxruntime's ContribOperators). */
import { sizeOf } from "../../tensor/spec.ts";
import type { Attributes, Tensor } from "../../tensor/tensor.ts";
import type { OnnxModel } from "./onnx-model.ts";

/** One call of an op: the tensor to make, and the names of its inputs' values. */
interface LoweringCall<A extends Attributes = Attributes> {
  readonly model: OnnxModel;
  readonly tensor: Tensor & { readonly attributes: A };
  readonly inputs: readonly string[];
}

/** Adds nodes to the model. @returns the name of the value that is the call's result */
export type Lowering = (call: LoweringCall) => string;

/** Op name to lowering. */
export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  add: same("Add"),
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
  logSoftmax: same("LogSoftmax"),
  cast: lowering<{ to: "float32" | "int32" | "bool" }>(({ model, tensor, inputs }) => {
    const to = { float32: 1, int32: 6, bool: 9 }[tensor.attributes.to];
    return model.node("Cast", inputs, { attributes: { to: { int: to } } });
  }),
  matmul: lowering<{ transposeA: boolean; transposeB: boolean; scale: number }>(({ model, tensor, inputs }) => {
    const { transposeA, transposeB, scale } = tensor.attributes;
    return model.node("FusedMatMul", inputs, {
      domain: "com.microsoft",
      attributes: {
        transA: { int: Number(transposeA) },
        transB: { int: Number(transposeB) },
        alpha: { float: scale },
      },
    });
  }),
  layerNorm: lowering<{ epsilon: number }>(({ model, tensor, inputs }) =>
    model.node("LayerNormalization", inputs, { attributes: { epsilon: { float: tensor.attributes.epsilon } } }),
  ),
  inverseDeviation: lowering<{ epsilon: number }>(({ model, tensor, inputs }) => {
    const width = (tensor.inputs[0] as Tensor).shape.at(-1) as number;
    const ones = model.constant(new Float32Array(width).fill(1), [width], "float32");
    const attributes = { epsilon: { float: tensor.attributes.epsilon } };
    const [, , inverse = ""] = model.nodes("LayerNormalization", [...inputs, ones], 3, { attributes });
    return inverse;
  }),
  reduceSum: lowering<{ axes: readonly number[] }>(({ model, tensor, inputs }) =>
    model.node("ReduceSum", [...inputs, model.int64(...tensor.attributes.axes)]),
  ),
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
    return model.node("FusedMatMul", [hot, flat], { domain: "com.microsoft", attributes: { transA: { int: 1 } } });
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
