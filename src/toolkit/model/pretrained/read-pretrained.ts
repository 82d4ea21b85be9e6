/** @file Published checkpoints as our policy: a folder with config.json and safetensors files, as transformers saves them. */
import { basename, join } from "node:path";
import { requireCount } from "../../core/argument-checks.ts";
import { readText } from "../../core/text-file.ts";
import { CheckpointError } from "../checkpoint.ts";
import type { TransformerConfig } from "../config.ts";
import type { TransformerParameters } from "../parameters.ts";
import { type Architecture, type PublishedConfig, UnsupportedModel } from "./architecture.ts";
import { assembleParameters, type PublishedCheckpoint, requireMemory } from "./assemble.ts";
import { GPT2 } from "./gpt2.ts";
import { LLAMA } from "./llama.ts";
import { openSafetensors, type SafetensorsFile } from "./safetensors-file.ts";

/** By the model_type of config.json. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  gpt2: GPT2,
  llama: LLAMA,
  mistral: LLAMA,
  qwen2: LLAMA,
};

export interface PretrainedOptions {
  /** fewer tokens than the model was trained for, so that caches are smaller; default: all */
  readonly contextLength?: number;
  /** bytes that may be used; default: what the system says is available */
  readonly memoryBytes?: number;
}

/**
 * Reads a decoder of the families GPT-2, Llama, Mistral or Qwen2, its numbers widened to float32: at most 1.3 times 4 bytes a parameter
 * in memory, whatever the file has.
 *
 * @param folder with config.json, and model.safetensors or its shards with their index
 * @throws UnsupportedModel for another family, or a setting that our transformer does not have; CheckpointError for a file
 *   that is missing or damaged, or a tensor of the wrong size, which is named; RangeError for a contextLength out of range, or a model
 *   that is larger than the memory, with how much it needs
 */
export async function readPretrained(
  folder: string,
  options: PretrainedOptions = {},
): Promise<{ config: TransformerConfig; parameters: TransformerParameters<Float32Array> }> {
  const { architecture, config: whole } = await described(folder);
  const { contextLength = whole.contextLength } = options;
  requireCount("readPretrained", "contextLength", contextLength, 1, whole.contextLength);
  requireMemory("readPretrained", whole, options.memoryBytes);
  const config = { ...whole, contextLength };
  const checkpoint = await openCheckpoint(folder, architecture.prefix);
  try {
    return { config, parameters: await assembleParameters(checkpoint, config, architecture.sourceOf) };
  } finally {
    await checkpoint.close();
  }
}

/** What config.json says, without the parameters. @throws as readPretrained does for it */
export async function readPretrainedConfig(folder: string): Promise<TransformerConfig> {
  return (await described(folder)).config;
}

async function described(folder: string): Promise<{ architecture: Architecture; config: TransformerConfig }> {
  const published = await readJson(join(folder, "config.json"));
  const family = String(published.model_type);
  const architecture = Object.hasOwn(ARCHITECTURES, family) ? ARCHITECTURES[family] : undefined;
  if (architecture === undefined) {
    const known = Object.keys(ARCHITECTURES).join(", ");
    throw new UnsupportedModel(
      `config.json: model_type is ${JSON.stringify(published.model_type)}; supported: ${known}`,
    );
  }
  return { architecture, config: architecture.configOf(published) };
}

async function openCheckpoint(folder: string, prefix: string): Promise<PublishedCheckpoint> {
  const files: SafetensorsFile[] = [];
  const close = async (): Promise<void> => {
    for (const file of files) await file.close();
  };
  try {
    for (const path of await filesOf(folder)) files.push(await openSafetensors(path));
  } catch (error) {
    await close();
    throw error;
  }
  const byName = new Map(files.flatMap((file) => file.names.map((name) => [name, { file, name }] as const)));
  const find = (name: string) => byName.get(`${prefix}${name}`) ?? byName.get(name);
  return {
    folder,
    has: (name) => find(name) !== undefined,
    tensor: (name) => {
      const found = find(name);
      if (found === undefined) throw new CheckpointError(folder, "damaged", `tensor ${prefix}${name} is missing`);
      return found.file.tensor(found.name);
    },
    close,
  };
}

const INDEX = "model.safetensors.index.json";

/** One file, or the shards that an index names. */
async function filesOf(folder: string): Promise<string[]> {
  const index = await readJson(join(folder, INDEX)).catch((error: Error) => {
    if (error instanceof CheckpointError && error.kind === "missing") return undefined;
    throw error;
  });
  if (index === undefined) return [join(folder, "model.safetensors")];
  const names = new Set<unknown>(Object.values(index.weight_map ?? {}));
  return [...names].sort().map((name) => {
    if (typeof name === "string" && name === basename(name) && name !== "..") return join(folder, name);
    const what = `weight_map names ${JSON.stringify(name)}, which is no file of its folder`;
    throw new CheckpointError(join(folder, INDEX), "damaged", what);
  });
}

async function readJson(path: string): Promise<PublishedConfig> {
  const text = await readText(path).catch((error: Error) => {
    throw new CheckpointError(path, "missing", "no such file", { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(path, "damaged", "no JSON", { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as PublishedConfig;
  throw new CheckpointError(path, "damaged", "no JSON object");
}
