/** @file Two texts after one context in one row: what they share is computed once, and neither text sees the other. */
import {
  causalMask,
  hiddenStates,
  readOut,
  type TransformerConfig,
  type TransformerParameters,
  UNSEEN,
} from "../model/index.ts";
import type { Numbers, Spec, Tensor } from "../tensor/index.ts";
import * as t from "../tensor/index.ts";

/** Two texts after one context; each token of either has a number, the reference's log-probability. */
export interface PairRow {
  /** at least one token */
  readonly context: readonly number[];
  readonly chosen: readonly number[];
  readonly rejected: readonly number[];
  readonly referenceLogProbs: Parts<readonly number[]>;
}

export interface Parts<Leaf> {
  readonly chosen: Leaf;
  readonly rejected: Leaf;
}

/**
 * A row is the context, the chosen text but for its last token, the context's last token once more, and the rejected text
 * but for its last: each place predicts one token. Rows (B, T); what the last W places of each predict, (B, W).
 */
export interface PairBatch<Leaf> {
  readonly tokens: Leaf;
  /** where each token stands in its own text, int32 (B, T) */
  readonly positions: Leaf;
  /** the place of the context's last token, and of its repetition, where the rejected text begins: int32 (B) each */
  readonly fork: Leaf;
  readonly second: Leaf;
  readonly targets: Leaf;
  /** 1 for the tokens of either text, 0 for context and padding */
  readonly weights: Leaf;
  readonly reference: Leaf;
}

/** T that a pair needs, and the first place that predicts a token of a text. */
export function pairRow({ context, chosen, rejected }: PairRow): { length: number; from: number } {
  return { length: context.length + chosen.length + rejected.length - 1, from: context.length - 1 };
}

/** @param from the first place of a row that predicts; W = length - from */
export function pairBatchSpecs(rows: number, length: number, from: number): PairBatch<Spec> {
  const width = length - from;
  return {
    ...{ tokens: t.i32(rows, length), positions: t.i32(rows, length), fork: t.i32(rows), second: t.i32(rows) },
    ...{ targets: t.i32(rows, width), weights: t.f32(rows, width), reference: t.f32(rows, width) },
  };
}

/** The pairs as rows padded at the end with token 0; rows beyond them weigh nothing. */
export function packPairs(pairs: readonly PairRow[], rows: number, length: number, from: number): PairBatch<Numbers> {
  const width = length - from;
  const tokens = new Int32Array(rows * length);
  const positions = new Int32Array(rows * length);
  const fork = new Int32Array(rows);
  const second = new Int32Array(rows).fill(length);
  const targets = new Int32Array(rows * width);
  const weights = new Float32Array(rows * width);
  const reference = new Float64Array(rows * width);
  for (const [row, { context, chosen, rejected, referenceLogProbs }] of pairs.entries()) {
    const last = context.length - 1;
    const starts = { chosen: last, rejected: last + chosen.length };
    tokens.set([...context, ...chosen.slice(0, -1), context[last] as number, ...rejected.slice(0, -1)], row * length);
    for (let at = 0; at < starts.rejected; at++) positions[row * length + at] = at;
    for (let at = 0; at < rejected.length; at++) positions[row * length + starts.rejected + at] = last + at;
    fork[row] = last;
    second[row] = starts.rejected;
    for (const [part, text] of Object.entries({ chosen, rejected }) as [keyof Parts<unknown>, readonly number[]][]) {
      const start = row * width + starts[part] - from;
      targets.set(text, start);
      weights.fill(1, start, start + text.length);
      reference.set(referenceLogProbs[part], start);
    }
  }
  return { tokens, positions, fork, second, targets, weights, reference };
}

/** The natural log-probability of each target after the tokens of its own text, (B, W). */
export function pairLogProbs(
  parameters: TransformerParameters<Tensor>,
  batch: Omit<PairBatch<Tensor>, "weights" | "reference">,
  config: TransformerConfig,
): Tensor {
  const { tokens, positions, targets } = batch;
  const from = (tokens.shape[1] as number) - (targets.shape[1] as number);
  const mask = pairMask(batch);
  const only = from === 0 ? {} : { only: { from, mask: t.slice(mask, -2, from) } };
  const states = hiddenStates(parameters, tokens, config, { positions, mask, ...only });
  return t.takeLast(t.logSoftmax(readOut(parameters, states)), targets);
}

/** Sums over the tokens of each text: (B, W) -> (B) each. */
export function perText(
  perToken: Tensor,
  { tokens, second }: Pick<PairBatch<Tensor>, "tokens" | "second">,
): Parts<Tensor> {
  const [B, W] = perToken.shape as readonly [number, number];
  const length = tokens.shape[1] as number;
  const isRejected = t.cast(t.lessEqual(t.reshape(second, [B, 1]), places(length - W, length)), "float32"); // (B, W)
  const sum = (of: Tensor): Tensor => t.reshape(t.reduceSum(of, [1]), [B]);
  return { chosen: sum(t.mul(perToken, t.sub(1, isRejected))), rejected: sum(t.mul(perToken, isRejected)) };
}

/** Each place sees itself and those before, but the rejected text nothing from the context's last token to its repetition. */
function pairMask({ tokens, fork, second }: Pick<PairBatch<Tensor>, "tokens" | "fork" | "second">): Tensor {
  const [B, T] = tokens.shape as readonly [number, number];
  const all = places(0, T);
  const begins = t.reshape(second, [B, 1]);
  const isRejected = t.cast(t.lessEqual(begins, all), "float32"); // of a query, (B, T)
  const isChosen = t.and(t.lessEqual(t.reshape(fork, [B, 1]), all), t.less(all, begins)); // of a key, (B, T)
  const hidden = t.mul(t.reshape(isRejected, [B, T, 1]), t.reshape(t.where(isChosen, UNSEEN, 0), [B, 1, T]));
  return t.reshape(t.add(hidden, causalMask(all, all)), [B, 1, T, T]);
}

function places(from: number, until: number): Tensor {
  return t.constant(
    Int32Array.from({ length: until - from }, (_, at) => from + at),
    t.i32(until - from),
  );
}
