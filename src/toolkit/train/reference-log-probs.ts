/** @file What the reference policy thinks of preference pairs, computed once before they are trained on. */
import { requirePredicted } from "../model/index.ts";
import { sequenceLogProbs, type TransformerPolicy } from "../rollout/index.ts";
import type { ReferredPair } from "./preference-loss.ts";

/**
 * Preference pairs with the reference's log-probability of each token of either text, for dpo() and stepDpo().
 *
 * @param reference commonly the policy that training starts from
 * @throws TokenOutOfRange or ContextOverflow naming the pair whose text the policy cannot take
 */
export async function withReferenceLogProbs<Pair extends Omit<ReferredPair, "referenceLogProbs">>(
  reference: TransformerPolicy,
  pairs: readonly Pair[],
): Promise<(Pair & ReferredPair)[]> {
  const texts = new Map<string, number[]>(); // pairs of one problem have texts in common
  const textOf = (pair: Pair, part: "chosen" | "rejected"): string => {
    const text = [...pair.context, ...pair[part]];
    requirePredicted(`withReferenceLogProbs, pair ${pair.id}, ${part},`, text, reference.config);
    const key = text.join();
    texts.set(key, text);
    return key;
  };
  const keys = pairs.map((pair) => ({ chosen: textOf(pair, "chosen"), rejected: textOf(pair, "rejected") }));
  const masks = Array.from(texts.values(), ({ length }) => new Uint8Array(length)); // sums are not asked for
  const records = await sequenceLogProbs(reference, [...texts.values()], masks);
  const scores = new Map([...texts.keys()].map((key, at) => [key, records[at]?.tokenLogProbs ?? new Float64Array()]));
  return pairs.map((pair, at) => {
    const after = (key: string | undefined): number[] =>
      Array.from(scores.get(key ?? "")?.subarray(pair.context.length) ?? [], (logProb) => Math.min(logProb, 0));
    return { ...pair, referenceLogProbs: { chosen: after(keys[at]?.chosen), rejected: after(keys[at]?.rejected) } };
  });
}
