/** @file Prompts and completions as padded rows: what goes in, what should come out, and how much each token counts. */
import { wrong } from "../core/argument-checks.ts";
import { logits, type TransformerConfig, type TransformerParameters } from "../model/index.ts";
import { f32, i32, logSoftmax, type Numbers, type Spec, type Tensor, takeLast } from "../tensor/index.ts";

/** A text to be learnt from: the loss counts the tokens of the completion alone. */
export interface Sequence {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  /** one for each token of the completion, >= 0; default: 1 */
  readonly weights?: readonly number[];
}

/** Rows of tokens, each (B, T). Position t predicts targets[t], the token after tokens[t]. */
export interface TokenBatch<Leaf> {
  readonly tokens: Leaf;
  readonly targets: Leaf;
  /** 0 for the prompt and for padding */
  readonly weights: Leaf;
}

/**
 * All tokens of a sequence.
 *
 * @param where the caller and which example it is, for the message
 * @throws TypeError for a sequence without a prompt or a completion, or with another count of weights
 */
export function textOf(where: string, { prompt, completion, weights }: Sequence): number[] {
  if (prompt.length === 0) {
    throw wrong(where, "a prompt of >= 1 token (the first token is predicted from nothing)", prompt);
  }
  if (completion.length === 0) throw wrong(where, "a completion of >= 1 token", completion);
  if (weights !== undefined && weights.length !== completion.length) {
    throw wrong(where, `${completion.length} weights, one a token of the completion`, weights);
  }
  return [...prompt, ...completion];
}

export function tokenBatchSpecs(rows: number, length: number): TokenBatch<Spec> {
  return { tokens: i32(rows, length), targets: i32(rows, length), weights: f32(rows, length) };
}

/** The sequences as rows padded at the end with token 0; rows beyond them weigh nothing. */
export function packTokens(sequences: readonly Sequence[], rows: number, length: number): TokenBatch<Numbers> {
  const tokens = new Int32Array(rows * length);
  const targets = new Int32Array(rows * length);
  const weights = new Float32Array(rows * length);
  for (const [row, { prompt, completion, weights: own }] of sequences.entries()) {
    const text = [...prompt, ...completion];
    const start = row * length;
    tokens.set(text.slice(0, -1), start);
    targets.set(text.slice(1), start);
    weights.set(own ?? new Float32Array(completion.length).fill(1), start + prompt.length - 1);
  }
  return { tokens, targets, weights };
}

/** The natural log-probability of each target, (B, T). */
export function targetLogProbs(
  parameters: TransformerParameters<Tensor>,
  { tokens, targets }: Pick<TokenBatch<Tensor>, "tokens" | "targets">,
  config: TransformerConfig,
): Tensor {
  return takeLast(logSoftmax(logits(parameters, tokens, config)), targets);
}
