/** @file Tracing: a function of symbolic tensors becomes a graph, its equal parts merged and its unused parts dropped. */
import { createHash } from "node:crypto";
import { input } from "./ops/inputs.ts";
import { type DType, describeSpec, type Spec } from "./spec.ts";
import { isTensor, Tensor } from "./tensor.ts";
import { flattenTree, type MapTree, rebuildTree } from "./tree.ts";

/** What an engine compiles: nodes in an order in which each comes after its inputs. */
export interface Graph {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  /** Every node that an output needs, leaves included. */
  readonly nodes: readonly Tensor[];
  /** Says all of it: graphs of one key are equal, whoever traced them. */
  readonly key: string;
}

export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** A traced function: its graph, and the nesting in which it takes its inputs and gives its outputs. */
export interface Traced<Inputs, Outputs> {
  readonly graph: Graph;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/** A spec as a leaf of a tree. */
export function isSpec(value: unknown): value is Spec {
  if (typeof value !== "object" || value === null) return false;
  const { shape, dtype } = value as { shape?: unknown; dtype?: unknown };
  return Array.isArray(shape) && typeof dtype === "string";
}

/** float32 of a shape, for readers' ease. @example f32(2, 3).shape // => [2, 3] */
export function f32(...shape: number[]): Spec {
  return { shape, dtype: "float32" };
}

/** int32 of a shape. @example i32(2).dtype // => "int32" */
export function i32(...shape: number[]): Spec {
  return { shape, dtype: "int32" };
}

/**
 * The graph of a function.
 *
 * @param f makes tensors of tensors; it is called once, here
 * @param specs a tree of specs for its argument
 * @throws OpMismatch from within f, with the op, the shapes and the line
 */
export function trace<Specs, Outputs>(
  f: (inputs: MapTree<Specs, Spec, Tensor>) => Outputs,
  specs: Specs,
): Traced<Specs, Outputs> {
  const inputs = flattenTree(specs, isSpec).map(({ name, leaf }) => ({
    name,
    tensor: input(name, checked(name, leaf)),
  }));
  const outputs = f(
    rebuildTree(
      specs,
      isSpec,
      inputs.map(({ tensor }) => tensor),
    ),
  );
  const results = flattenTree(outputs, isTensor);
  const { merged, calls } = merge(inTopologicalOrder(results.map(({ leaf }) => leaf)));
  const named = results.map(({ name, leaf }) => ({ name, tensor: merged.get(leaf) as Tensor }));
  const nodes = inTopologicalOrder(named.map(({ tensor }) => tensor));
  const places = new Map(nodes.map((node, at) => [node, at]));
  const ends = [
    inputs.map(({ name, tensor }) => [name, tensor.shape, tensor.dtype]),
    named.map(({ name, tensor }) => [name, places.get(tensor)]),
  ];
  return {
    graph: { inputs, outputs: named, nodes, key: digest([...calls, JSON.stringify(ends)]) },
    inputs: specs,
    outputs,
  };
}

const DTYPES: readonly DType[] = ["float32", "int32", "bool"];

function checked(name: string, spec: Spec): Spec {
  const lengthsFit = spec.shape.every((length) => Number.isInteger(length) && length >= 1);
  if (lengthsFit && DTYPES.includes(spec.dtype)) return spec;
  throw new TypeError(
    `trace requires lengths >= 1 and a dtype of ${DTYPES.join(", ")} for ${name}, got ${describeSpec(spec)}`,
  );
}

/** Every node the roots need, each after its inputs. Depth first, without recursion: a step graph is thousands of nodes deep. */
export function inTopologicalOrder(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { node: Tensor; next: number }[] = [];
  const enter = (node: Tensor): void => {
    if (seen.has(node)) return;
    seen.add(node);
    stack.push({ node, next: 0 });
  };
  for (const root of roots) {
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.node.inputs[top.next++];
      if (child !== undefined) enter(child);
      else order.push((stack.pop() as { node: Tensor }).node);
    }
  }
  return order;
}

function digest(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\n");
  return hash.digest("base64");
}

/** Old node to new: equal calls become one, the identity (stopGradient) becomes its input; and the calls in words, each once. */
function merge(order: readonly Tensor[]): { merged: Map<Tensor, Tensor>; calls: Iterable<string> } {
  const merged = new Map<Tensor, Tensor>();
  const byCall = new Map<string, Tensor>();
  const numbers = new Map<Tensor, number>();
  for (const node of order) {
    const inputs = node.inputs.map((part) => merged.get(part) as Tensor);
    if (node.op.name === "stopGradient") {
      merged.set(node, inputs[0] as Tensor);
      continue;
    }
    const call = [node.op.name, inputs.map((part) => numbers.get(part)), node.attributes, node.shape, node.dtype];
    const key = JSON.stringify(call, exactly);
    const same = byCall.get(key);
    const kept =
      same ??
      (inputs.every((part, at) => part === node.inputs[at])
        ? node
        : new Tensor(node.op, inputs, node.attributes, node));
    if (same === undefined) {
      byCall.set(key, kept);
      numbers.set(kept, numbers.size);
    }
    merged.set(node, kept);
  }
  return { merged, calls: byCall.keys() };
}

/** JSON has no infinities, no NaN and no -0: as text they stay apart. */
function exactly(_key: string, value: unknown): unknown {
  return typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? String(Object.is(value, -0) ? "-0" : value)
    : value;
}
