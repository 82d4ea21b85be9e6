/** @file A pre-norm decoder-only transformer: token ids to logits, one function for training and one with room for a cache. */
import { add, constant, gather, i32, matmul, type Tensor } from "../tensor/index.ts";
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
 * @returns (B, T, V)
 * @throws ContextOverflow when T is beyond the context
 */
export function logits(parameters: TransformerParameters<Tensor>, tokens: Tensor, config: TransformerConfig): Tensor {
  const T = tokens.shape[1] as number;
  if (T > config.contextLength) throw new ContextOverflow("logits", T, config.contextLength);
  const positions = constant(
    Int32Array.from({ length: T }, (_, at) => at),
    i32(T),
  );
  const states = hiddenStates(parameters, tokens, config, { positions, mask: causalMask(positions, positions) });
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
}

/**
 * The residual stream after the last block, normalised.
 *
 * @param tokens int32 (B, T)
 * @returns (B, T, C)
 */
export function hiddenStates(
  parameters: TransformerParameters<Tensor>,
  tokens: Tensor,
  config: TransformerConfig,
  { positions, mask, remember = (_layer, fresh) => [fresh] }: Placement,
): Tensor {
  let stream = gather(parameters.embedding, tokens); // (B, T, C)
  if (parameters.positions !== undefined) stream = add(stream, gather(parameters.positions, positions));
  for (const [layer, block] of parameters.blocks.entries()) {
    const heads = projectHeads(normalise(stream, block.attentionNorm, config), block, config, positions);
    const memories = remember(layer, { keys: heads.keys, values: heads.values });
    stream = add(stream, linear(attend(heads.queries, memories, mask), block.attentionOutput));
    stream = add(stream, feedForward(normalise(stream, block.feedForwardNorm, config), block, config));
  }
  return normalise(stream, parameters.finalNorm, config);
}

/** The logits of hidden states: (..., C) -> (..., V). */
export function readOut({ head, embedding }: TransformerParameters<Tensor>, states: Tensor): Tensor {
  return head === undefined ? matmul(states, embedding, { transposeB: true }) : matmul(states, head);
}
