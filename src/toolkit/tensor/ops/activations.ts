/** @file The bounded and the gated nonlinearities: tanh, erf, sigmoid, softplus, logSigmoid, GELU, SiLU. */
import { apply, type Op, type Tensor } from "../tensor.ts";
import { add, mul, neg, sub } from "./arithmetic.ts";
import { evaluateUnary, inferUnary } from "./elementwise.ts";
import { errorFunction } from "./error-function.ts";
import { exp } from "./exponentials.ts";
import { scaled } from "./matmul.ts";

export const tanhOp: Op = {
  name: "tanh",
  infer: (inputs) => inferUnary("tanh", inputs),
  gradient: ({ output, upstream }) => [mul(upstream, sub(1, mul(output, output)))],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, Math.tanh),
};

export const erfOp: Op = {
  name: "erf",
  infer: (inputs) => inferUnary("erf", inputs),
  gradient: ({ inputs, upstream }) => {
    const x = inputs[0] as Tensor;
    return [mul(upstream, mul(2 / Math.sqrt(Math.PI), exp(neg(mul(x, x)))))];
  },
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, errorFunction),
};

export const sigmoidOp: Op = {
  name: "sigmoid",
  infer: (inputs) => inferUnary("sigmoid", inputs),
  gradient: ({ output, upstream }) => [mul(upstream, mul(output, sub(1, output)))],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, logistic),
};

export const softplusOp: Op = {
  name: "softplus",
  infer: (inputs) => inferUnary("softplus", inputs),
  gradient: ({ inputs, upstream }) => [mul(upstream, sigmoid(inputs[0] as Tensor))],
  evaluate: (inputs, _attributes, output) =>
    evaluateUnary(inputs, output, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
};

/** x * Phi(x), Phi the normal distribution function. */
export const geluOp: Op = {
  name: "gelu",
  infer: (inputs) => inferUnary("gelu", inputs),
  gradient: ({ inputs, upstream }) => {
    const x = inputs[0] as Tensor;
    const s = mul(x, Math.SQRT1_2);
    const bump = mul(s, exp(sub(Math.log(2 / Math.sqrt(Math.PI)), mul(s, s)))); // 2 x phi(x)
    return [mul(scaled(upstream, 0.5), add(add(erf(s), 1), bump))]; // Phi(x) + x phi(x), in as few passes as it takes
  },
  evaluate: (inputs, _attributes, output) =>
    evaluateUnary(inputs, output, (x) => 0.5 * x * (1 + errorFunction(x * Math.SQRT1_2))),
};

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return apply(tanhOp, [x], {});
}

/** The error function. */
export function erf(x: Tensor): Tensor {
  return apply(erfOp, [x], {});
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: Tensor): Tensor {
  return apply(sigmoidOp, [x], {});
}

/** log(1 + e^x), without overflow. */
export function softplus(x: Tensor): Tensor {
  return apply(softplusOp, [x], {});
}

/** log(sigmoid(x)), without overflow. */
export function logSigmoid(x: Tensor): Tensor {
  return neg(softplus(neg(x)));
}

/** The exact Gaussian error linear unit. @source Hendrycks & Gimpel 2016, arXiv:1606.08415 */
export function gelu(x: Tensor): Tensor {
  return apply(geluOp, [x], {});
}

/**
 * x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), within 5e-4 of gelu.
 *
 * @source Hendrycks & Gimpel 2016, arXiv:1606.08415, section 2
 */
export function geluTanh(x: Tensor): Tensor {
  const inner = mul(Math.sqrt(2 / Math.PI), mul(x, add(1, mul(0.044715, mul(x, x)))));
  return mul(mul(0.5, x), add(1, tanh(inner)));
}

/** x * sigmoid(x), also called swish. @source Hendrycks & Gimpel 2016, arXiv:1606.08415 */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}
