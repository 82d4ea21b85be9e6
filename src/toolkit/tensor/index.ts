/** @file Symbolic tensors: write a function of them, differentiate it, trace it to a graph that an engine runs.
 *
 * A new op is a file in ops/ (shape rule, gradient, reference evaluation), an export here, a case in tests/toolkit/tensor/op-cases.ts and a
 * row in the tables of the engines. Tests: tests/toolkit/tensor holds every gradient to finite differences, tests/toolkit/engine every engine to the reference.
 */
export { grad, gradients, stopGradient, valueAndGrad } from "./autodiff.ts";
export { f32, type Graph, i32, type Traced, trace } from "./graph.ts";
export { erf, gelu, geluTanh, logSigmoid, sigmoid, silu, softplus, tanh } from "./ops/activations.ts";
export { add, div, mul, neg, sub } from "./ops/arithmetic.ts";
export { and, equal, greater, greaterEqual, less, lessEqual, not, or } from "./ops/compare.ts";
export { concat } from "./ops/concat.ts";
export { cumulativeSum } from "./ops/cumulative-sum.ts";
export { exp, log, sqrt } from "./ops/exponentials.ts";
export { gather, sumRows } from "./ops/gather.ts";
export { constant, randomUniform } from "./ops/inputs.ts";
export { argmax, reduceMax } from "./ops/largest.ts";
export { matmul } from "./ops/matmul.ts";
export { layerNorm, mean, rmsNorm } from "./ops/normalisation.ts";
export { oneHot } from "./ops/one-hot.ts";
export { eachPart, sumOfParts } from "./ops/parts.ts";
export { broadcastTo, reduceSum } from "./ops/reduce-sum.ts";
export { reshape } from "./ops/reshape.ts";
export { pad, slice } from "./ops/slice.ts";
export { logSoftmax, softmax } from "./ops/softmax.ts";
export { placeLast, takeLast } from "./ops/take-along.ts";
export { transpose } from "./ops/transpose.ts";
export { cast, where } from "./ops/where.ts";
export type { DType, Numbers, Shape, Spec } from "./spec.ts";
export { OpMismatch, Tensor } from "./tensor.ts";
