/** @file What the reference policy thinks of preference pairs, computed once before they are trained on. */
import { sequenceLogProbs, type TransformerPolicy } from "../rollout/index.ts";
import type { ReferredPair } from "./preference-loss.ts";

/**
 * Preference pairs with the reference's log-probability of each token of either text, for dpo() and stepDpo().
 *
 * @param reference commonly the policy that training starts from
 * @throws TokenOutOfRange or ContextOverflow for a text that the policy cannot take
 */
export async function withReferenceLogProbs<Pair extends Omit<ReferredPair, "referenceLogProbs">>(
  reference: TransformerPolicy,
  pairs: readonly Pair[],
): Promise<(Pair & ReferredPair)[]> {
  const texts = pairs.flatMap(({ context, chosen, rejected }) => [
    [...context, ...chosen],
    [...context, ...rejected],
  ]);
  const masks = texts.map(({ length }) => new Uint8Array(length)); // sums are not asked for
  const records = await sequenceLogProbs(reference, texts, masks);
  return pairs.map((pair, at) => {
    const after = (row: number): number[] =>
      Array.from(records[row]?.tokenLogProbs.subarray(pair.context.length) ?? [], (logProb) => Math.min(logProb, 0));
    return { ...pair, referenceLogProbs: { chosen: after(2 * at), rejected: after(2 * at + 1) } };
  });
}
