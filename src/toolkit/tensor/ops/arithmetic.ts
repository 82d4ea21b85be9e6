/** @file The four operations and the sign, elementwise with broadcasting. */
import type { Spec } from "../spec.ts";
import { apply, type Op, type Tensor } from "../tensor.ts";
import { evaluateBinary, evaluateUnary, inferBinary } from "./elementwise.ts";
import { applyBinary } from "./inputs.ts";
import { sumTo } from "./reduce-sum.ts";

const NUMERIC = ["float32", "int32"] as const;

export const addOp: Op = {
  name: "add",
  infer: (inputs) => inferBinary("add", inputs, NUMERIC),
  gradient: ({ inputs: [a, b], upstream }) => [backTo(a, upstream), backTo(b, upstream)],
  evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, (a, b) => a + b),
};

export const subOp: Op = {
  name: "sub",
  infer: (inputs) => inferBinary("sub", inputs, NUMERIC),
  gradient: ({ inputs: [a, b], upstream }) => [backTo(a, upstream), backTo(b, neg(upstream))],
  evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, (a, b) => a - b),
};

export const mulOp: Op = {
  name: "mul",
  infer: (inputs) => inferBinary("mul", inputs, NUMERIC),
  gradient: ({ inputs, upstream }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    return [backTo(a, mul(upstream, b)), backTo(b, mul(upstream, a))];
  },
  evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, (a, b) => a * b),
};

export const divOp: Op = {
  name: "div",
  infer: (inputs) => inferBinary("div", inputs, ["float32"]),
  gradient: ({ inputs, output, upstream }) => {
    const [a, b] = inputs as readonly [Tensor, Tensor];
    const perA = div(upstream, b);
    return [backTo(a, perA), backTo(b, neg(mul(perA, output)))]; // d(a/b)/db = -(a/b)/b
  },
  evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, (a, b) => a / b),
};

export const negOp: Op = {
  name: "neg",
  infer: (inputs) => inputs[0] as Spec,
  gradient: ({ upstream }) => [neg(upstream)],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, (x) => -x),
};

/** a + b. A number stands for a scalar. @throws OpMismatch when the shapes do not broadcast or the dtypes differ */
export function add(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(addOp, a, b);
}

/** a - b. @throws OpMismatch as add */
export function sub(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(subOp, a, b);
}

/** a * b, elementwise. @throws OpMismatch as add */
export function mul(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(mulOp, a, b);
}

/** a / b, elementwise, float32 only. @throws OpMismatch as add */
export function div(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(divOp, a, b);
}

/** -a */
export function neg(a: Tensor): Tensor {
  return apply(negOp, [a], {});
}

/** The share of a gradient that an operand takes: summed over what was broadcast; integers take none. */
function backTo(operand: Tensor | undefined, upstream: Tensor): Tensor | undefined {
  return operand?.dtype === "float32" ? sumTo(upstream, operand.shape) : undefined;
}
