/** @file A published checkpoint with its vocabulary: a folder as transformers saves them, or a GGUF file. */
import { statSync } from "node:fs";
import { join } from "node:path";
import {
  readGguf,
  readGgufHeader,
  readPretrained,
  readPretrainedConfig,
  type TransformerConfig,
  type TransformerParameters,
} from "../model/index.ts";
import { modelVocabulary, readModelVocabulary, type Vocabulary } from "../tasks/index.ts";

/** A checkpoint before its weights are read. */
export interface DescribedModel {
  readonly config: TransformerConfig;
  readonly vocabulary: Vocabulary;
}

export interface OpenedModel extends DescribedModel {
  readonly parameters: TransformerParameters<Float32Array>;
}

/**
 * @param path a folder with config.json, tokenizer.json and tokenizer_config.json, or a .gguf file
 * @param contextLength fewer tokens than the model was trained for; default: all
 * @throws Error or RangeError in one line: what came, what was expected; for a model larger than memory, how much it needs
 */
export async function openModel(path: string, contextLength?: number): Promise<OpenedModel> {
  const options = contextLength === undefined ? {} : { contextLength };
  if (isFolder(path)) return { vocabulary: await vocabularyOf(path), ...(await readPretrained(path, options)) };
  const { tokenizer, ...read } = await readGguf(path, options);
  return { ...read, vocabulary: vocabularyIn(path, tokenizer) };
}

/** The same without its weights. */
export async function describeModel(path: string): Promise<DescribedModel> {
  if (isFolder(path)) return { vocabulary: await vocabularyOf(path), config: await readPretrainedConfig(path) };
  const { tokenizer, config } = await readGgufHeader(path);
  return { config, vocabulary: vocabularyIn(path, tokenizer) };
}

function isFolder(path: string): boolean {
  if (path.endsWith(".gguf")) return false;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return true;
  throw new RangeError(`${path}: expected a model's folder or a .gguf file`);
}

function vocabularyOf(folder: string): Promise<Vocabulary> {
  return readModelVocabulary(join(folder, "tokenizer.json"));
}

function vocabularyIn(path: string, tokenizer: Awaited<ReturnType<typeof readGguf>>["tokenizer"]): Vocabulary {
  if (tokenizer === undefined) throw new Error(`${path}: expected a tokenizer in its metadata`);
  return modelVocabulary(tokenizer.definition, { ...tokenizer, name: path });
}
