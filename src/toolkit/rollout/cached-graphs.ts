/** @file What sampling runs on the engine: prompts into a cache, one further token for each sequence. */
import type { Compiled } from "../engine/index.ts";
import {
  causalMask,
  headSize,
  hiddenStates,
  type KeysValues,
  parameterSpecs,
  readOut,
  type TransformerConfig,
  type TransformerParameters,
} from "../model/index.ts";
import { constant, f32, i32, reshape, type Spec, type Tensor } from "../tensor/index.ts";
import { programFor, type TransformerPolicy } from "./transformer-policy.ts";

/** One KeysValues a layer. */
export type Memory<Leaf> = readonly KeysValues<Leaf>[];

interface PrefillInputs<Leaf> {
  readonly parameters: TransformerParameters<Leaf>;
  /** int32 (P, T), padded at the end */
  readonly tokens: Leaf;
  /** int32 (P): the place of each prompt's last token */
  readonly lasts: Leaf;
}

interface Predicted {
  /** of the token that comes next, (B, V) */
  readonly logits: Tensor;
  /** of the tokens handed in, (B, KV, T, D) */
  readonly memory: Memory<Tensor>;
}

/** Prompts of at most `length` tokens, `count` at once: their keys and values, and the logits after each. */
export function prefillProgram(
  policy: TransformerPolicy,
  count: number,
  length: number,
): Promise<Compiled<PrefillInputs<Spec>, Predicted>> {
  const { config } = policy;
  const specs = { parameters: parameterSpecs(config), tokens: i32(count, length), lasts: i32(count) };
  return programFor(policy, "prefill", (inputs) => prefill(inputs as PrefillInputs<Tensor>, config), specs);
}

function prefill({ parameters, tokens, lasts }: PrefillInputs<Tensor>, config: TransformerConfig): Predicted {
  const [P, T] = tokens.shape as readonly [number, number];
  const positions = constant(
    Int32Array.from({ length: T }, (_, at) => at),
    i32(T),
  );
  const memory: KeysValues<Tensor>[] = [];
  const states = hiddenStates(parameters, tokens, config, {
    positions,
    mask: causalMask(positions, positions),
    remember: (_layer, fresh) => {
      memory.push(fresh);
      return [fresh];
    },
    only: { places: lasts, mask: causalMask(reshape(lasts, [P, 1, 1]), positions) }, // (P, 1, 1, T)
  });
  return { logits: readOut(parameters, reshape(states, [P, config.channels])), memory };
}

export interface CacheShape {
  /** R, prompts that the cache holds */
  readonly rows: number;
  /** sequences that share a prompt and stand together; B = rows * samples */
  readonly samples: number;
  /** places for the tokens of a prompt */
  readonly promptLength: number;
  /** places for tokens written since */
  readonly length: number;
}

interface DecodeInputs<Leaf> {
  readonly parameters: TransformerParameters<Leaf>;
  /** int32 (B, 1): the token written last */
  readonly tokens: Leaf;
  /** int32 (B, 1): where it stands */
  readonly positions: Leaf;
  /** added to scores, (B, 1, 1, promptLength + length + 1): the prompt's, those written since, the token's own */
  readonly mask: Leaf;
  /** what the samples of a prompt share, (R, KV, promptLength, D); none where a prompt has one sample */
  readonly prompts: Memory<Leaf>;
  /** (B, KV, length, D); where a prompt has one sample its promptLength places stand before these */
  readonly written: Memory<Leaf>;
}

/** One token more for each sequence: its keys and values, and the logits of the one that follows. */
export function decodeProgram(
  policy: TransformerPolicy,
  { rows, samples, promptLength, length }: CacheShape,
): Promise<Compiled<DecodeInputs<Spec>, Predicted>> {
  const { config } = policy;
  const B = rows * samples;
  const specs = {
    parameters: parameterSpecs(config),
    tokens: i32(B, 1),
    positions: i32(B, 1),
    mask: f32(B, 1, 1, promptLength + length + 1),
    ...cacheSpecs(config, { rows, samples, promptLength, length }),
  };
  return programFor(policy, "decode", (inputs) => decode(inputs as DecodeInputs<Tensor>, config), specs);
}

function decode(inputs: DecodeInputs<Tensor>, config: TransformerConfig): Predicted {
  const { parameters, tokens, positions, mask, prompts, written } = inputs;
  const memory: KeysValues<Tensor>[] = [];
  const states = hiddenStates(parameters, tokens, config, {
    positions,
    mask,
    remember: (layer, fresh) => {
      memory.push(fresh);
      const shared = prompts[layer];
      return [...(shared === undefined ? [] : [shared]), written[layer] as KeysValues<Tensor>, fresh];
    },
  });
  return { logits: readOut(parameters, reshape(states, [-1, config.channels])), memory };
}

/**
 * What a cache is made of. A product for each row and head costs a call, whatever its size: what need not be read apart
 * stands together.
 */
export function cacheSpecs(
  config: TransformerConfig,
  { rows, samples, promptLength, length }: CacheShape,
): { prompts: Memory<Spec>; written: Memory<Spec> } {
  return samples === 1
    ? { prompts: [], written: memorySpecs(config, rows, promptLength + length) }
    : { prompts: memorySpecs(config, rows, promptLength), written: memorySpecs(config, rows * samples, length) };
}

/** One KeysValues a layer. */
function memorySpecs(config: TransformerConfig, rows: number, length: number): Memory<Spec> {
  const spec = f32(rows, config.keyValueHeads, length, headSize(config));
  return Array.from({ length: config.layers }, () => ({ keys: spec, values: spec }));
}
