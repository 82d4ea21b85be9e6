/** @file What each node of a graph is to the planner: a view, a product with its bias, a step of a pass, or an instruction of its own. */

import type { Graph } from "../../tensor/index.ts";
import { constantValues } from "../../tensor/ops/inputs.ts";
import type { MatmulAttributes } from "../../tensor/ops/matmul.ts";
import { sizeOf } from "../../tensor/spec.ts";
import { type Stages, stagesOf } from "../../tensor/stages.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Attention, findAttentions } from "./attention.ts";

export type Stage = "before" | "each" | "after";

export interface Roles {
  readonly stages: Stages;
  /** A sum over parts belongs to the parts. */
  readonly stageOf: ReadonlyMap<Tensor, Stage>;
  readonly consumers: ReadonlyMap<Tensor, readonly Tensor[]>;
  readonly outputs: ReadonlySet<Tensor>;
  /** Additions of a vector to a product: the product does them as it writes. */
  readonly biases: ReadonlyMap<Tensor, BiasedProduct>;
  /** Attention of one query a head, by the node that is its result. */
  readonly attentions: ReadonlyMap<Tensor, Attention>;
  /** Nodes that are part of another: they have no place and no turn. */
  readonly absorbed: ReadonlySet<Tensor>;
}

interface BiasedProduct {
  readonly product: Tensor;
  readonly bias: Tensor;
}

export function rolesOf(graph: Graph): Roles {
  const stages = stagesOf(graph);
  const stageOf = new Map<Tensor, Stage>();
  for (const stage of ["before", "each", "after"] as const) for (const node of stages[stage]) stageOf.set(node, stage);
  const consumers = new Map<Tensor, Tensor[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const known = consumers.get(input);
      if (known === undefined) consumers.set(input, [node]);
      else known.push(node);
    }
  }
  for (const node of stages.before.toReversed()) {
    // what only the end needs is made there, in the passes that need it
    const readers = consumers.get(node) ?? [];
    if (readers.length > 0 && readers.every((reader) => stageOf.get(reader) === "after")) stageOf.set(node, "after");
  }
  for (const node of stages.sums) stageOf.set(node, "each");
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor));
  const biases = new Map<Tensor, BiasedProduct>();
  const attentions = findAttentions(graph, consumers);
  const absorbed = new Set([...attentions.values()].flatMap(({ inner }) => [...inner]));
  for (const node of graph.nodes) {
    if (node.op.name !== "add" || node.dtype !== "float32" || absorbed.has(node) || attentions.has(node)) continue;
    for (const [way, bias] of [node.inputs, node.inputs.toReversed()] as [Tensor, Tensor][]) {
      const path = pathToProduct(way);
      const width = node.shape.at(-1);
      const product = path?.at(-1);
      if (product === undefined || path === undefined || sizeOf(product.shape) !== sizeOf(node.shape)) continue;
      if (product.shape.at(-1) !== width || bias.shape.at(-1) !== width || sizeOf(bias.shape) !== width) continue;
      if (path.some((part) => outputs.has(part) || consumers.get(part)?.length !== 1)) continue;
      if (bias === way || stageOf.get(product) !== stageOf.get(node) || isRowProduct(product)) continue;
      biases.set(node, { product, bias });
      for (const part of path) absorbed.add(part);
      break;
    }
  }
  return { stages, stageOf, consumers, outputs, biases, attentions, absorbed };
}

const VIEWS = new Set(["reshape", "transpose", "slice", "broadcastTo", "eachPart"]);

/** Whether the node's elements are its input's, seen in another way. */
export function isView({ op }: Tensor): boolean {
  return VIEWS.has(op.name);
}

/** What a view looks at: of reshapes upon reshapes what the first one was given. */
export function viewed(view: Tensor): Tensor {
  let input = view.inputs[0] as Tensor;
  if (view.op.name === "reshape") while (input.op.name === "reshape") input = input.inputs[0] as Tensor;
  return input;
}

const LEAVES = new Set(["input", "constant", "uniform"]);

export function isLeaf({ op }: Tensor): boolean {
  return LEAVES.has(op.name);
}

const STEPS = new Set([
  ...["add", "sub", "mul", "div", "neg", "exp", "log", "sqrt", "tanh", "erf", "sigmoid", "softplus", "gelu", "equal"],
  ...["less", "lessEqual", "and", "or", "not", "where", "cast", "softmax", "logSoftmax", "layerNorm", "standardise"],
  ...["inverseDeviation", "reduceMax"],
]);

/** Whether someone reads the node, or a view of it, who is not one of `members`, and whether it is given back. */
export function isReadBeyond(members: ReadonlySet<Tensor>, node: Tensor, roles: Roles): boolean {
  if (roles.outputs.has(node)) return true;
  return (roles.consumers.get(node) ?? []).some((reader) =>
    isView(reader) ? isReadBeyond(members, reader, roles) : !members.has(reader),
  );
}

/** Whether a pass over rows can make the node, together with others. */
export function isStep(node: Tensor): boolean {
  if (node.op.name === "reduceSum") return node.dtype === "float32" || isRowSum(node);
  return STEPS.has(node.op.name) || isRowProduct(node);
}

/** A sum over the last axis alone. */
export function isRowSum(node: Tensor): boolean {
  if (node.op.name !== "reduceSum") return false;
  const { shape } = node.inputs[0] as Tensor;
  const axes = (node.attributes.axes as readonly number[]).filter((axis) => shape[axis] !== 1);
  return axes.length === 1 && axes[0] === shape.length - 1;
}

/** The product of rows and one vector: a sum over each row. */
export function isRowProduct({ op, inputs, attributes }: Tensor): boolean {
  if (op.name !== "matmul") return false;
  const { transposeA, transposeB } = attributes as MatmulAttributes;
  const vector = inputs[1] as Tensor;
  return !transposeA && vector.shape.length === 2 && vector.shape[transposeB ? 0 : 1] === 1;
}

/** The length of the rows that a step needs whole; undefined for one that goes element by element. */
export function rowWidth(node: Tensor): number | undefined {
  const { op, inputs } = node;
  const whole = isRowSum(node) || isRowProduct(node) || ROW_STEPS.has(op.name);
  return whole ? (inputs[0] as Tensor).shape.at(-1) : undefined;
}

const ROW_STEPS = new Set(["softmax", "logSoftmax", "layerNorm", "standardise", "inverseDeviation", "reduceMax"]);

/** A constant of one number. */
export function scalarOf(node: Tensor): number | undefined {
  const values = constantValues(node);
  return values?.length === 1 ? values[0] : undefined;
}

function pathToProduct(from: Tensor): Tensor[] | undefined {
  const path = [from];
  for (let node = from; node.op.name !== "matmul"; path.push(node)) {
    if (node.op.name !== "reshape") return undefined;
    node = node.inputs[0] as Tensor;
  }
  return path;
}
