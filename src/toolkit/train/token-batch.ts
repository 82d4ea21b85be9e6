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

/** Rows of tokens, (B, T), and what the last W places of each row predict, (B, W): the token after each. */
export interface TokenBatch<Leaf> {
  readonly tokens: Leaf;
  readonly targets: Leaf;
  /** (B, W), 0 for the prompt and for padding */
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

/** @param from the first place of a row that predicts; W = length - from */
export function tokenBatchSpecs(rows: number, length: number, from = 0): TokenBatch<Spec> {
  return { tokens: i32(rows, length), targets: i32(rows, length - from), weights: f32(rows, length - from) };
}

/**
 * The sequences as rows padded at the end with token 0; rows beyond them weigh nothing.
 *
 * @param from at most the length of the shortest prompt less 1
 */
export function packTokens(
  sequences: readonly Sequence[],
  rows: number,
  length: number,
  from = 0,
): TokenBatch<Numbers> {
  const width = length - from;
  const tokens = new Int32Array(rows * length);
  const targets = new Int32Array(rows * width);
  const weights = new Float32Array(rows * width);
  for (const [row, { prompt, completion, weights: own }] of sequences.entries()) {
    const text = [...prompt, ...completion];
    tokens.set(text.slice(0, -1), row * length);
    targets.set(text.slice(1 + from), row * width);
    weights.set(own ?? new Float32Array(completion.length).fill(1), row * width + prompt.length - 1 - from);
  }
  return { tokens, targets, weights };
}

/** The natural log-probability of each target, (B, W). */
export function targetLogProbs(
  parameters: TransformerParameters<Tensor>,
  { tokens, targets }: Pick<TokenBatch<Tensor>, "tokens" | "targets">,
  config: TransformerConfig,
): Tensor {
  const from = (tokens.shape[1] as number) - (targets.shape[1] as number);
  return takeLast(logSoftmax(logits(parameters, tokens, config, from)), targets);
}
