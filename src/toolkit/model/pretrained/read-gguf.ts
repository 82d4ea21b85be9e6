/** @file A Llama of a GGUF file as our policy, with its tokenizer: what llama.cpp, Ollama and others keep models in. */
import { requireCount } from "../../core/argument-checks.ts";
import { type TransformerConfig, type TransformerOptions, transformerConfig } from "../config.ts";
import type { TransformerParameters } from "../parameters.ts";
import { blockOf, type TensorSource, UnsupportedModel } from "./architecture.ts";
import { assembleParameters, requireMemory } from "./assemble.ts";
import { type GgufFile, type GgufValue, openGguf } from "./gguf-file.ts";
import { type GgufTokenizer, tokenizerOf } from "./gguf-tokenizer.ts";
import { damaged, type ReadTensor } from "./safetensors-file.ts";

export interface GgufOptions {
  /** fewer tokens than the model was trained for, so that caches are smaller; default: all */
  readonly contextLength?: number;
  /** bytes that may be used; default: what the system says is available */
  readonly memoryBytes?: number;
}

export interface GgufModel {
  readonly config: TransformerConfig;
  readonly parameters: TransformerParameters<Float32Array>;
  /** for modelVocabulary of the tasks; undefined where the file has none */
  readonly tokenizer: GgufTokenizer | undefined;
}

/**
 * Reads a model of the Llama family whose numbers are F32, F16, Q8_0, Q4_0 or Q4_1, widened to float32: at most 1.3 times 4 bytes a
 * parameter in memory.
 *
 * @param path of the file, GGUF version 3
 * @throws UnsupportedModel for another architecture, number format, tokenizer or setting; CheckpointError for a file that is missing,
 *   cut off or damaged; RangeError for a contextLength out of range, or a model that is larger than the memory, with how much it needs
 */
export async function readGguf(path: string, options: GgufOptions = {}): Promise<GgufModel> {
  const file = await openGguf(path);
  try {
    const whole = configOf(path, file);
    const { contextLength = whole.contextLength } = options;
    requireCount("readGguf", "contextLength", contextLength, 1, whole.contextLength);
    requireMemory("readGguf", whole, options.memoryBytes);
    const config = { ...whole, contextLength };
    const checkpoint = {
      folder: path,
      has: (name: string) => file.shapes.has(name),
      tensor: async (name: string) => inHalves(name, await file.tensor(name), config),
      close: () => file.close(),
    };
    const parameters = await assembleParameters(checkpoint, config, sourceOf);
    return { config, parameters, tokenizer: tokenizerOf(path, file.metadata) };
  } finally {
    await file.close();
  }
}

/** What the header of the file says, without the parameters. @throws as readGguf does, but for memory */
export async function readGgufHeader(path: string): Promise<Omit<GgufModel, "parameters">> {
  const file = await openGguf(path);
  try {
    return { config: configOf(path, file), tokenizer: tokenizerOf(path, file.metadata) };
  } finally {
    await file.close();
  }
}

const ARCHITECTURE = "llama";

function configOf(path: string, { metadata, shapes }: GgufFile): TransformerConfig {
  const architecture = metadata.get("general.architecture");
  if (architecture !== ARCHITECTURE) {
    throw new UnsupportedModel(`${path}: architecture ${JSON.stringify(architecture)}; supported: "${ARCHITECTURE}"`);
  }
  const setting = (name: string): GgufValue | undefined => metadata.get(`${ARCHITECTURE}.${name}`);
  const number = (name: string, otherwise?: number): number => {
    const value = setting(name) ?? otherwise;
    if (typeof value === "number" && value > 0) return value;
    throw new UnsupportedModel(
      `${path}: expected a number > 0 under "${ARCHITECTURE}.${name}", got ${JSON.stringify(value)}`,
    );
  };
  const [channels, heads] = [number("embedding_length"), number("attention.head_count")];
  const only = { "rope.scaling.type": "none", expert_count: 0, "rope.dimension_count": channels / heads };
  for (const [name, supported] of Object.entries(only)) {
    const value = setting(name) ?? supported;
    if (value === supported) continue;
    throw new UnsupportedModel(
      `${path}: "${ARCHITECTURE}.${name}" is ${JSON.stringify(value)}; supported: ${supported}`,
    );
  }
  const embedding = shapes.get("token_embd.weight");
  if (embedding === undefined)
    throw new UnsupportedModel(`${path}: no tensor token_embd.weight (hint: a file of weights is needed)`);
  const layers = number("block_count");
  const last = `blk.${layers - 1}.attn_norm.weight`; // before room is made for blocks that are not there
  if (Number.isInteger(layers) && !shapes.has(last)) throw damaged(path, `tensor ${last} is missing`);
  return described(path, {
    vocabularySize: embedding[0] ?? 0,
    contextLength: number("context_length"),
    layers,
    channels,
    heads,
    keyValueHeads: number("attention.head_count_kv", heads),
    hidden: number("feed_forward_length"),
    positions: "rotary",
    normalisation: "rmsNorm",
    activation: "swiglu",
    biases: false,
    tiedHead: !shapes.has("output.weight"),
    epsilon: float32Text(number("attention.layer_norm_rms_epsilon")),
    rotaryBase: number("rope.freq_base", 10_000),
  });
}

/** Settings that no transformer has are the file's fault. */
function described(path: string, options: TransformerOptions): TransformerConfig {
  try {
    return transformerConfig(options);
  } catch (error) {
    throw new UnsupportedModel(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** A float32 of the metadata as the decimal number that was meant: 1e-5, not 0.000009999999747. */
function float32Text(value: number): number {
  return Number(value.toPrecision(7));
}

const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  queriesKeysValues: ["attn_q", "attn_k", "attn_v"],
  attentionOutput: ["attn_output"],
  up: ["ffn_gate", "ffn_up"],
  down: ["ffn_down"],
};

const NORMS: Readonly<Record<string, string>> = { attentionNorm: "attn_norm", feedForwardNorm: "ffn_norm" };

const REST: Readonly<Record<string, TensorSource>> = {
  embedding: { names: ["token_embd.weight"] },
  "finalNorm.gain": { names: ["output_norm.weight"] },
  head: { names: ["output.weight"], transposed: true },
};

/** @source llama.cpp, gguf-py/gguf/constants.py: the names of the tensors */
function sourceOf(name: string): TensorSource {
  const inBlock = blockOf(name);
  if (inBlock === undefined) return REST[name] as TensorSource;
  const [layer = ""] = inBlock.part.split(".");
  const path = (own: string): string => `blk.${inBlock.block}.${own}.weight`;
  const norm = NORMS[layer];
  if (norm !== undefined) return { names: [path(norm)] };
  return { names: (BLOCKS[layer] ?? []).map(path), transposed: true };
}

/**
 * Queries and keys with the two halves of each head one after the other, as the rotary positions here turn them: llama.cpp's converter
 * stores their rows in pairs.
 *
 * @source llama.cpp, convert_hf_to_gguf.py, LlamaModel.permute
 */
function inHalves(name: string, tensor: ReadTensor, { heads, keyValueHeads }: TransformerConfig): ReadTensor {
  const kind = /^blk\.\d+\.attn_([qk])\.weight$/.exec(name)?.[1];
  if (kind === undefined) return tensor;
  const [rows = 0, columns = 0] = tensor.shape;
  const size = rows / (kind === "q" ? heads : keyValueHeads);
  const data = new Float32Array(tensor.data.length);
  for (let row = 0; row < rows; row++) {
    const [head, at] = [Math.floor(row / size), row % size];
    const stored = head * size + 2 * (at % (size / 2)) + Math.floor(at / (size / 2));
    data.set(tensor.data.subarray(stored * columns, (stored + 1) * columns), row * columns);
  }
  return { shape: tensor.shape, data };
}
