/** @file How probable given sequences are under a policy: the reference's side of DPO, and importance weights. */
import { requireCount, wrong } from "../core/argument-checks.ts";
import type { Compiled } from "../engine/index.ts";
import { logits, parameterSpecs, requirePredicted, type TransformerParameters } from "../model/index.ts";
import { i32, logSoftmax, type Spec, type Tensor, takeLast } from "../tensor/index.ts";
import { onDevice, programFor, type TransformerPolicy } from "./transformer-policy.ts";

export interface SequenceLogProb {
  /** over the tokens of the mask; a natural logarithm, at most 0 */
  readonly logProb: number;
  /** of each token after those before it, outside the mask too; 0 for the first, before which nothing stands */
  readonly tokenLogProbs: Float64Array;
}

const TOKENS_AT_ONCE = 4096; // of a batch, so that its logits stay small

/**
 * log pi(token | those before), at temperature 1, for all tokens of many sequences; sequences of like length a batch.
 *
 * @param sequences token ids, prompt and completion, from 2 to contextLength + 1 of each: the last one is only predicted
 * @param masks for each sequence which tokens are summed: 1 or 0 each; never its first token
 * @returns one record a sequence, in their order
 * @throws TypeError without sequences or with masks of other lengths; TokenOutOfRange; ContextOverflow
 */
export async function sequenceLogProbs(
  policy: TransformerPolicy,
  sequences: readonly (readonly number[])[],
  masks: readonly ArrayLike<number>[],
): Promise<SequenceLogProb[]> {
  requireSequences(policy, sequences, masks);
  const order = sequences.map((_, at) => at).sort((a, b) => lengthOf(sequences, b) - lengthOf(sequences, a));
  const records: SequenceLogProb[] = [];
  const { policy: loaded, release } = onDevice(policy);
  try {
    for (let start = 0; start < order.length; ) {
      const length = roundedLength(lengthOf(sequences, order[start] as number) - 1, policy.config.contextLength);
      const count = batchCount(order.length - start, length);
      const chunk = order.slice(start, start + count);
      const rows = await score(
        loaded,
        chunk.map((at) => sequences[at] as readonly number[]),
        count,
        length,
      );
      for (const [row, at] of chunk.entries()) {
        const tokens = sequences[at] as readonly number[];
        records[at] = recordOf(rows.subarray(row * length, row * length + tokens.length - 1), masks[at] ?? []);
      }
      start += count;
    }
  } finally {
    release();
  }
  return records;
}

interface ScoreInputs<Leaf> {
  readonly parameters: TransformerParameters<Leaf>;
  /** int32 (B, T), and the token after each */
  readonly tokens: Leaf;
  readonly nexts: Leaf;
}

/** The log-probability of each token but the first, (count, length) with numbers of no use behind a sequence's end. */
async function score(
  policy: TransformerPolicy,
  sequences: readonly (readonly number[])[],
  count: number,
  length: number,
): Promise<Float64Array> {
  const tokens = new Int32Array(count * length);
  const nexts = new Int32Array(count * length);
  for (const [row, sequence] of sequences.entries()) {
    tokens.set(sequence.slice(0, -1), row * length);
    nexts.set(sequence.slice(1), row * length);
  }
  const { config, parameters } = policy;
  const specs = { parameters: parameterSpecs(config), tokens: i32(count, length), nexts: i32(count, length) };
  const program: Compiled<ScoreInputs<Spec>, Tensor> = await programFor(
    policy,
    "sequence log-probs",
    (inputs) => {
      const given = inputs as ScoreInputs<Tensor>;
      return takeLast(logSoftmax(logits(given.parameters, given.tokens, config)), given.nexts);
    },
    specs,
  );
  const scores = await program({ parameters, tokens, nexts });
  const numbers = await scores.read();
  scores.dispose();
  return Float64Array.from(numbers);
}

function recordOf(scores: Float64Array, mask: ArrayLike<number>): SequenceLogProb {
  const tokenLogProbs = new Float64Array(scores.length + 1);
  tokenLogProbs.set(scores, 1);
  const logProb = tokenLogProbs.reduce((sum, score, at) => (mask[at] === 1 ? sum + score : sum), 0);
  return { logProb, tokenLogProbs };
}

/** Few different shapes, so that few programs are compiled. */
function roundedLength(length: number, contextLength: number): number {
  return Math.min(contextLength, Math.ceil(length / 8) * 8);
}

/** The largest power of two that is asked for and fits. */
function batchCount(waiting: number, length: number): number {
  return 2 ** Math.floor(Math.log2(Math.min(waiting, Math.max(1, TOKENS_AT_ONCE / length))));
}

function lengthOf(sequences: readonly (readonly number[])[], at: number): number {
  return sequences[at]?.length ?? 0;
}

function requireSequences(
  { config }: TransformerPolicy,
  sequences: readonly (readonly number[])[],
  masks: readonly ArrayLike<number>[],
): void {
  if (sequences.length === 0) throw wrong("sequenceLogProbs", "at least one sequence", sequences);
  requireCount("sequenceLogProbs", "the count of masks", masks.length, sequences.length, sequences.length);
  for (const [at, sequence] of sequences.entries()) {
    const where = `sequenceLogProbs' sequence ${at}`;
    requirePredicted(where, sequence, config);
    if (sequence.length < 2) throw wrong(where, "at least two tokens", sequence);
    const mask = masks[at] as ArrayLike<number>;
    requireCount("sequenceLogProbs", `the length of mask ${at}`, mask.length, sequence.length, sequence.length);
    const wrongAt = Array.from(mask).findIndex((flag, place) => flag !== 0 && (flag !== 1 || place === 0));
    if (wrongAt !== -1)
      throw wrong(`sequenceLogProbs' mask ${at}`, "0 or 1 for each token, 0 for the first", mask[wrongAt]);
  }
}
