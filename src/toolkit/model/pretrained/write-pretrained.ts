/** @file A policy as transformers loads it: a folder with config.json and model.safetensors, of the family that has its choices. */
import { join } from "node:path";
import { isSpec } from "../../tensor/graph.ts";
import type { Numbers } from "../../tensor/index.ts";
import { isNumbers } from "../../tensor/spec.ts";
import { flattenTree } from "../../tensor/tree.ts";
import { writeAtOnce } from "../checkpoint.ts";
import { headSize, type TransformerConfig, transformerConfig } from "../config.ts";
import { parameterSpecs, requireParameters, type TransformerParameters } from "../parameters.ts";
import { encodeSafetensors, type StoredTensor } from "../safetensors.ts";
import { type Architecture, UnsupportedModel } from "./architecture.ts";
import { GPT2 } from "./gpt2.ts";
import { LLAMA } from "./llama.ts";

const FAMILIES: readonly Architecture[] = [GPT2, LLAMA];

/**
 * Writes a policy as a Llama (rotary positions, RMSNorm, SwiGLU) or as a GPT-2 (learned positions, LayerNorm, GELU, biases, a tied head), in
 * float32: `AutoModelForCausalLM.from_pretrained(folder)`, and readPretrained, give the same logits. The tokenizer's files are the
 * caller's to put beside it.
 *
 * @param folder made where there is none; config.json and model.safetensors in it are replaced
 * @throws UnsupportedModel for choices that no family has, which are named; RangeError or TypeError for a configuration that
 *   is none, or is not that of the parameters; CheckpointError "not written"
 */
export async function writePretrained(
  folder: string,
  { config, parameters }: { readonly config: TransformerConfig; readonly parameters: TransformerParameters<Numbers> },
): Promise<void> {
  transformerConfig(config);
  requireParameters("writePretrained", config, parameters);
  const described = FAMILIES.map((family) => ({ family, published: family.publishedOf(config) }));
  const found = described.find(({ published }) => published !== undefined);
  if (found?.published === undefined) {
    const { positions, normalisation, activation, biases, tiedHead, heads, keyValueHeads } = config;
    throw new UnsupportedModel(
      `writePretrained requires the choices of a Llama (rotary, rmsNorm, swiglu) or of a GPT-2 (learned, layerNorm, gelu or geluTanh, biases, a tied head, as many keyValueHeads as heads), got ${JSON.stringify({ positions, normalisation, activation, biases, tiedHead, heads, keyValueHeads })}`,
    );
  }
  const tensors = publishedTensors(found.family, config, parameters);
  await writeAtOnce(join(folder, "model.safetensors"), encodeSafetensors({ tensors, metadata: { format: "pt" } }));
  const text = `${JSON.stringify(found.published, undefined, 2)}\n`;
  await writeAtOnce(join(folder, "config.json"), [Buffer.from(text, "utf8")]);
}

function publishedTensors(
  { prefix, sourceOf }: Architecture,
  config: TransformerConfig,
  parameters: TransformerParameters<Numbers>,
): Map<string, StoredTensor> {
  const given = new Map(flattenTree(parameters, isNumbers).map(({ name, leaf }) => [name, leaf]));
  const tensors = new Map<string, StoredTensor>();
  for (const { name, leaf: spec } of flattenTree(parameterSpecs(config), isSpec)) {
    const numbers = given.get(name) as Numbers;
    const { names, transposed = false } = sourceOf(name);
    const width = spec.shape.at(-1) as number;
    let column = 0;
    for (const [at, own] of names.entries()) {
      const columns = columnsOf(names.length, at, width, config);
      const shape = [...spec.shape.slice(0, -1), columns];
      const data = taken(numbers, { width, column, columns, transposed });
      tensors.set(`${prefix}${own}`, { shape: transposed ? shape.toReversed() : shape, data });
      column += columns;
    }
  }
  return tensors;
}

/** How wide each of the tensors is that stand side by side in one of ours: queries, keys and values; or gate and up. */
function columnsOf(count: number, at: number, width: number, config: TransformerConfig): number {
  if (count !== 3) return width / count;
  const D = headSize(config);
  return at === 0 ? config.heads * D : config.keyValueHeads * D;
}

/** Some columns of a matrix, or of a vector. */
function taken(
  numbers: Numbers,
  at: { width: number; column: number; columns: number; transposed: boolean },
): Float32Array {
  const { width, column, columns, transposed } = at;
  const rows = numbers.length / width;
  const part = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let each = 0; each < columns; each++) {
      part[transposed ? each * rows + row : row * columns + each] = numbers[row * width + column + each] as number;
    }
  }
  return part;
}
