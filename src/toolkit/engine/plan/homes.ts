/** @file Where each tensor lives: a view where its source does, a product or a pass straight where its only reader wants it. */

import type { Graph } from "../../tensor/index.ts";
import { constantValues } from "../../tensor/ops/inputs.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Axis, broadcast, contiguous, isContiguous, reshaped } from "./axes.ts";
import { isLeaf, isStep, isView, type Roles, viewed } from "./roles.ts";

/** Memory that is had or given back as a whole. */
export interface Storage {
  readonly kind: "arena" | "constant" | "external";
  /** Elements. */
  readonly size: number;
  /** Of an external array its number, of a constant its place among the constants; of the arena nothing. */
  readonly at: number;
}

export interface Home {
  readonly storage: Storage;
  readonly offset: number;
  /** Elements from a part of the batch to the next. */
  readonly perPart: number;
  /** One an axis of the tensor's shape. */
  readonly axes: readonly Axis[];
  /** What is made of each part is added up here. */
  readonly sums: boolean;
}

/** A tensor where it lies, and as it is seen from the tensor that was made there. */
export interface Located extends Home {
  readonly source: Tensor;
  /** The axes as they would be were the source in row-major order, and the first element's place; undefined: no such axes. */
  readonly seen: { readonly offset: number; readonly axes: readonly Axis[] } | undefined;
}

export interface Homes {
  of(node: Tensor): Located;
  /** Views that take a copy. */
  readonly copies: ReadonlySet<Tensor>;
  readonly externals: readonly Storage[];
  readonly uniforms: readonly Tensor[];
  readonly constants: readonly number[];
  readonly constantTypes: readonly ("float32" | "int32")[];
  /** Outputs that stand elsewhere and are copied at the end. */
  readonly outputCopies: readonly { readonly tensor: Tensor; readonly storage: Storage }[];
  readonly outputStorages: readonly Storage[];
}

export function findHomes(graph: Graph, roles: Roles): Homes {
  const uniforms = graph.nodes.filter(({ op }) => op.name === "uniform");
  const leaves = [...graph.inputs.map(({ tensor }) => tensor), ...uniforms];
  const external = (tensor: Tensor, at: number): Storage => ({ kind: "external", size: sizeOf(tensor.shape), at });
  const leafStorages = leaves.map(external);
  const outputStorages = graph.outputs.map(({ tensor }, at) => external(tensor, leaves.length + at));
  const homes = new Map<Tensor, Home>();
  const wishes = new Map<Tensor, Partial<Pick<Home, "storage">> & Omit<Home, "storage">>();
  for (const node of graph.nodes.toReversed()) {
    if (isLeaf(node) || roles.absorbed.has(node)) continue;
    const wish = wishOf(node);
    if (isView(node)) {
      if (wish !== undefined) wishes.set(node, wish);
      continue;
    }
    const fits = wish !== undefined && accepts(node, wish, roles);
    homes.set(node, fits ? { ...wish, storage: wish.storage ?? arena(node) } : fresh(node));
  }

  const located = new Map<Tensor, Located>();
  const copies = new Set<Tensor>();
  const constants: number[] = [];
  const constantTypes: ("float32" | "int32")[] = [];
  for (const [at, tensor] of leaves.entries())
    settle(tensor, { ...fresh(tensor), storage: leafStorages[at] as Storage });
  for (const node of graph.nodes) {
    if (roles.absorbed.has(node) || located.has(node)) continue;
    const values = constantValues(node);
    if (values !== undefined) {
      settle(node, { ...fresh(node), storage: { kind: "constant", size: values.length, at: constants.length } });
      for (const value of values) {
        constants.push(value);
        constantTypes.push(node.dtype === "float32" ? "float32" : "int32");
      }
    } else if (isView(node)) {
      if (isPassedOver(node)) continue;
      const input = located.get(viewed(node)) as Located;
      const view = viewOf(node, input);
      if (view !== undefined) located.set(node, view);
      else {
        copies.add(node);
        const wish = wishes.get(node);
        settle(node, wish === undefined || wish.sums ? fresh(node) : { ...wish, storage: wish.storage ?? arena(node) });
      }
    } else settle(node, homes.get(node) as Home);
  }
  const outputCopies = graph.outputs.flatMap(({ tensor }, at) => {
    const storage = outputStorages[at] as Storage;
    const { storage: own, offset, axes } = located.get(tensor) as Located;
    return own === storage && offset === 0 && isContiguous(axes) ? [] : [{ tensor, storage }];
  });
  return {
    of: (node) => located.get(node) as Located,
    ...{ copies, uniforms, constants, constantTypes, outputCopies, outputStorages },
    externals: [...leafStorages, ...outputStorages],
  };

  function settle(node: Tensor, home: Home): void {
    located.set(node, { ...home, source: node, seen: { offset: 0, axes: contiguous(node.shape) } });
  }

  /** Where the only one who reads the node would have it. */
  function wishOf(node: Tensor): (Partial<Pick<Home, "storage">> & Omit<Home, "storage">) | undefined {
    const output = graph.outputs.findIndex(({ tensor }) => tensor === node);
    const plain = { offset: 0, perPart: 0, sums: false };
    if (output !== -1) return { ...plain, storage: outputStorages[output] as Storage, axes: contiguous(node.shape) };
    const [reader, ...others] = roles.consumers.get(node) ?? [];
    if (reader === undefined || others.length > 0) return undefined;
    const wish = wishes.get(lastReshape(reader));
    switch (reader.op.name) {
      case "reshape": {
        const axes = wish && reshaped(wish.axes, node.shape);
        return wish && axes && { ...wish, axes };
      }
      case "transpose": {
        const order = reader.attributes.order as readonly number[];
        if (wish === undefined && order.at(-1) !== order.length - 1) return undefined;
        const { axes, ...rest } = wish ?? { ...plain, axes: contiguous(reader.shape) };
        return { ...rest, axes: order.map((_, axis) => axes[order.indexOf(axis)] as Axis) };
      }
      case "concat": {
        const home = homes.get(reader) as Home;
        const place = reader.inputs.indexOf(node);
        if (reader.inputs.lastIndexOf(node) !== place || !sameStage(node, reader)) return undefined;
        return { ...home, ...slotOf(reader, place, home) };
      }
      case "sumOfParts":
        return { ...(homes.get(reader) as Home), sums: true };
      default:
        return undefined;
    }
  }

  /** A reshape that only further ones look at. */
  function isPassedOver(node: Tensor): boolean {
    const readers = roles.consumers.get(node) ?? [];
    return (
      node.op.name === "reshape" &&
      !roles.outputs.has(node) &&
      readers.length > 0 &&
      readers.every(({ op }) => op.name === "reshape")
    );
  }

  /** The end of reshapes that are each the only reader of the one before; what is no reshape is its own. */
  function lastReshape(node: Tensor): Tensor {
    let last = node;
    while (isPassedOver(last) && roles.consumers.get(last)?.length === 1)
      last = roles.consumers.get(last)?.[0] as Tensor;
    return last;
  }

  function sameStage(a: Tensor, b: Tensor): boolean {
    return roles.stageOf.get(a) === roles.stageOf.get(b);
  }
}

/** The place of a concatenation's input within it. */
export function slotOf(concat: Tensor, place: number, { offset, axes }: Home): Pick<Home, "offset" | "axes"> {
  const axis = concat.attributes.axis as number;
  const { stride } = axes[axis] as Axis;
  const start = concat.inputs.slice(0, place).reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const length = (concat.inputs[place] as Tensor).shape[axis] as number;
  return { offset: offset + start * stride, axes: axes.with(axis, { length, stride }) };
}

function arena({ shape }: Tensor): Storage {
  return { kind: "arena", size: sizeOf(shape), at: 0 };
}

function fresh(node: Tensor): Home {
  return { storage: arena(node), offset: 0, perPart: 0, axes: contiguous(node.shape), sums: false };
}

/** Whether whoever makes the node can write it so. */
function accepts(node: Tensor, { axes, sums }: Pick<Home, "axes" | "sums">, roles: Roles): boolean {
  const product = roles.biases.get(node)?.product ?? (node.op.name === "matmul" && !isStep(node) ? node : undefined);
  if (product !== undefined) {
    const own = reshaped(axes, product.shape);
    return own !== undefined && (own.at(-1)?.length === 1 || own.at(-1)?.stride === 1);
  }
  if (roles.attentions.has(node)) return !sums && axes.at(-1)?.stride === 1;
  if (isStep(node)) return !sums || node.dtype === "float32";
  if (node.op.name === "sumRows") return isContiguous(axes);
  if (["concat", "pad", "sumOfParts"].includes(node.op.name)) return !sums;
  return !sums && isContiguous(axes);
}

/** A view where its input lies; undefined where it takes a copy. */
function viewOf(node: Tensor, input: Located): Located | undefined {
  if (node.op.name === "eachPart") {
    const [first, ...rest] = input.axes as [Axis, ...Axis[]];
    const length = node.shape[0] as number;
    const perPart = input.perPart + length * first.stride;
    return { ...input, perPart, axes: [{ length, stride: first.stride }, ...rest], seen: undefined };
  }
  const lies = moved(node, input);
  return lies && { ...input, ...lies, seen: input.seen && moved(node, input.seen) };
}

function moved(
  { op, attributes, shape }: Tensor,
  { offset, axes }: { readonly offset: number; readonly axes: readonly Axis[] },
): { offset: number; axes: readonly Axis[] } | undefined {
  switch (op.name) {
    case "reshape": {
      const other = reshaped(axes, shape);
      return other && { offset, axes: other };
    }
    case "transpose":
      return { offset, axes: (attributes.order as readonly number[]).map((axis) => axes[axis] as Axis) };
    case "broadcastTo":
      return { offset, axes: broadcast(axes, shape) };
    default: {
      const { axis, start } = attributes as { axis: number; start: number };
      const { stride } = axes[axis] as Axis;
      return { offset: offset + start * stride, axes: axes.with(axis, { length: shape[axis] as number, stride }) };
    }
  }
}

export function productOf(node: Tensor, roles: Roles): { product: Tensor; bias: Tensor | undefined } | undefined {
  const biased = roles.biases.get(node);
  if (biased !== undefined) return biased;
  return node.op.name === "matmul" && !isStep(node) ? { product: node, bias: undefined } : undefined;
}

/** All that is read to make a node, with what was made part of it. */
export function inputsOf(node: Tensor, roles: Roles, homes: Homes): readonly Tensor[] {
  if (homes.copies.has(node)) return [viewed(node)];
  const product = productOf(node, roles);
  if (product !== undefined) return [...product.product.inputs, ...(product.bias === undefined ? [] : [product.bias])];
  const attention = roles.attentions.get(node);
  if (attention === undefined) return node.inputs;
  const { queries, mask, parts } = attention;
  return [queries, mask, ...parts.flatMap(({ keys, values }) => [keys, values])];
}
