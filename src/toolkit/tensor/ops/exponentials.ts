/** @file exp, log and sqrt. */
import { apply, type Op, type Tensor } from "../tensor.ts";
import { div, mul } from "./arithmetic.ts";
import { evaluateUnary, inferUnary } from "./elementwise.ts";

export const expOp: Op = {
  name: "exp",
  infer: (inputs) => inferUnary("exp", inputs),
  gradient: ({ output, upstream }) => [mul(upstream, output)],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, Math.exp),
};

export const logOp: Op = {
  name: "log",
  infer: (inputs) => inferUnary("log", inputs),
  gradient: ({ inputs, upstream }) => [div(upstream, inputs[0] as Tensor)],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, Math.log),
};

export const sqrtOp: Op = {
  name: "sqrt",
  infer: (inputs) => inferUnary("sqrt", inputs),
  gradient: ({ output, upstream }) => [div(mul(upstream, 0.5), output)],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, Math.sqrt),
};

/** e^x */
export function exp(x: Tensor): Tensor {
  return apply(expOp, [x], {});
}

/** Natural logarithm. */
export function log(x: Tensor): Tensor {
  return apply(logOp, [x], {});
}

/** Square root. */
export function sqrt(x: Tensor): Tensor {
  return apply(sqrtOp, [x], {});
}
