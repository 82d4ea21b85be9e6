/** @file What a policy thinks of texts: the log-probability of each token, computed once for the reference of preference losses. */
import { compile, type DeviceArray, type Engine } from "../engine/index.ts";
import { parameterSpecs, type TransformerConfig, type TransformerParameters } from "../model/index.ts";
import type { Numbers, Tensor } from "../tensor/index.ts";
import { planEpoch } from "./buckets.ts";
import { disposeTree, uploadTree } from "./device-trees.ts";
import type { Identified } from "./objective.ts";
import type { ReferredPair } from "./preference-loss.ts";
import { packTokens, type Sequence, targetLogProbs, textOf, tokenBatchSpecs } from "./token-batch.ts";
import { requireText } from "./training-data.ts";

interface Inputs {
  readonly parameters: TransformerParameters<Tensor>;
  readonly tokens: Tensor;
  readonly targets: Tensor;
}

export interface Policy {
  readonly engine: Engine;
  readonly config: TransformerConfig;
  readonly parameters: TransformerParameters<Numbers>;
}

/**
 * The natural log-probability of each token of completions, given what stands before it.
 *
 * @param sequences prompts and completions
 * @param options batchSize: texts at a time, 64 by default
 * @returns for each sequence, one number a token of its completion, <= 0
 * @throws TokenOutOfRange or ContextOverflow naming the sequence that the policy cannot take
 */
export async function completionLogProbs(
  { engine, config, parameters }: Policy,
  sequences: readonly Sequence[],
  { batchSize = 64 }: { batchSize?: number } = {},
): Promise<number[][]> {
  const texts = sequences.map((sequence, at) => {
    const where = `completionLogProbs, sequence ${at},`;
    const text = textOf(where, sequence);
    requireText(where, text, config);
    return text;
  });
  const rows = Math.min(batchSize, sequences.length);
  const specs = parameterSpecs(config);
  const uploaded = uploadTree(engine, specs, parameters);
  const results: number[][] = sequences.map(() => []);
  const programOf = (length: number) => {
    const { tokens, targets } = tokenBatchSpecs(rows, length);
    const f = (inputs: Inputs) => targetLogProbs(inputs.parameters, inputs, config);
    return compile(engine, f, { parameters: specs, tokens, targets });
  };
  const byLength = new Map<number, Awaited<ReturnType<typeof programOf>>>();
  for (const { examples, length } of planEpoch(
    texts.map((text) => text.length - 1),
    rows,
    undefined,
  )) {
    const run = byLength.get(length) ?? (await programOf(length));
    byLength.set(length, run);
    const { tokens, targets } = packTokens(
      examples.map((at) => sequences[at] as Sequence),
      rows,
      length,
    );
    const logProbs = await taken(await run({ parameters: uploaded, tokens, targets }));
    for (const [row, at] of examples.entries()) {
      const { prompt, completion } = sequences[at] as Sequence;
      const start = row * length + prompt.length - 1;
      results[at] = Array.from(logProbs.subarray(start, start + completion.length), (logProb) => Math.min(logProb, 0));
    }
  }
  for (const run of byLength.values()) run.dispose();
  disposeTree(uploaded);
  return results;
}

/** Preference pairs with what the reference policy thinks of them, for dpo() and stepDpo(). */
export async function withReferenceLogProbs<Pair extends Omit<ReferredPair, "referenceLogProbs"> & Identified>(
  reference: Policy,
  pairs: readonly Pair[],
  options: { batchSize?: number } = {},
): Promise<(Pair & ReferredPair)[]> {
  const sequences = pairs.flatMap(({ context, chosen, rejected }) => [
    { prompt: context, completion: chosen },
    { prompt: context, completion: rejected },
  ]);
  const logProbs = await completionLogProbs(reference, sequences, options);
  return pairs.map((pair, at) => ({
    ...pair,
    referenceLogProbs: { chosen: logProbs[2 * at] as number[], rejected: logProbs[2 * at + 1] as number[] },
  }));
}

async function taken(array: DeviceArray): Promise<Numbers> {
  const values = await array.read();
  array.dispose();
  return values;
}
