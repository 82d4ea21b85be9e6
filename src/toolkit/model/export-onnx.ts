/** @file A trained policy as one ONNX file that holds its parameters: logits of whole texts, or of one token more with a cache. */
import { requireCount } from "../core/argument-checks.ts";
import { lowerGraph } from "../engine/index.ts";
import { trace } from "../tensor/graph.ts";
import { constant, equal, f32, i32, type Numbers, reshape, type Spec, type Tensor, where } from "../tensor/index.ts";
import { isNumbers } from "../tensor/spec.ts";
import { flattenTree } from "../tensor/tree.ts";
import { causalMask, type KeysValues } from "./attention.ts";
import { writeAtOnce } from "./checkpoint.ts";
import { headSize, type TransformerConfig } from "./config.ts";
import { parameterSpecs, type TransformerParameters } from "./parameters.ts";
import { hiddenStates, logits, readOut } from "./transformer.ts";

export interface ExportOptions {
  /** B, the texts of a run, a count >= 1; default 1. */
  readonly batch?: number;
  /** T of a run, or places of the cache, a count >= 1; default: contextLength. */
  readonly length?: number;
  /** Whether the model takes one token at a time and remembers keys and values; default false. */
  readonly cached?: boolean;
}

/**
 * Writes a policy for any program that runs ONNX models with onnxruntime's contributed ops.
 *
 * Without a cache: `tokens` int32 (B, T) to `logits` (B, T, V); shorter texts are padded at their end, which changes
 * nothing before it. With a cache: `tokens` and `positions`, int32 (B, 1), and `memory.LAYER.keys` and `.values`
 * (B, KV, length, D), zeros at first, to `logits` (B, V) and `next.LAYER.keys` and `.values`, which are the memory of the
 * next token; position p of a row must have been filled before p + 1.
 *
 * @param path of the file, commonly NAME.onnx; written at one stroke
 * @throws RangeError when batch is no count or length is beyond the context; CheckpointError "not written"
 */
export async function exportOnnx(
  path: string,
  { config, parameters }: { config: TransformerConfig; parameters: TransformerParameters<Numbers> },
  { batch = 1, length = config.contextLength, cached = false }: ExportOptions = {},
): Promise<void> {
  requireCount("exportOnnx", "batch", batch, 1, 2 ** 20);
  requireCount("exportOnnx", "length", length, 1, config.contextLength);
  const fixed = new Map(flattenTree({ parameters }, isNumbers).map(({ name, leaf }) => [name, leaf]));
  const { graph } = cached ? cachedGraph(config, batch, length) : wholeGraph(config, batch, length);
  await writeAtOnce(path, [lowerGraph(graph, fixed).bytes]);
}

function wholeGraph(config: TransformerConfig, batch: number, length: number) {
  return trace(({ parameters, tokens }) => ({ logits: logits(parameters, tokens, config) }), {
    parameters: parameterSpecs(config),
    tokens: i32(batch, length),
  });
}

interface CachedInputs<Leaf> {
  readonly parameters: TransformerParameters<Leaf>;
  readonly tokens: Leaf;
  readonly positions: Leaf;
  readonly memory: readonly KeysValues<Leaf>[];
}

function cachedGraph(config: TransformerConfig, batch: number, length: number) {
  const part = f32(batch, config.keyValueHeads, length, headSize(config));
  const specs: CachedInputs<Spec> = {
    parameters: parameterSpecs(config),
    tokens: i32(batch, 1),
    positions: i32(batch, 1),
    memory: Array.from({ length: config.layers }, () => ({ keys: part, values: part })),
  };
  return trace((inputs: CachedInputs<Tensor>) => nextToken(inputs, config, length), specs);
}

/** The keys and values of a token take the place of its position in the memory. */
function nextToken(
  { parameters, tokens, positions, memory }: CachedInputs<Tensor>,
  config: TransformerConfig,
  length: number,
) {
  const B = tokens.shape[0] as number;
  const places = constant(
    Int32Array.from({ length }, (_, at) => at),
    i32(length),
  );
  const isOwn = equal(reshape(places, [length, 1]), reshape(positions, [B, 1, 1, 1])); // (B, 1, length, 1)
  const next: KeysValues<Tensor>[] = [];
  const states = hiddenStates(parameters, tokens, config, {
    positions,
    mask: causalMask(reshape(positions, [B, 1, 1]), places), // (B, 1, 1, length)
    remember: (layer, fresh) => {
      const before = memory[layer] as KeysValues<Tensor>;
      const kept = {
        keys: where(isOwn, fresh.keys, before.keys),
        values: where(isOwn, fresh.values, before.values),
      };
      next.push(kept);
      return [kept];
    },
  });
  return { logits: reshape(readOut(parameters, states), [B, config.vocabularySize]), next };
}
