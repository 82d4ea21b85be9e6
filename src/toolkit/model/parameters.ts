/** @file The parameters of a transformer: a plain named record, of specs, of numbers, of symbolic tensors or of arrays on a device. */
import { requirePositive } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { isSpec } from "../tensor/graph.ts";
import { f32, type Spec } from "../tensor/index.ts";
import { isNumbers, sizeOf } from "../tensor/spec.ts";
import { flattenTree, rebuildTree } from "../tensor/tree.ts";
import { headSize, type TransformerConfig } from "./config.ts";

export interface Linear<Leaf> {
  /** (in, out): the layer is x weight + bias */
  readonly weight: Leaf;
  readonly bias?: Leaf;
  /** of a layer whose adapter is trained: x a b is added to the product; see low-rank.ts */
  readonly beside?: { readonly a: Leaf; readonly b: Leaf };
}

export interface Normalisation<Leaf> {
  /** (C) */
  readonly gain: Leaf;
  /** (C), of a LayerNorm */
  readonly bias?: Leaf;
}

export interface Block<Leaf> {
  readonly attentionNorm: Normalisation<Leaf>;
  /** (C, (H + 2 KV) D): the heads of queries, then those of keys, then those of values, in one product */
  readonly queriesKeysValues: Linear<Leaf>;
  /** (H D, C) */
  readonly attentionOutput: Linear<Leaf>;
  readonly feedForwardNorm: Normalisation<Leaf>;
  /** (C, hidden); for SwiGLU (C, 2 hidden): what passes through SiLU, then what it gates */
  readonly up: Linear<Leaf>;
  /** (hidden, C) */
  readonly down: Linear<Leaf>;
}

export interface TransformerParameters<Leaf> {
  /** (V, C) */
  readonly embedding: Leaf;
  /** (contextLength, C), of learned positions */
  readonly positions?: Leaf;
  readonly blocks: readonly Block<Leaf>[];
  readonly finalNorm: Normalisation<Leaf>;
  /** (C, V), of an untied head */
  readonly head?: Leaf;
}

/** The shapes of a transformer's parameters. */
export function parameterSpecs(config: TransformerConfig): TransformerParameters<Spec> {
  const { vocabularySize, contextLength, layers, channels, heads, keyValueHeads, hidden } = config;
  const linear = (from: number, to: number): Linear<Spec> => ({
    weight: f32(from, to),
    ...(config.biases && { bias: f32(to) }),
  });
  const norm = (): Normalisation<Spec> => ({
    gain: f32(channels),
    ...(config.normalisation === "layerNorm" && { bias: f32(channels) }),
  });
  const block = (): Block<Spec> => ({
    attentionNorm: norm(),
    queriesKeysValues: linear(channels, (heads + 2 * keyValueHeads) * headSize(config)),
    attentionOutput: linear(channels, channels),
    feedForwardNorm: norm(),
    up: linear(channels, config.activation === "swiglu" ? 2 * hidden : hidden),
    down: linear(hidden, channels),
  });
  return {
    embedding: f32(vocabularySize, channels),
    ...(config.positions === "learned" && { positions: f32(contextLength, channels) }),
    blocks: Array.from({ length: layers }, block),
    finalNorm: norm(),
    ...(!config.tiedHead && { head: f32(channels, vocabularySize) }),
  };
}

/**
 * @throws TypeError unless the parameters are those that the configuration says, each with its count of numbers: what is
 *   over would else be left out in silence
 */
export function requireParameters(caller: string, config: TransformerConfig, parameters: unknown): void {
  const given = new Map(flattenTree(parameters ?? {}, isNumbers).map(({ name, leaf }) => [name, leaf.length]));
  for (const { name, leaf } of flattenTree(parameterSpecs(config), isSpec)) {
    const [size, length] = [sizeOf(leaf.shape), given.get(name)];
    if (length !== size) throw new TypeError(`${caller} requires ${size} numbers for ${name}, got ${length ?? "none"}`);
    given.delete(name);
  }
  for (const name of given.keys()) {
    throw new TypeError(
      `${caller} requires parameters of its configuration, which has no ${name} (hint: pass both of one policy)`,
    );
  }
}

/** The count of numbers in a transformer's parameters. */
export function parameterCount(config: TransformerConfig): number {
  return flattenTree(parameterSpecs(config), isSpec).reduce((count, { leaf }) => count + sizeOf(leaf.shape), 0);
}

/**
 * Fresh parameters: gains 1, biases 0, weights normal with a deviation, and those that write into the residual stream
 * with that / sqrt(2 L). Each tensor is drawn from a stream of its own, named like it.
 *
 * @param stream not moved on
 * @param options deviation: > 0, default 0.02, which suits hundreds of channels; with few, attention begins almost uniform
 *   and stays so for long: about 1 / sqrt(C) is learnt from sooner
 * @returns float32 numbers in the nesting of parameterSpecs
 * @source Radford et al. 2019, section 2.3; nanoGPT
 */
export function initialiseParameters(
  config: TransformerConfig,
  stream: RandomStream,
  { deviation = 0.02 }: { deviation?: number } = {},
): TransformerParameters<Float32Array> {
  requirePositive("initialiseParameters", "deviation", deviation);
  const specs = parameterSpecs(config);
  const leaves = flattenTree(specs, isSpec).map(({ name, leaf }) => {
    const values = new Float32Array(sizeOf(leaf.shape));
    if (name.endsWith(".gain")) return values.fill(1);
    if (name.endsWith(".bias")) return values;
    const intoResidual = /\.(attentionOutput|down)\.weight$/.test(name);
    const own = intoResidual ? deviation / Math.sqrt(2 * config.layers) : deviation;
    const draws = stream.split(name);
    return values.map(() => draws.normal(0, own));
  });
  return rebuildTree(specs, isSpec, leaves);
}
