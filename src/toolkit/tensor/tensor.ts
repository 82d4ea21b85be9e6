/** @file A symbolic tensor: a node of a graph that knows its op, its inputs, its shape and its dtype, but no numbers. */
import { type DType, describeSpec, type Shape, type Spec } from "./spec.ts";

export type Attribute = number | string | boolean | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/** An array in the reference evaluation: float64 for float32 tensors, int32 for integers and for bools (0 and 1). */
export interface HostArray extends Spec {
  readonly data: Float64Array | Int32Array;
}

/** What a gradient rule is told: the call `output = op(inputs)` and d loss / d output. */
export interface GradientCall<A extends Attributes> {
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly output: Tensor;
  readonly upstream: Tensor;
}

/** One operation: its shape rule, its gradient, and its meaning. Engines translate it by its name. */
export interface Op<A extends Attributes = Attributes> {
  readonly name: string;
  /** The output's spec. @throws OpMismatch by `mismatch` when the inputs do not fit */
  infer(inputs: readonly Spec[], attributes: A): Spec;
  /** d loss / d each input, `undefined` where the input has no gradient (integers, conditions). */
  gradient(call: GradientCall<A>): readonly (Tensor | undefined)[];
  /** Fills `output`, in float64. */
  evaluate(inputs: readonly HostArray[], attributes: A, output: HostArray): void;
}

export class Tensor implements Spec {
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
  readonly dtype: DType;

  constructor(op: Op, inputs: readonly Tensor[], attributes: Attributes, { shape, dtype }: Spec) {
    this.op = op;
    this.inputs = inputs;
    this.attributes = attributes;
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** A symbolic tensor as a leaf of a tree. */
export function isTensor(value: unknown): value is Tensor {
  return value instanceof Tensor;
}

/** Inputs that do not fit an op: names the op, what came in, and the line of the user's code. */
export class OpMismatch extends TypeError {
  override readonly name = "OpMismatch";
  /** What the op is called. */
  readonly op: string;

  constructor(op: string, needs: string, inputs: readonly Spec[]) {
    super(`${op} requires ${needs}, got ${inputs.map(describeSpec).join(" and ")}`);
    this.op = op;
    const line = callersLine(this.stack ?? "");
    if (line !== undefined) this.message += ` at ${line}`;
  }
}

/** The first frame that is not the tensor package's own. */
function callersLine(stack: string): string | undefined {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const frame = frames.find((line) => !line.includes(import.meta.dirname));
  return frame?.replace(/^\s+at (?:.*\()?/, "").replace(/\)$/, "");
}

/**
 * The call of an op, checked now.
 *
 * @throws OpMismatch when shapes or dtypes do not fit
 */
export function apply<A extends Attributes>(op: Op<A>, inputs: readonly Tensor[], attributes: A): Tensor {
  return new Tensor(op, inputs, attributes, op.infer(inputs, attributes));
}
