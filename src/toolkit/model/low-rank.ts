/** @file Low-rank adapters: beside a frozen matrix W stand two narrow ones that are trained, W + alpha / rank A B (Hu et al. 2021, arXiv:2106.09685). */
import {
  requireCount,
  requireList,
  requireOneOf,
  requireOptions,
  requirePositive,
  wrong,
} from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { isSpec } from "../tensor/graph.ts";
import { f32, mul, type Numbers, type Spec, type Tensor } from "../tensor/index.ts";
import { sizeOf } from "../tensor/spec.ts";
import { flattenTree, rebuildTree } from "../tensor/tree.ts";
import type { TransformerConfig } from "./config.ts";
import { type Block, type Linear, parameterSpecs, type TransformerParameters } from "./parameters.ts";

/** The linear layers of a block that may have adapters. */
export const ADAPTABLE = ["queriesKeysValues", "attentionOutput", "up", "down"] as const;

export type AdaptableLayer = (typeof ADAPTABLE)[number];

/** Plain data, kept in checkpoints. */
export interface LowRankOptions {
  /** r, a count >= 1: columns of A and rows of B */
  readonly rank: number;
  /** the product is scaled by alpha / rank; > 0, default: the rank */
  readonly alpha?: number;
  /** which layers of every block; default: all four */
  readonly layers?: readonly AdaptableLayer[];
}

/** The two matrices beside a weight (in, out). */
export interface Adapter<Leaf> {
  /** (in, r) */
  readonly a: Leaf;
  /** (r, out); zeros at first, so that the policy begins as it was */
  readonly b: Leaf;
}

/** The adapters of a transformer. */
export interface LowRank<Leaf> {
  readonly blocks: readonly Partial<Record<AdaptableLayer, Adapter<Leaf>>>[];
}

/** @throws RangeError or TypeError that names the option */
export function requireLowRank(caller: string, options: LowRankOptions): void {
  requireOptions(`${caller}'s lowRank`, options, ["rank", "alpha", "layers"]);
  const { rank, alpha = rank, layers = ADAPTABLE } = options;
  requireCount(caller, "lowRank.rank", rank, 1, 2 ** 16);
  requirePositive(caller, "lowRank.alpha", alpha);
  requireList(caller, "lowRank.layers to be an array", layers);
  for (const layer of layers) requireOneOf(caller, "lowRank.layers", layer, ADAPTABLE);
  if (new Set(layers).size !== layers.length || layers.length === 0) {
    throw wrong(caller, "lowRank.layers to be different and at least one", layers);
  }
}

/** The shapes of the adapters. */
export function lowRankSpecs(config: TransformerConfig, { rank, layers = ADAPTABLE }: LowRankOptions): LowRank<Spec> {
  return {
    blocks: parameterSpecs(config).blocks.map((block) =>
      ofLayers(layers, (layer): Adapter<Spec> => {
        const [from, to] = block[layer].weight.shape as readonly [number, number];
        return { a: f32(from, rank), b: f32(rank, to) };
      }),
    ),
  };
}

/**
 * Fresh adapters: A uniform in +-1 / sqrt(in), B zeros.
 *
 * @param stream not moved on; each matrix is drawn from a stream named like it
 * @source Hu et al. 2021, section 4.1; the width of A as in PEFT's LoRA layers
 */
export function initialiseLowRank(
  config: TransformerConfig,
  options: LowRankOptions,
  stream: RandomStream,
): LowRank<Float32Array> {
  requireLowRank("initialiseLowRank", options);
  const specs = lowRankSpecs(config, options);
  const leaves = flattenTree(specs, isSpec).map(({ name, leaf: { shape } }) => {
    const values = new Float32Array(sizeOf(shape));
    if (name.endsWith(".b")) return values;
    const draws = stream.split(name);
    const width = 1 / Math.sqrt(shape[0] as number);
    return values.map(() => width * (2 * draws.uniform() - 1));
  });
  return rebuildTree(specs, isSpec, leaves);
}

/** The policy with its adapters, as its layers compute it: the frozen product, and beside it the narrow ones. */
export function withLowRank(
  parameters: TransformerParameters<Tensor>,
  adapters: LowRank<Tensor>,
  options: LowRankOptions,
): TransformerParameters<Tensor> {
  return mapAdapted(parameters, adapters, (linear, { a, b }) => ({
    ...linear,
    beside: { a, b: mul(b, scaleOf(options)) },
  }));
}

/**
 * The policy with its adapters added into its weights: as large and as fast as without them.
 *
 * @returns float32 numbers; what has no adapter is the same array
 * @throws TypeError for adapters of another rank or of another policy
 */
export function mergeLowRank(
  parameters: TransformerParameters<Numbers>,
  adapters: LowRank<Numbers>,
  options: LowRankOptions,
): TransformerParameters<Numbers> {
  requireLowRank("mergeLowRank", options);
  const [own, given] = [parameters.blocks.length, adapters.blocks.length];
  if (own !== given) throw new TypeError(`mergeLowRank requires adapters of ${own} blocks, got ${given}`);
  return mapAdapted(parameters, adapters, ({ weight, ...rest }, adapter) => ({
    ...rest,
    weight: merged(weight, adapter, options),
  }));
}

function merged(weight: Numbers, { a, b }: Adapter<Numbers>, options: LowRankOptions): Float32Array {
  const { rank } = options;
  const scale = scaleOf(options);
  const to = b.length / rank;
  if ((a.length / rank) * to !== weight.length) {
    throw new TypeError(
      `mergeLowRank requires adapters of rank ${rank} beside ${weight.length} numbers, got ${a.length} and ${b.length}`,
    );
  }
  const sum = Float64Array.from(weight);
  for (let row = 0; row < a.length / rank; row++) {
    for (let each = 0; each < rank; each++) {
      const factor = scale * (a[row * rank + each] as number);
      for (let column = 0; column < to; column++) {
        const at = row * to + column;
        sum[at] = (sum[at] as number) + factor * (b[each * to + column] as number);
      }
    }
  }
  return Float32Array.from(sum);
}

function scaleOf({ rank, alpha = rank }: LowRankOptions): number {
  return alpha / rank;
}

function mapAdapted<Leaf>(
  parameters: TransformerParameters<Leaf>,
  { blocks }: LowRank<Leaf>,
  map: (linear: Linear<Leaf>, adapter: Adapter<Leaf>) => Linear<Leaf>,
): TransformerParameters<Leaf> {
  const ofBlock = (block: Block<Leaf>, at: number): Block<Leaf> => {
    const adapters = blocks[at] ?? {};
    const mapped = ADAPTABLE.flatMap((layer) => {
      const adapter = adapters[layer];
      return adapter === undefined ? [] : [[layer, map(block[layer], adapter)] as const];
    });
    return { ...block, ...Object.fromEntries(mapped) };
  };
  return { ...parameters, blocks: parameters.blocks.map(ofBlock) };
}

function ofLayers<Value>(
  layers: readonly AdaptableLayer[],
  of: (layer: AdaptableLayer) => Value,
): Partial<Record<AdaptableLayer, Value>> {
  return Object.fromEntries(ADAPTABLE.filter((layer) => layers.includes(layer)).map((layer) => [layer, of(layer)]));
}
