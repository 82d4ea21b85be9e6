/** @file Each op of a graph as calls of TensorFlow.js, by the op's name. */
import type * as TensorFlow from "@tensorflow/tfjs-core";
import type { Attributes, Tensor } from "../../tensor/tensor.ts";

/** The namespace of any TensorFlow.js package: core, tfjs, tfjs-node, tfjs-node-gpu. */
export type TensorFlowJs = typeof TensorFlow;
export type TfTensor = TensorFlow.Tensor;

/** @returns a new tensor; what it makes on the way is the caller's tidy's to free */
type Lowering = (tf: TensorFlowJs, inputs: TfTensor[], attributes: Attributes, node: Tensor) => TfTensor;

const unary =
  (f: (tf: TensorFlowJs, x: TfTensor) => TfTensor): Lowering =>
  (tf, [x]) =>
    f(tf, x as TfTensor);

const binary =
  (f: (tf: TensorFlowJs, a: TfTensor, b: TfTensor) => TfTensor): Lowering =>
  (tf, [a, b]) =>
    f(tf, a as TfTensor, b as TfTensor);

export const LOWERINGS: Readonly<Record<string, Lowering>> = {
  add: binary((tf, a, b) => tf.add(a, b)),
  sub: binary((tf, a, b) => tf.sub(a, b)),
  mul: binary((tf, a, b) => tf.mul(a, b)),
  div: binary((tf, a, b) => tf.div(a, b)),
  neg: unary((tf, x) => tf.neg(x)),
  exp: unary((tf, x) => tf.exp(x)),
  log: unary((tf, x) => tf.log(x)),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  erf: unary((tf, x) => tf.erf(x)),
  sigmoid: unary((tf, x) => tf.sigmoid(x)),
  softplus: unary((tf, x) => tf.softplus(x)),
  gelu: unary((tf, x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1))),
  equal: binary((tf, a, b) => tf.equal(a, b)),
  less: binary((tf, a, b) => tf.less(a, b)),
  lessEqual: binary((tf, a, b) => tf.lessEqual(a, b)),
  and: binary((tf, a, b) => tf.logicalAnd(a, b)),
  or: binary((tf, a, b) => tf.logicalOr(a, b)),
  not: unary((tf, x) => tf.logicalNot(x)),
  where: (tf, [condition, yes, no]) => tf.where(condition as TfTensor, yes as TfTensor, no as TfTensor),
  cast: (tf, [x], { to }) => tf.cast(x as TfTensor, to as "float32" | "int32" | "bool"),
  matmul: (tf, [a, b], { transposeA, transposeB, scale }) => {
    const product = tf.matMul(a as TfTensor, b as TfTensor, transposeA as boolean, transposeB as boolean);
    return scale === 1 ? product : tf.mul(product, scale as number);
  },
  softmax: unary((tf, x) => tf.softmax(x, -1)),
  logSoftmax: unary((tf, x) => tf.logSoftmax(x, -1)),
  layerNorm: (tf, [x, gain, bias], { epsilon }) => {
    const { centred, scale } = moments(tf, x as TfTensor, epsilon as number);
    return tf.add(tf.mul(tf.mul(centred, scale), gain as TfTensor), bias as TfTensor);
  },
  standardise: (tf, [x], { epsilon }) => {
    const { centred, scale } = moments(tf, x as TfTensor, epsilon as number);
    return tf.mul(centred, scale);
  },
  inverseDeviation: (tf, [x], { epsilon }) => moments(tf, x as TfTensor, epsilon as number).scale,
  reduceSum: (tf, [x], { axes }) => tf.sum(x as TfTensor, axes as number[], true),
  reduceMax: unary((tf, x) => tf.max(x, -1, true)),
  argmax: unary((tf, x) => tf.argMax(x, -1)),
  cumulativeSum: (tf, [x], { reverse }, { shape }) =>
    tf.cumsum(x as TfTensor, shape.length - 1, false, reverse as boolean),
  reshape: (tf, [x], { shape }) => tf.reshape(x as TfTensor, shape as number[]),
  transpose: (tf, [x], { order }) => tf.transpose(x as TfTensor, order as number[]),
  broadcastTo: (tf, [x], { shape }) => tf.broadcastTo(x as TfTensor, shape as number[]),
  slice: (tf, [x], { axis, start }, { shape }) => {
    const begin = shape.map((_, at) => (at === axis ? (start as number) : 0));
    return tf.slice(x as TfTensor, begin, [...shape]);
  },
  pad: (tf, [x], { axis, before, after }, { shape }) => {
    const zeros = shape.map((_, at): [number, number] => (at === axis ? [before as number, after as number] : [0, 0]));
    return tf.pad(x as TfTensor, zeros);
  },
  concat: (tf, inputs, { axis }) => tf.concat(inputs, axis as number),
  gather: binary((tf, table, ids) => tf.gather(table, ids as TensorFlow.Tensor1D)),
  // as a product with one-hot rows: not every backend has a segment sum
  sumRows: (tf, [values, ids], { rows }) => {
    const width = (values as TfTensor).shape.at(-1) as number;
    const hot = tf.oneHot(tf.reshape(ids as TfTensor, [-1]), rows as number, 1, 0, "float32");
    return tf.matMul(hot as TensorFlow.Tensor2D, tf.reshape(values as TfTensor, [-1, width]), true, false);
  },
  takeLast: (tf, [values, ids]) => {
    const width = (values as TfTensor).shape.at(-1) as number;
    const flat = tf.reshape(ids as TfTensor, [-1]) as TensorFlow.Tensor1D;
    const starts = tf.mul(tf.range(0, flat.size, 1, "int32"), tf.scalar(width, "int32"));
    const places = tf.add(starts, flat) as TensorFlow.Tensor1D;
    return tf.reshape(tf.gather(tf.reshape(values as TfTensor, [-1]), places), (ids as TfTensor).shape);
  },
  placeLast: (tf, [values, ids], { width }) => {
    const hot = tf.oneHot(tf.cast(ids as TfTensor, "int32"), width as number, 1, 0, (values as TfTensor).dtype);
    return tf.mul(tf.expandDims(values as TfTensor, -1), hot);
  },
};

function moments(tf: TensorFlowJs, x: TfTensor, epsilon: number): { centred: TfTensor; scale: TfTensor } {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return { centred, scale: tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)) };
}
