/** @file What a GPU's limits do to a training: a batch that is too large is taken in parts, and one that never fits is an error with what would. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { type Engine, webgpuEngine } from "../../../src/toolkit/engine/index.ts";
import { openGpu, webgpuIsInstalled } from "../../../src/toolkit/engine/webgpu/adapter.ts";
import { initialiseParameters, transformerConfig } from "../../../src/toolkit/model/index.ts";
import { type SftExample, train } from "../../../src/toolkit/train/index.ts";
import { changedGpu } from "../engine/webgpu/changed-gpu.ts";
import { smallRun } from "./small-run.ts";

/** Dawn's null back end as a card that binds no more than every card must: 134 MB. It computes nothing. */
async function leastCard(): Promise<{ engine: Engine; parts: unknown[] }> {
  const { gpu } = await openGpu(["backend=null"]);
  const engine = await webgpuEngine({ gpu: changedGpu(gpu, { limits: { maxStorageBufferBindingSize: 2 ** 27 } }) });
  const parts: unknown[] = [];
  const compile: Engine["compile"] = async (graph) => {
    const program = await engine.compile(graph);
    parts.push(graph.nodes.find(({ op }) => op.name === "eachPart")?.attributes.count ?? 1);
    return program;
  };
  return { engine: { ...engine, compile }, parts };
}

/** A run over texts of so many tokens. */
function longRun(engine: Engine, tokens: number) {
  const config = transformerConfig({ vocabularySize: 6, contextLength: tokens, layers: 1, channels: 8, heads: 2 });
  const text = { prompt: [2], completion: new Array<number>(tokens - 1).fill(3) };
  const examples: SftExample[] = Array.from({ length: 8 }, (_, at) => ({ id: `text ${at}`, ...text }));
  const parameters = initialiseParameters(config, createStream(1));
  return train({ ...smallRun(), engine, config, parameters, examples, batchSize: 8, updates: 1 });
}

const skip = webgpuIsInstalled() ? {} : { skip: "the package webgpu is not installed" };

test("a batch that is too large for the webgpu engine's card is taken in parts", skip, async () => {
  const { engine, parts } = await leastCard();
  await longRun(engine, 512);
  assert.deepEqual(parts, [1]);
  const { engine: again, parts: ofLonger } = await leastCard();
  await longRun(again, 2048);
  assert.ok(ofLonger.length === 1 && Number(ofLonger[0]) > 1, String(ofLonger));
});

test(
  "a model whose single example does not fit the webgpu engine's card: by how much, and what would",
  skip,
  async () => {
    const { engine } = await leastCard();
    await assert.rejects(longRun(engine, 8192), {
      name: "DeviceMemory",
      message:
        /^an update by 8 examples of 8191 tokens: a run requires [\d,]+ MB at a time, this GPU allows 134 MB: [\d,]+ MB too much \(hint: .*\); one example at a time does not fit either: shorter sequences, fewer layers or channels would$/,
    });
  },
);
