/** @file The models whose training steps are timed, and the arithmetic of their matrix products. */
import type { Size } from "./children/train.ts";

export const GPT_SIZES = {
  S: { name: "S", layers: 4, channels: 128, heads: 4, contextLength: 64, batch: 32, vocabularySize: 64 },
  M: { name: "M", layers: 6, channels: 384, heads: 6, contextLength: 128, batch: 16, vocabularySize: 256 },
} as const satisfies Record<string, Size>;

/** Multiplications and additions of the matrix products, forward and backward: three times those of the forward pass. */
export function operationsPerToken({ layers, channels, contextLength, vocabularySize }: Size): number {
  const weights = layers * 12 * channels ** 2 + channels * vocabularySize;
  const attention = layers * 2 * contextLength * channels; // q k' and weights v, masked or not
  return 6 * (weights + attention);
}
