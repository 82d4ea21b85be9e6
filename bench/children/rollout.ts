/** @file Our sampling on the engine that is named, in a process of its own: answers JSON requests a line, as its PyTorch peer does. */
import { createInterface } from "node:readline";
import { createStream } from "@eightfold/toolkit/core";
import { type EngineName, openEngine } from "@eightfold/toolkit/engine";
import { initialiseParameters, transformerConfig } from "@eightfold/toolkit/model";
import { requestsFor, sample, type TransformerPolicy } from "@eightfold/toolkit/rollout";

/** What the parent asks, of this process and of the peer's. */
export interface RolloutRequest {
  readonly layers: number;
  readonly width: number;
  readonly heads: number;
  readonly vocabulary: number;
  readonly context: number;
  /** sequences, and their tokens */
  readonly batch: number;
  readonly prompt: number;
  readonly completion: number;
  /** of each prompt */
  readonly samples: number;
  readonly threads: number;
  /** the peer's alone: "cpu", or a card as PyTorch names it */
  readonly device: string;
}

let policy: TransformerPolicy | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await respond(JSON.parse(line) as RolloutRequest);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

async function respond(request: RolloutRequest): Promise<{ seconds: number; peakMb: number }> {
  const { vocabulary, batch, prompt, completion, samples } = request;
  policy ??= await policyFor(request);
  const draws = createStream(2);
  const prompts = Array.from({ length: batch / samples }, () =>
    Array.from({ length: prompt }, () => draws.integer(vocabulary)),
  );
  const requests = requestsFor(prompts, samples, createStream(3));
  const began = performance.now();
  await sample(policy, requests, { maxTokens: completion, batchSize: batch });
  const seconds = (performance.now() - began) / 1000;
  return { seconds, peakMb: process.resourceUsage().maxRSS / 1024 };
}

async function policyFor({ threads, ...sizes }: RolloutRequest): Promise<TransformerPolicy> {
  const { layers, width, heads, vocabulary, context } = sizes;
  const lengths = { layers, channels: width, heads, vocabularySize: vocabulary, contextLength: context };
  const config = transformerConfig({ ...lengths, positions: "learned", normalisation: "layerNorm", biases: true });
  const parameters = initialiseParameters(config, createStream(1));
  return { engine: await openEngine({ engine: process.argv[2] as EngineName, threads }), config, parameters };
}
