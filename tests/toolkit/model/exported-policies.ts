/** @file The policies that are exported and run elsewhere; as a script it writes their files into the folder argv[2]. */
import { join } from "node:path";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import {
  exportOnnx,
  initialiseParameters,
  type TransformerConfig,
  transformerConfig,
} from "../../../src/toolkit/model/index.ts";

const SIZES = { vocabularySize: 7, contextLength: 5, layers: 2, channels: 8, heads: 4 };

export const VARIANTS: Record<"gpt" | "llama", TransformerConfig> = {
  gpt: transformerConfig({ ...SIZES, positions: "learned", normalisation: "layerNorm", biases: true, tiedHead: true }),
  llama: transformerConfig({ ...SIZES, keyValueHeads: 2, activation: "swiglu" }),
};

export const TOKENS = [3, 1, 4, 1, 5, 2, 6, 5, 3, 5]; // two rows of five

export function policyOf(variant: keyof typeof VARIANTS) {
  const config = VARIANTS[variant];
  return { config, parameters: initialiseParameters(config, createStream(1)) };
}

/** NAME.onnx and NAME-cached.onnx, for two rows. */
export async function exportAll(folder: string): Promise<void> {
  for (const variant of ["gpt", "llama"] as const) {
    const policy = policyOf(variant);
    await exportOnnx(join(folder, `${variant}.onnx`), policy, { batch: 2 });
    await exportOnnx(join(folder, `${variant}-cached.onnx`), policy, { batch: 2, cached: true });
  }
}

const [, script, target] = process.argv;
if (script === import.meta.filename && target !== undefined) await exportAll(target);
