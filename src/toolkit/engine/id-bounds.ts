/** @file Which inputs of a graph are row numbers, and below which count they must lie. */
import type { Graph } from "../tensor/index.ts";
import { constantValues } from "../tensor/ops/inputs.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** An input that is used as ids. */
export interface IdBound {
  /** Its place among the graph's inputs. */
  readonly input: number;
  readonly name: string;
  /** The op that reads the ids. */
  readonly op: string;
  /** Ids lie in [0, count). */
  readonly count: number;
}

/** A bound for each input whose elements reach, unchanged, an op that looks rows up. */
export function idBounds(graph: Graph): IdBound[] {
  const bounds = new Map<number, IdBound>();
  for (const node of graph.nodes) {
    const count = idCount(node);
    if (count === undefined) continue;
    for (const source of sources(node.inputs[1] as Tensor)) {
      const input = graph.inputs.findIndex(({ tensor }) => tensor === source);
      const name = graph.inputs[input]?.name;
      if (name === undefined || count >= (bounds.get(input)?.count ?? Infinity)) continue;
      bounds.set(input, { input, name, op: node.op.name, count });
    }
  }
  return [...bounds.values()];
}

/** Whether some ids are made by the graph itself, so that no check of its inputs covers them. */
export function hasComputedIds(graph: Graph): boolean {
  return graph.nodes.some((node) => {
    const count = idCount(node);
    if (count === undefined) return false;
    const isKnown = (source: Tensor): boolean =>
      source.op.name === "input" || (constantValues(source)?.every((id) => id >= 0 && id < count) ?? false);
    return !sources(node.inputs[1] as Tensor).every(isKnown);
  });
}

/** @throws RangeError naming the input and the id that lies outside */
export function requireIds({ name, op, count }: IdBound, ids: ArrayLike<number>): void {
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at] as number;
    if (id >= 0 && id < count) continue;
    throw new RangeError(`${op} requires ids in [0, ${count}), got ${id} at place ${at} of input ${name}`);
  }
}

function idCount({ op, inputs, shape }: Tensor): number | undefined {
  const [values] = inputs;
  if (op.name === "gather") return values?.shape[0];
  if (op.name === "takeLast") return values?.shape.at(-1);
  if (op.name === "sumRows") return shape[0];
  if (op.name === "placeLast") return shape.at(-1);
  return undefined;
}

/** Where the elements come from, through ops that only move them. What a slice drops is held to the bound as well. */
function sources(ids: Tensor): Tensor[] {
  if (["reshape", "transpose", "broadcastTo", "concat", "slice", "eachPart"].includes(ids.op.name)) {
    return ids.inputs.flatMap(sources);
  }
  return [ids];
}
