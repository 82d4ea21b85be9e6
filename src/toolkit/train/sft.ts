/** @file Supervised fine-tuning: the cross-entropy of completions, their prompts masked. */
import type { TransformerConfig, TransformerParameters } from "../model/index.ts";
import { type Numbers, neg, type Spec, type Tensor } from "../tensor/index.ts";
import { type BatchShape, type Identified, type Objective, weighedBy } from "./objective.ts";
import { packTokens, type Sequence, type TokenBatch, targetLogProbs, textOf, tokenBatchSpecs } from "./token-batch.ts";

export type SftExample = Sequence & Identified;

/**
 * -log pi(y | x), the mean over the tokens of the completions of a batch, by their weights where they have some.
 *
 * @source Setlur et al. 2024, arXiv:2406.14532, eq. 1
 */
export function sft(): Objective<SftExample, keyof TokenBatch<unknown>> {
  return {
    name: "sft",
    texts: (example: SftExample) => [textOf(`sft, example ${example.id},`, example)],
    row: ({ prompt, completion }: SftExample) => {
      return { length: prompt.length + completion.length - 1, from: prompt.length - 1 };
    },
    specs: ({ examples, length, from }: BatchShape): TokenBatch<Spec> => tokenBatchSpecs(examples, length, from),
    pack: (examples: readonly SftExample[], shape: BatchShape): TokenBatch<Numbers> =>
      packTokens(examples, shape.examples, shape.length, shape.from),
    loss: (parameters: TransformerParameters<Tensor>, batch: TokenBatch<Tensor>, config: TransformerConfig) => ({
      loss: weighedBy(neg(targetLogProbs(parameters, batch, config)), batch.weights),
      metrics: {},
    }),
  };
}
