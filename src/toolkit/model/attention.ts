/** @file Causal self-attention in parts that training and cached sampling share (Vaswani et al. 2017; grouped queries: Ainslie et al. 2023). */
import {
  add,
  concat,
  lessEqual,
  matmul,
  mul,
  reduceSum,
  reshape,
  type Shape,
  slice,
  softmax,
  type Tensor,
  transpose,
  where,
} from "../tensor/index.ts";
import { headSize, type TransformerConfig } from "./config.ts";
import { linear } from "./layers.ts";
import type { Block } from "./parameters.ts";
import { rotate } from "./rotary.ts";

/** What a layer remembers of tokens: keys, rotated where positions are rotary, and values, each (B, KV, S, D). */
export interface KeysValues<Leaf> {
  readonly keys: Leaf;
  readonly values: Leaf;
}

/** Added to the score of a key that must not be seen. Finite: a row that sees no key at all is no NaN. */
export const UNSEEN = -1e30;

/**
 * What is added to attention scores so that each query sees keys at its own position and before.
 *
 * @param queryPositions int32 (..., T)
 * @param keyPositions int32 (..., S); a position beyond every query's hides a key, as that of padding
 * @returns 0 or a very negative number, (..., T, S)
 */
export function causalMask(queryPositions: Tensor, keyPositions: Tensor): Tensor {
  const seen = lessEqual(
    reshape(keyPositions, keyPositions.shape.toSpliced(-1, 0, 1)), // (..., 1, S)
    reshape(queryPositions, [...queryPositions.shape, 1]), // (..., T, 1)
  );
  return where(seen, 0, UNSEEN);
}

/** The queries (B, H, T, D) of a normalised residual stream (B, T, C), and its keys and values. */
export function projectHeads(
  x: Tensor,
  block: Pick<Block<Tensor>, "queriesKeysValues">,
  config: TransformerConfig,
  positions: Tensor,
): { queries: Tensor } & KeysValues<Tensor> {
  const { heads, keyValueHeads } = config;
  const [B, T] = x.shape as readonly [number, number];
  const flat = linear(x, block.queriesKeysValues); // (B, T, (H + 2 KV) D)
  const split = transpose(reshape(flat, [B, T, heads + 2 * keyValueHeads, headSize(config)]), [0, 2, 1, 3]);
  const values = slice(split, 1, heads + keyValueHeads); // (B, KV, T, D)
  if (config.positions === "learned") {
    return { queries: slice(split, 1, 0, heads), keys: slice(split, 1, heads, heads + keyValueHeads), values };
  }
  const turned = rotate(slice(split, 1, 0, heads + keyValueHeads), positions, config); // (B, H + KV, T, D)
  return { queries: slice(turned, 1, 0, heads), keys: slice(turned, 1, heads), values };
}

/**
 * softmax(q k' / sqrt(D) + mask) v, each head of keys and values serving its group of query heads.
 *
 * @param queries (B, H, T, D)
 * @param memories what is attended to, part by part: keys and values (B, KV, S, D), or (B / n, KV, S, D) where n rows
 *   that stand together share them, and are read once for all of them (Juravsky et al. 2024, arXiv:2402.05099)
 * @param mask broadcast to (B, H, T, the S of all parts)
 * @returns (B, T, H D)
 */
export function attend(queries: Tensor, memories: readonly KeysValues<Tensor>[], mask: Tensor): Tensor {
  const [B, H, T, D] = queries.shape as readonly [number, number, number, number];
  const weights = softmax(add(allScores(queries, memories, 1 / Math.sqrt(D)), mask)); // (B, H, T, all S)
  let start = 0;
  const parts = memories.map((memory) => {
    const end = start + (memory.keys.shape[2] as number);
    const part = mixed(slice(weights, -1, start, end), memory);
    start = end;
    return part;
  });
  return reshape(transpose(parts.reduce(add), [0, 2, 1, 3]), [B, T, H * D]);
}

/** The scores of all parts, scaled within the product where there is but one. (B, H, T, all S) */
function allScores(queries: Tensor, memories: readonly KeysValues<Tensor>[], scale: number): Tensor {
  const [only, ...more] = memories;
  if (only !== undefined && more.length === 0) return scoresOf(queries, only, scale);
  const scaled = mul(queries, scale); // a pass over one head, not over all that it sees
  return concat(
    memories.map((memory) => scoresOf(scaled, memory, 1)),
    -1,
  );
}

/** scale q k', (B, H, T, S). */
function scoresOf(queries: Tensor, { keys }: KeysValues<Tensor>, scale: number): Tensor {
  const S = keys.shape[2] as number;
  const grouped = intoGroups(queries, keys);
  const scores = S === 1 ? single(grouped, keys, scale) : matmul(grouped, keys, { transposeB: true, scale });
  return outOfGroups(scores, queries.shape.with(-1, S));
}

/** The same for a single key: one pass over both, where a product would be a call for each row and head. */
function single(queries: Tensor, key: Tensor, scale: number): Tensor {
  const products = reduceSum(mul(queries, key), [-1]);
  return scale === 1 ? products : mul(products, scale);
}

/** weights v, (B, H, T, D). */
function mixed(weights: Tensor, { values }: KeysValues<Tensor>): Tensor {
  const [, , S, D] = values.shape as readonly [number, number, number, number];
  const grouped = intoGroups(weights, values);
  const sums = S === 1 ? mul(grouped, values) : matmul(grouped, values);
  return outOfGroups(sums, weights.shape.with(-1, D));
}

/** (B, H, T, X) -> (B / n, KV, n H / KV T, X): all that reads one head of the memory, one under the other. */
function intoGroups(x: Tensor, memory: Tensor): Tensor {
  const [B, H, T, X] = x.shape as readonly [number, number, number, number];
  const [rows, KV] = memory.shape as readonly [number, number];
  const apart = reshape(x, [rows, B / rows, KV, (H / KV) * T * X]);
  const joined = rows === B ? apart : transpose(apart, [0, 2, 1, 3]);
  return reshape(joined, [rows, KV, (B / rows) * (H / KV) * T, X]);
}

/** The inverse of intoGroups; `shape` is (B, H, T, X). */
function outOfGroups(grouped: Tensor, shape: Shape): Tensor {
  const [rows, KV] = grouped.shape as readonly [number, number];
  const [B, H, T, X] = shape as readonly [number, number, number, number];
  if (rows === B) return reshape(grouped, shape);
  return reshape(transpose(reshape(grouped, [rows, KV, B / rows, (H / KV) * T * X]), [0, 2, 1, 3]), shape);
}
