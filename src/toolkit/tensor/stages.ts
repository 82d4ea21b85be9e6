/** @file Which nodes of a graph are run once, and which anew for each part of a batch. */
import { wrong } from "../core/argument-checks.ts";
import type { Graph } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

/** The nodes of a graph, each list in an order in which a node comes after its inputs. */
export interface Stages {
  /** Those that hang on no part. */
  readonly before: readonly Tensor[];
  /** Those of a part. */
  readonly each: readonly Tensor[];
  /** The sums over parts. */
  readonly sums: readonly Tensor[];
  /** Those that hang on a sum. */
  readonly after: readonly Tensor[];
  /** 1 where nothing is taken apart; then all nodes are `before`. */
  readonly parts: number;
}

/**
 * The stages of a graph.
 *
 * @throws RangeError or TypeError for parts of parts, for two counts of parts, and for a part that leaves without a sum
 */
export function stagesOf({ nodes, outputs }: Pick<Graph, "nodes" | "outputs">): Stages {
  const stages: Record<Exclude<keyof Stages, "parts">, Tensor[]> = { before: [], each: [], sums: [], after: [] };
  const stageOf = new Map<Tensor, keyof typeof stages>();
  const counts = new Set<number>();
  for (const node of nodes) {
    let [ofPart, ofSum] = [false, false];
    for (const input of node.inputs) {
      const stage = stageOf.get(input);
      ofPart ||= stage === "each";
      ofSum ||= stage === "sums" || stage === "after";
    }
    const isPart = node.op.name === "eachPart";
    const isSum = node.op.name === "sumOfParts";
    if (isPart || isSum) counts.add(node.attributes.count as number);
    if (ofSum && (ofPart || isPart || isSum)) throw wrong("a graph", "parts taken once", `${node.op.name} of a sum`);
    if (ofPart && isPart) throw wrong("a graph", "parts of what is whole", "parts of a part");
    const stage = isSum ? "sums" : ofPart || isPart ? "each" : ofSum ? "after" : "before";
    stageOf.set(node, stage);
    stages[stage].push(node);
  }
  if (counts.size > 1) throw wrong("a graph", "one count of parts", [...counts]);
  const left = outputs.find(({ tensor }) => stageOf.get(tensor) === "each");
  if (left !== undefined) throw wrong("a graph", "parts that leave by sumOfParts", left.name);
  return { ...stages, parts: [...counts][0] ?? 1 };
}

/** A node, and which part it is evaluated for; 0 for what is run once. */
export interface Turn {
  readonly node: Tensor;
  readonly part: number;
}

/** The whole run of an engine that goes node by node; a sum has a turn a part. */
export function turnsOf({ before, each, sums, after, parts }: Stages): Turn[] {
  const of = (nodes: readonly Tensor[], part: number): Turn[] => nodes.map((node) => ({ node, part }));
  const repeated = Array.from({ length: parts }, (_, part) => of([...each, ...sums], part));
  return [...of(before, 0), ...repeated.flat(), ...of(after, 0)];
}
