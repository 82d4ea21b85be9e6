/** @file Direct preference optimisation of pairs: what dpo.ts and step-dpo.ts share (Rafailov et al. 2023). */
import { requirePositive, requireWithin, wrong } from "../core/argument-checks.ts";
import type { TransformerConfig, TransformerParameters } from "../model/index.ts";
import type { Numbers, Spec, Tensor } from "../tensor/index.ts";
import * as t from "../tensor/index.ts";
import { type BatchShape, type Identified, type Losses, type Objective, weighedBy } from "./objective.ts";
import {
  type PairBatch,
  type PairRow,
  type Parts,
  packPairs,
  pairBatchSpecs,
  pairLogProbs,
  pairRow,
  perText,
} from "./pair-rows.ts";
import { type Sequence, textOf } from "./token-batch.ts";

/**
 * A pair with what the reference policy thinks of it. The context is the prompt, and the steps before the fork where there is
 * one; referenceLogProbs are the reference policy's natural log-probability of each token of either text: see
 * withReferenceLogProbs.
 */
export type ReferredPair = Identified & PairRow;

export interface PreferenceOptions {
  /** How much the policy is held to the reference, > 0; default 0.1. */
  readonly beta?: number;
  /** The chance that a label is the wrong way round, in [0, 0.5); default 0. */
  readonly labelSmoothing?: number;
  /** Weight of the negative mean log-probability of the chosen text's tokens, added to the loss, >= 0; default 0. */
  readonly sftWeight?: number;
}

/**
 * -(1 - s) log sigmoid(margin) - s log sigmoid(-margin), margin = beta (logRatio of the chosen - logRatio of the rejected).
 *
 * @param logRatios log pi - log reference of whole texts, (B) each
 * @param options beta, and label smoothing s
 * @returns loss and margin, (B) each
 * @source Rafailov et al. 2023, arXiv:2305.18290, eq. 7; label smoothing: Mitchell 2023, "A note on DPO with noisy preferences"
 */
export function preferenceLoss(
  logRatios: Parts<Tensor>,
  { beta, labelSmoothing }: Required<Pick<PreferenceOptions, "beta" | "labelSmoothing">>,
): { loss: Tensor; margin: Tensor } {
  const margin = t.mul(t.sub(logRatios.chosen, logRatios.rejected), beta);
  const right = t.mul(t.logSigmoid(margin), labelSmoothing - 1);
  const loss = labelSmoothing === 0 ? right : t.sub(right, t.mul(t.logSigmoid(t.neg(margin)), labelSmoothing));
  return { loss, margin };
}

type Fields = keyof PairBatch<unknown> | "present";

/**
 * A method on pairs. Its metrics, means over pairs: logProbChosen and logProbRejected of whole texts, margin,
 * preferenceAccuracy (the share of margins above 0), sftLoss where it has a weight, and klToReference, the divergence of
 * this policy from the reference over a text (exact in the mean for texts that the reference wrote).
 *
 * @param requirePair throws for a pair that the method cannot be trained on
 * @source SFT term: Pang et al. 2024, arXiv:2404.19733, eq. 1
 */
export function preferenceObjective(
  name: string,
  { beta = 0.1, labelSmoothing = 0, sftWeight = 0 }: PreferenceOptions,
  requirePair: (where: string, pair: ReferredPair) => void,
): Objective<ReferredPair, Fields> {
  requirePositive(name, "beta", beta);
  requireWithin(name, "labelSmoothing", labelSmoothing, 0, 0.5 - 1e-9);
  requireWithin(name, "sftWeight", sftWeight, 0, Number.MAX_VALUE);
  return {
    name,
    texts: (pair: ReferredPair) => {
      const where = `${name}, pair ${pair.id},`;
      const texts = sequencesOf(pair).map((sequence) => textOf(where, sequence));
      requireReference(where, pair);
      requirePair(where, pair);
      return texts;
    },
    row: pairRow,
    specs: ({ examples, length, from = 0 }: BatchShape): Record<Fields, Spec> => ({
      ...pairBatchSpecs(examples, length, from),
      present: t.f32(examples),
    }),
    pack: (pairs: readonly ReferredPair[], { examples, length, from = 0 }: BatchShape): Record<Fields, Numbers> => ({
      ...packPairs(pairs, examples, length, from),
      present: new Float32Array(examples).fill(1, 0, pairs.length),
    }),
    loss: (
      parameters: TransformerParameters<Tensor>,
      batch: Record<Fields, Tensor>,
      config: TransformerConfig,
    ): Losses => {
      const policy = t.mul(pairLogProbs(parameters, batch, config), batch.weights); // (B, W)
      const logRatio = t.sub(policy, batch.reference);
      const logProb = perText(policy, batch);
      const { loss, margin } = preferenceLoss(perText(logRatio, batch), { beta, labelSmoothing });
      const divergence = perText(klTerms(logRatio), batch);
      const kl = t.mul(t.add(divergence.chosen, divergence.rejected), 0.5);
      // rows that fill up the batch have no token: divided by 1
      const tokens = t.add(perText(batch.weights, batch).chosen, t.sub(1, batch.present));
      const sftLoss = t.neg(t.div(logProb.chosen, tokens));
      const mean = (values: Tensor) => weighedBy(values, batch.present);
      return {
        loss: mean(sftWeight === 0 ? loss : t.add(loss, t.mul(sftLoss, sftWeight))),
        metrics: {
          logProbChosen: mean(logProb.chosen),
          logProbRejected: mean(logProb.rejected),
          margin: mean(margin),
          preferenceAccuracy: mean(t.cast(t.greater(margin, 0), "float32")),
          klToReference: mean(kl),
          ...(sftWeight > 0 && { sftLoss: mean(sftLoss) }),
        },
      };
    },
  };
}

/** The chosen text, then the rejected one. */
function sequencesOf({ context, chosen, rejected }: ReferredPair): [Sequence, Sequence] {
  return [
    { prompt: context, completion: chosen },
    { prompt: context, completion: rejected },
  ];
}

const MOST_LOG_RATIO = 10; // one token that the reference all but excluded would drown the rest of the estimate

/**
 * Whose mean over tokens drawn from the reference is KL(reference || policy): r - 1 - log r, r = pi / reference.
 *
 * @source Schulman 2020, "Approximating KL divergence", estimator k3, http://joschu.net/blog/kl-approx.html
 */
function klTerms(logRatio: Tensor): Tensor {
  const bounded = t.where(t.less(logRatio, MOST_LOG_RATIO), logRatio, MOST_LOG_RATIO);
  return t.sub(t.sub(t.exp(bounded), 1), bounded);
}

function requireReference(where: string, pair: ReferredPair): void {
  for (const part of ["chosen", "rejected"] as const) {
    const given = pair.referenceLogProbs?.[part];
    if (given?.length === pair[part].length && given.every((logProb) => logProb <= 0)) continue;
    const hint = "withReferenceLogProbs makes them";
    throw wrong(where, `referenceLogProbs.${part} to be a number <= 0 for each of its tokens`, given, hint);
  }
}
