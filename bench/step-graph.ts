/** @file The graph of one training step (forward, backward, clipping, AdamW) at the sizes of the benchmarks, and what it is handed. */
import { parameterSpecs, type TransformerConfig, transformerConfig } from "@eightfold/toolkit/model";
import { f32, type Graph, trace } from "@eightfold/toolkit/tensor";
import { ADAM_W, sft } from "@eightfold/toolkit/train";
import { updateGraphs } from "../src/toolkit/train/update-graphs.ts";

const CLIP_NORM = 1;

export interface StepSize {
  readonly config: TransformerConfig;
  readonly batch: number;
  readonly length: number;
}

const GPT2 = { positions: "learned", normalisation: "layerNorm", biases: true } as const;

/** S and M are those of `npm run bench -- train`; 135M is SmolLM2's shape, by 8 sequences of 256 tokens. */
export const STEPS = {
  S: {
    ...{ batch: 32, length: 64 },
    config: transformerConfig({ ...GPT2, layers: 4, channels: 128, heads: 4, contextLength: 64, vocabularySize: 64 }),
  },
  M: {
    ...{ batch: 16, length: 128 },
    config: transformerConfig({ ...GPT2, layers: 6, channels: 384, heads: 6, contextLength: 128, vocabularySize: 256 }),
  },
  "135M": {
    ...{ batch: 8, length: 256 },
    config: transformerConfig({
      ...{ layers: 30, channels: 576, heads: 9, keyValueHeads: 3, hidden: 1536, contextLength: 2048 },
      ...{ vocabularySize: 49_152, activation: "swiglu", tiedHead: true },
    }),
  },
} as const satisfies Record<string, StepSize>;

export function stepSpecs({ config, batch, length }: StepSize) {
  const parameters = parameterSpecs(config);
  return {
    ...{ parameters, optimiser: { means: parameters, squares: parameters } },
    ...{ count: f32(), learningRate: f32(), batch: sft().specs({ examples: batch, length }) },
  };
}

/** The step as a function of symbolic tensors, its batch taken in parts. */
export function stepOf({ config }: StepSize, parts: number) {
  const graphs = updateGraphs(sft(), config, ADAM_W, CLIP_NORM);
  return (inputs: Parameters<typeof graphs.whole>[0]) => graphs.whole(inputs, parts);
}

export function stepGraph(size: StepSize, parts = 1): Graph {
  return trace(stepOf(size, parts), stepSpecs(size)).graph;
}
