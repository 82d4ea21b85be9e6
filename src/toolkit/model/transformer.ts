/** @file A pre-norm decoder-only transformer: token ids to logits, one function for training and one with room for a cache. */
import { add, constant, gather, i32, matmul, reshape, slice, type Tensor } from "../tensor/index.ts";
import { attend, causalMask, type KeysValues, projectHeads } from "./attention.ts";
import type { TransformerConfig } from "./config.ts";
import { feedForward, linear, normalise } from "./layers.ts";
import type { TransformerParameters } from "./parameters.ts";
import { ContextOverflow } from "./token-checks.ts";

/**
 * The logits of the token after each token; each row of the batch begins at position 0 and sees itself and what stands
 * before, so that padding at its end changes nothing.
 *
 * @param tokens int32 (B, T), each in [0, V)
 * @param from the first place whose logits are wanted, below T
 * @returns (B, T - from, V)
 * @throws ContextOverflow when T is beyond the context
 */
export function logits(
  parameters: TransformerParameters<Tensor>,
  tokens: Tensor,
  config: TransformerConfig,
  from = 0,
): Tensor {
  const T = tokens.shape[1] as number;
  if (T > config.contextLength) throw new ContextOverflow("logits", T, config.contextLength);
  const positions = constant(
    Int32Array.from({ length: T }, (_, at) => at),
    i32(T),
  );
  const mask = causalMask(positions, positions);
  const only = from === 0 ? {} : { only: { from, mask: slice(mask, -2, from) } };
  const states = hiddenStates(parameters, tokens, config, { positions, mask, ...only });
  return readOut(parameters, states);
}

/** Where the tokens of a call stand, and what they see. */
export interface Placement {
  /** int32 (T), or (B, T) when rows stand at different positions; each in [0, contextLength) */
  readonly positions: Tensor;
  /** Added to the attention scores, broadcast to (B, H, T, S): see causalMask. */
  readonly mask: Tensor;
  /** The parts a layer attends to, given what it made of the tokens of this call, (B, KV, T, D); default: just that. */
  readonly remember?: (layer: number, fresh: KeysValues<Tensor>) => readonly KeysValues<Tensor>[];
  /** The tokens of each row that are wanted of the last block: what only the others need is not computed. */
  readonly only?: WantedTokens & {
    /** as mask, for these tokens alone */
    readonly mask: Tensor;
  };
}

/** One token of each row, by its place, int32 (B); or those from a place on. */
type WantedTokens = { readonly places: Tensor } | { readonly from: number };

/**
 * The residual stream after the last block, normalised.
 *
 * @param tokens int32 (B, T)
 * @returns (B, T, C), or what is wanted of T with `only`
 */
export function hiddenStates(
  parameters: TransformerParameters<Tensor>,
  tokens: Tensor,
  config: TransformerConfig,
  { positions, mask, remember = (_layer, fresh) => [fresh], only }: Placement,
): Tensor {
  let stream = gather(parameters.embedding, tokens); // (B, T, C)
  if (parameters.positions !== undefined) stream = add(stream, gather(parameters.positions, positions));
  for (const [layer, block] of parameters.blocks.entries()) {
    const heads = projectHeads(normalise(stream, block.attentionNorm, config), block, config, positions);
    const memories = remember(layer, { keys: heads.keys, values: heads.values });
    const wanted = layer === config.layers - 1 ? only : undefined;
    const queries = wanted === undefined ? heads.queries : tokensOfEach(heads.queries, wanted);
    if (wanted !== undefined) stream = tokensOfEach(stream, wanted);
    stream = add(stream, linear(attend(queries, memories, wanted?.mask ?? mask), block.attentionOutput));
    stream = add(stream, feedForward(normalise(stream, block.feedForwardNorm, config), block, config));
  }
  return normalise(stream, parameters.finalNorm, config);
}

/** The logits of hidden states: (..., C) -> (..., V). */
export function readOut({ head, embedding }: TransformerParameters<Tensor>, states: Tensor): Tensor {
  return head === undefined ? matmul(states, embedding, { transposeB: true }) : matmul(states, head);
}

/** Of (B, T, X) or (B, H, T, X) what is wanted of T. */
function tokensOfEach(x: Tensor, wanted: WantedTokens): Tensor {
  if ("from" in wanted) return slice(x, -2, wanted.from);
  const { places } = wanted;
  const [T, X] = x.shape.slice(-2) as [number, number];
  const rows = x.shape.slice(0, -2); // B, or B and H
  const count = rows.reduce((size, length) => size * length, 1);
  const starts = constant(
    Int32Array.from({ length: count }, (_, row) => row * T),
    { shape: rows, dtype: "int32" },
  );
  const ids = add(starts, reshape(places, [places.shape[0] as number, ...rows.slice(1).fill(1)]));
  return reshape(gather(reshape(x, [count * T, X]), ids), [...rows, 1, X]);
}
