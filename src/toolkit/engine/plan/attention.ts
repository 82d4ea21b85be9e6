/** @file Attention of one query a head to keys and values that lie in parts, found in a graph: one instruction for all that it is made of. */
import type { Graph } from "../../tensor/index.ts";
import type { MatmulAttributes } from "../../tensor/ops/matmul.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface Attention {
  /** (B, H, 1, D) */
  readonly queries: Tensor;
  /** Added to the scores, broadcast to (B, H, 1, places of all parts). */
  readonly mask: Tensor;
  readonly scale: number;
  /** Keys and values (B / n, KV, S, D), n as the samples or 1. */
  readonly parts: readonly { readonly keys: Tensor; readonly values: Tensor }[];
  /** Rows that stand together and share a part. */
  readonly samples: number;
  /** What the instruction makes, and nobody else reads. */
  readonly inner: ReadonlySet<Tensor>;
}

type Consumers = ReadonlyMap<Tensor, readonly Tensor[]>;

const MOST_PARTS = 4; // that a back end keeps apart (native: c/attention.c)

/** By the node that is the result, (B, H, 1, D). */
export function findAttentions(graph: Graph, consumers: Consumers): Map<Tensor, Attention> {
  const outputs = new Set(graph.outputs.map(({ tensor }) => tensor));
  const found = new Map<Tensor, Attention>();
  for (const node of graph.nodes) {
    if (node.op.name !== "softmax") continue;
    const match = matched(node, consumers);
    if (match === undefined) continue;
    const { result, ...attention } = match;
    const isOwn = (inner: Tensor): boolean =>
      !outputs.has(inner) &&
      (consumers.get(inner) ?? []).every((reader) => reader === result || attention.inner.has(reader));
    if ([...attention.inner].every(isOwn)) found.set(result, attention);
  }
  return found;
}

/** From the softmax back to queries and keys, and on to the values and their sum. */
function matched(softmax: Tensor, consumers: Consumers): (Attention & { result: Tensor }) | undefined {
  const [B, H, T] = softmax.shape as readonly [number, number, number];
  const masked = softmax.inputs[0] as Tensor;
  if (softmax.shape.length !== 4 || T !== 1 || masked.op.name !== "add") return undefined;
  const [scores, mask] = masked.inputs as readonly [Tensor, Tensor];
  if (scores.op.name !== "concat" || scores.attributes.axis !== 3 || scores.inputs.length > MOST_PARTS)
    return undefined;
  const inner = new Set([softmax, masked, scores]);
  const sides = scores.inputs.map((part) => scoresOf(part, inner));
  const queries = sides[0]?.queries;
  const scale = sides[0]?.scale;
  if (queries === undefined || scale === undefined) return undefined;
  const D = queries.shape.at(-1) as number;
  if (queries.shape.join() !== [B, H, 1, D].join()) return undefined;
  const parts: { keys: Tensor; values: Tensor }[] = [];
  const sums: Tensor[] = [];
  let start = 0;
  for (const [at, side] of sides.entries()) {
    if (side === undefined || side.queries !== queries || side.scale !== scale) return undefined;
    const end = start + (scores.inputs[at]?.shape[3] as number);
    const weights = (consumers.get(softmax) ?? []).find(
      ({ op, attributes }) =>
        op.name === "slice" && attributes.axis === 3 && attributes.start === start && attributes.end === end,
    );
    const mixed = weights && mixedFrom(weights, consumers, inner);
    if (mixed === undefined || mixed.sums.shape.join() !== queries.shape.join()) return undefined;
    if (side.keys.shape.join() !== mixed.values.shape.join() || side.samples !== mixed.samples) return undefined;
    parts.push({ keys: side.keys, values: mixed.values });
    sums.push(mixed.sums);
    start = end;
  }
  const samples = Math.max(...sides.map((side) => side?.samples ?? 1));
  const result = sumOf(sums, consumers, inner);
  const isEven = sides.every((side) => side?.samples === 1 || side?.samples === samples);
  return result && isEven ? { queries, mask, scale, parts, samples, inner, result } : undefined;
}

/** scale q k' of one part, as (B, H, 1, S), made by a product, or by a sum over elements for a single key. */
function scoresOf(
  part: Tensor,
  inner: Set<Tensor>,
): { queries: Tensor; keys: Tensor; scale: number; samples: number } | undefined {
  const own = [part];
  let node = part;
  const into: Tensor[] = [];
  for (; isMove(node); node = node.inputs[0] as Tensor) into.unshift(node);
  own.push(...into);
  const product = node.op.name === "reduceSum" ? (node.inputs[0] as Tensor) : node;
  const isSum =
    product !== node &&
    product.op.name === "mul" &&
    String(node.attributes.axes) === String([product.shape.length - 1]);
  const { transposeA, transposeB, scale = 1 } = product.attributes as Partial<MatmulAttributes>;
  if (!isSum && (product.op.name !== "matmul" || transposeA || !transposeB)) return undefined;
  const [grouped, keys] = product.inputs as readonly [Tensor, Tensor];
  if (isSum && (grouped.shape.length !== 4 || keys.shape.at(-2) !== 1)) return undefined;
  let queries = grouped;
  const before: Tensor[] = [];
  for (; isMove(queries); queries = queries.inputs[0] as Tensor) before.unshift(queries);
  const samples = samplesOf(before, queries, keys, false);
  if (samples === undefined || samples !== samplesOf(into, part, keys, true)) return undefined;
  for (const one of [...own, node, product, ...before]) inner.add(one);
  return { queries, keys, scale, samples };
}

/** The weighted values of one part, as (B, H, 1, D). */
function mixedFrom(
  weights: Tensor,
  consumers: Consumers,
  inner: Set<Tensor>,
): { values: Tensor; sums: Tensor; samples: number } | undefined {
  const only = (node: Tensor): Tensor | undefined => {
    const readers = consumers.get(node) ?? [];
    return readers.length === 1 ? readers[0] : undefined;
  };
  const before: Tensor[] = [];
  let product = only(weights);
  for (; product !== undefined && isMove(product); product = only(product)) before.push(product);
  const values = product?.inputs[1];
  if (product === undefined || values === undefined || product.inputs[0] !== (before.at(-1) ?? weights)) {
    return undefined;
  }
  const { transposeA, transposeB, scale } = product.attributes as unknown as MatmulAttributes;
  const isProduct = product.op.name === "matmul" && !transposeA && !transposeB && scale === 1;
  if (!isProduct && (product.op.name !== "mul" || values.shape.at(-2) !== 1)) return undefined;
  const into: Tensor[] = [];
  for (let node = only(product); node !== undefined && isMove(node); node = only(node)) into.push(node);
  const end = into.findIndex(({ shape }) => shape.join() === [...weights.shape.slice(0, 3), values.shape[3]].join());
  const sums = end === -1 ? product : (into[end] as Tensor);
  const behind = into.slice(0, end + 1);
  const samples = samplesOf(before, weights, values, false);
  if (samples === undefined || samples !== samplesOf(behind, sums, values, true)) return undefined;
  for (const one of [weights, ...before, product, ...behind]) inner.add(one);
  return { values, sums, samples };
}

/**
 * How many rows share one of the memory, where the moves bring (B, H, 1, X) under the memory's heads, one row of
 * samples and queries below the other, or back: reshapes alone, or one exchange of samples and heads.
 */
function samplesOf(moves: readonly Tensor[], { shape }: Tensor, memory: Tensor, isBack: boolean): number | undefined {
  const [B, H, , X] = shape as readonly [number, number, number, number];
  const [rows, KV] = memory.shape as readonly [number, number];
  if (memory.shape.length !== 4 || B % rows !== 0 || H % KV !== 0) return undefined;
  const turns = moves.filter(({ op }) => op.name === "transpose");
  if (rows === B) return turns.length === 0 ? 1 : undefined;
  const [turn, ...others] = turns;
  if (turn === undefined || others.length > 0 || String(turn.attributes.order) !== "0,2,1,3") return undefined;
  const under = isBack ? turn.shape : (turn.inputs[0] as Tensor).shape;
  return under.join() === [rows, B / rows, KV, (H / KV) * X].join() ? B / rows : undefined;
}

/** The node that adds up all, in their order. */
function sumOf(terms: readonly Tensor[], consumers: Consumers, inner: Set<Tensor>): Tensor | undefined {
  let sum = terms[0] as Tensor;
  for (const term of terms.slice(1)) {
    const next = consumers.get(sum)?.find(({ op, inputs }) => op.name === "add" && inputs.includes(term));
    if (next === undefined || !next.inputs.includes(sum)) return undefined;
    if (sum !== terms[0]) inner.add(sum);
    sum = next;
  }
  return terms.length > 1 ? sum : undefined;
}

function isMove({ op }: Tensor): boolean {
  return op.name === "reshape" || op.name === "transpose";
}
