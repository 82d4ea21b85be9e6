/** @file A policy small enough for the reference engine, and sampling from it without any cache. */
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { compile, type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import {
  initialiseParameters,
  logits,
  parameterSpecs,
  type TransformerConfig,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";
import { type ChosenToken, chooseToken } from "../../../src/toolkit/rollout/choose-token.ts";
import type { SampleOptions, SampleRequest, TransformerPolicy } from "../../../src/toolkit/rollout/index.ts";
import { uniformFor } from "../../../src/toolkit/rollout/token-uniform.ts";
import { i32, type Numbers } from "../../../src/toolkit/tensor/index.ts";
import { flattenTree, rebuildTree } from "../../../src/toolkit/tensor/tree.ts";

const SIZES = { vocabularySize: 7, contextLength: 20, layers: 2, channels: 8, heads: 4 };

export const CONFIGS: Record<string, TransformerConfig> = {
  "as GPT-2": transformerConfig({ ...SIZES, positions: "learned", normalisation: "layerNorm", biases: true }),
  "as Llama": transformerConfig({ ...SIZES, keyValueHeads: 2, activation: "swiglu", tiedHead: true }),
};

/** Weights far larger than fresh ones are: what is probable then depends on the prompt. */
export function tinyPolicy(name = "as Llama", engine: Engine = referenceEngine()): TransformerPolicy {
  const config = CONFIGS[name] as TransformerConfig;
  const fresh = initialiseParameters(config, createStream(3).split("parameters"));
  const isNumbers = (value: unknown): value is Float32Array => value instanceof Float32Array;
  const larger = flattenTree(fresh, isNumbers).map(({ leaf }) =>
    leaf.map((weight) => (weight === 1 ? 1 : 30 * weight)),
  );
  return { engine, config, parameters: rebuildTree(fresh, isNumbers, larger) };
}

type Forward = (tokens: Int32Array) => Promise<Numbers>;
const forwards = new WeakMap<TransformerPolicy, Promise<Forward>>();

/** The logits after a sequence, by one forward pass over all of it; what pads it to the context stands behind and is not seen. */
export async function logitsAfter(policy: TransformerPolicy, sequence: readonly number[]): Promise<number[]> {
  const forward = forwards.get(policy) ?? forwardOf(policy);
  forwards.set(policy, forward);
  const { vocabularySize, contextLength } = policy.config;
  const tokens = new Int32Array(contextLength);
  tokens.set(sequence);
  const all = await (await forward)(tokens);
  return [...all.slice((sequence.length - 1) * vocabularySize, sequence.length * vocabularySize)];
}

async function forwardOf({ engine, config, parameters }: TransformerPolicy): Promise<Forward> {
  const run = await compile(engine, (inputs) => logits(inputs.parameters, inputs.tokens, config), {
    parameters: parameterSpecs(config),
    tokens: i32(1, config.contextLength),
  });
  return async (tokens) => (await run({ parameters, tokens })).read();
}

/** What sample() must give for a request, one whole forward pass a token. */
export async function sampleUncached(
  policy: TransformerPolicy,
  { prompt, seed }: SampleRequest,
  { maxTokens, stopTokens = [], ...options }: SampleOptions,
): Promise<{ tokens: number[]; logProbs: number[] }> {
  const tokens: number[] = [];
  const logProbs: number[] = [];
  const chosen: ChosenToken = { token: 0, logProb: 0, sampledLogProb: 0 };
  const { vocabularySize, contextLength } = policy.config;
  while (tokens.length < Math.min(maxTokens, contextLength - prompt.length)) {
    const row = await logitsAfter(policy, [...prompt, ...tokens]);
    chooseToken(row, 0, vocabularySize, options, uniformFor(seed, tokens.length), chosen);
    tokens.push(chosen.token);
    logProbs.push(chosen.logProb);
    if (stopTokens.includes(chosen.token)) break;
  }
  return { tokens, logProbs };
}
