/** @file The leaves of a graph: inputs, constants and uniform random numbers. */
import { wrong } from "../../core/argument-checks.ts";
import { type Numbers, type Shape, type Spec, sizeOf } from "../spec.ts";
import { apply, type Op, Tensor } from "../tensor.ts";

/** A value that the caller hands in at each run; made by trace(). */
const inputOp: Op<{ name: string }> = {
  name: "input",
  infer: () => ({ shape: [], dtype: "float32" }),
  gradient: () => [],
  evaluate: () => {},
};

export function input(name: string, spec: Spec): Tensor {
  return new Tensor(inputOp, [], { name }, spec);
}

/** Numbers fixed when the graph is traced, kept flat in `values`. */
const constantOp: Op<{ values: readonly number[] }> = {
  name: "constant",
  infer: () => ({ shape: [], dtype: "float32" }),
  gradient: () => [],
  evaluate: (_inputs, { values }, output) => output.data.set(values),
};

/**
 * A constant tensor.
 *
 * @param values one number, or the elements in row-major order
 * @param spec shape (default: of a scalar, or of a vector) and dtype (default float32)
 * @throws TypeError when the count of values is not the shape's
 */
export function constant(values: number | Numbers | readonly number[], spec: Partial<Spec> = {}): Tensor {
  const flat = typeof values === "number" ? [values] : Array.from(values);
  const shape: Shape = spec.shape ?? (typeof values === "number" ? [] : [flat.length]);
  if (flat.length !== sizeOf(shape))
    throw wrong("constant", `${sizeOf(shape)} values for shape [${shape.join(", ")}]`, flat);
  return new Tensor(constantOp, [], { values: flat }, { shape, dtype: spec.dtype ?? "float32" });
}

/** A number stands for a scalar constant of the other operand's dtype. */
export function asTensor(value: Tensor | number, like?: Spec): Tensor {
  if (value instanceof Tensor) return value;
  return constant(value, { dtype: like?.dtype === "int32" ? "int32" : "float32" });
}

/** op(a, b), where a number stands for a scalar of the other's dtype. @throws OpMismatch when they do not fit */
export function applyBinary(op: Op, a: Tensor | number, b: Tensor | number): Tensor {
  const left = asTensor(a, b instanceof Tensor ? b : undefined);
  return apply(op, [left, asTensor(b, left)], {});
}

/** Uniform numbers in [0, 1), filled anew at each run from the run's seed: the same on every engine. */
const uniformOp: Op<{ stream: string; shape: readonly number[] }> = {
  name: "uniform",
  infer: (_inputs, { shape }) => ({ shape, dtype: "float32" }),
  gradient: () => [],
  evaluate: () => {},
};

/**
 * Uniform random numbers in [0, 1), a multiple of 2^-24, drawn from the counter-based stream (run's seed, `stream`).
 *
 * @param stream a label; equal labels in one graph give equal numbers
 */
export function randomUniform(stream: string, shape: Shape): Tensor {
  return apply(uniformOp, [], { stream, shape });
}

/** The elements of a constant; undefined for any other tensor. */
export function constantValues(tensor: Tensor): readonly number[] | undefined {
  return tensor.op.name === constantOp.name ? (tensor.attributes as { values: readonly number[] }).values : undefined;
}
