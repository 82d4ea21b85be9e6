/** @file Comparisons and logic, elementwise with broadcasting; the results are bools and have no gradient. */
import type { Spec } from "../spec.ts";
import { apply, type Op, OpMismatch, type Tensor } from "../tensor.ts";
import { evaluateBinary, evaluateUnary, inferBinary } from "./elementwise.ts";
import { applyBinary } from "./inputs.ts";

export const equalOp = comparison("equal", (a, b) => a === b);
export const lessOp = comparison("less", (a, b) => a < b);
export const lessEqualOp = comparison("lessEqual", (a, b) => a <= b);
export const andOp = logical("and", (a, b) => a & b);
export const orOp = logical("or", (a, b) => a | b);

export const notOp: Op = {
  name: "not",
  infer: (inputs) => {
    const [operand] = inputs as readonly [Spec];
    if (operand.dtype !== "bool") throw new OpMismatch("not", "a bool tensor", inputs);
    return operand;
  },
  gradient: () => [undefined],
  evaluate: (inputs, _attributes, output) => evaluateUnary(inputs, output, (x) => 1 - x),
};

/** a = b. @throws OpMismatch when the shapes do not broadcast or the dtypes differ */
export function equal(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(equalOp, a, b);
}

/** a < b. @throws OpMismatch as equal */
export function less(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(lessOp, a, b);
}

/** a <= b. @throws OpMismatch as equal */
export function lessEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(lessEqualOp, a, b);
}

/** a > b. @throws OpMismatch as equal */
export function greater(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(lessOp, b, a);
}

/** a >= b. @throws OpMismatch as equal */
export function greaterEqual(a: Tensor | number, b: Tensor | number): Tensor {
  return applyBinary(lessEqualOp, b, a);
}

/** Both. @throws OpMismatch unless both are bools */
export function and(a: Tensor, b: Tensor): Tensor {
  return apply(andOp, [a, b], {});
}

/** Either. @throws OpMismatch unless both are bools */
export function or(a: Tensor, b: Tensor): Tensor {
  return apply(orOp, [a, b], {});
}

/** Not. @throws OpMismatch unless a bool */
export function not(a: Tensor): Tensor {
  return apply(notOp, [a], {});
}

function comparison(name: string, holds: (a: number, b: number) => boolean): Op {
  return {
    name,
    infer: (inputs) => inferBinary(name, inputs, ["float32", "int32"], "bool"),
    gradient: () => [undefined, undefined],
    evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, (a, b) => Number(holds(a, b))),
  };
}

function logical(name: string, f: (a: number, b: number) => number): Op {
  return {
    name,
    infer: (inputs) => inferBinary(name, inputs, ["bool"]),
    gradient: () => [undefined, undefined],
    evaluate: (inputs, _attributes, output) => evaluateBinary(inputs, output, f),
  };
}
