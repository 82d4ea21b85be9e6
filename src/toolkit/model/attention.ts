/** @file Causal self-attention in parts that training and cached sampling share (Vaswani et al. 2017; grouped queries: Ainslie et al. 2023). */
import { add, lessEqual, matmul, reshape, slice, softmax, type Tensor, transpose, where } from "../tensor/index.ts";
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
const UNSEEN = -1e30;

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
 * @param memory keys and values (B, KV, S, D)
 * @param mask broadcast to (B, H, T, S)
 * @returns (B, T, H D)
 */
export function attend(queries: Tensor, { keys, values }: KeysValues<Tensor>, mask: Tensor): Tensor {
  const [B, H, T, D] = queries.shape as readonly [number, number, number, number];
  const [, KV, S] = keys.shape as readonly [number, number, number];
  const grouped = [B, KV, (H / KV) * T] as const; // the queries of a group stand one under the other
  const scores = matmul(reshape(queries, [...grouped, D]), keys, { transposeB: true, scale: 1 / Math.sqrt(D) });
  const weights = softmax(add(reshape(scores, [B, H, T, S]), mask));
  const mixed = matmul(reshape(weights, [...grouped, S]), values); // (B, KV, H / KV T, D)
  return reshape(transpose(reshape(mixed, [B, H, T, D]), [0, 2, 1, 3]), [B, T, H * D]);
}
