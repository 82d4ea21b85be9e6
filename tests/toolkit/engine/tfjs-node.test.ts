/** @file The TensorFlow.js engine on the real tfjs-node and its libtensorflow, where a folder is named that has them installed. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { type Engine, tfjsEngine } from "../../../src/toolkit/engine/index.ts";
import type { TensorFlowJs } from "../../../src/toolkit/engine/tfjs/lowerings.ts";
import { testFlatMemory } from "./flat-memory.ts";
import { testSameAsReference } from "./same-as-reference.ts";

const folder = process.env.EIGHTFOLD_TFJS_NODE;

if (folder === undefined) {
  test("the tfjs engine on tfjs-node", {
    skip: "EIGHTFOLD_TFJS_NODE names no folder with tfjs-node installed (environment.md says how)",
  });
} else {
  const tf: TensorFlowJs = createRequire(join(folder, "index.js"))("@tensorflow/tfjs-node");
  const open = async (): Promise<Engine> => {
    await tf.ready();
    return tfjsEngine(tf, "@tensorflow/tfjs-node");
  };
  testSameAsReference("tfjs-node", open);
  testFlatMemory("tfjs-node", tf, open);
  test("tfjs-node runs on libtensorflow", async () => {
    const { provider, device } = (await open()).describe();
    assert.deepEqual({ provider, device }, { provider: "tensorflow", device: "cpu" });
  });
}
