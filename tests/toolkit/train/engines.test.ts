/** @file The training loop on every engine: the reference's losses, and nothing left on the device. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { type Engine, onnxruntimeEngine, referenceEngine, tfjsEngine } from "../../../src/toolkit/engine/index.ts";
import { train } from "../../../src/toolkit/train/index.ts";
import { nativeIsMissing, openNative, testNative } from "../engine/native-engine.ts";
import { REPEATS, smallRun } from "./small-run.ts";

const FLOAT32 = 1e-5;

async function lossesOn(engine: Engine, accumulate: number): Promise<number[]> {
  const losses: number[] = [];
  const outcome = await train(
    smallRun({
      engine,
      accumulate,
      clipNorm: 1,
      validation: { examples: REPEATS, every: 2 },
      observers: [{ updated: ({ loss }) => void losses.push(loss) }],
    }),
  );
  assert.ok(outcome.ok);
  return [...losses, outcome.validationLoss as number];
}

const engines: Record<string, () => Promise<Engine>> = {
  onnxruntime: () => onnxruntimeEngine({ threads: 1 }),
  tfjs: async () => {
    await tf.setBackend("cpu");
    return tfjsEngine(tf, "@tensorflow/tfjs-core");
  },
};

const missing = await nativeIsMissing();
if (missing === undefined) engines.native = openNative();
else testNative("on native: the reference's losses", missing, async () => {});

for (const [name, open] of Object.entries(engines)) {
  for (const accumulate of [1, 2]) {
    test(`on ${name}, ${accumulate} batches an update: the reference's losses, and no tensor is left`, async () => {
      const engine = await open();
      const before = tf.memory().numTensors;
      const expected = await lossesOn(referenceEngine(), accumulate);
      const losses = await lossesOn(engine, accumulate);
      assert.equal(losses.length, 7);
      for (const [at, loss] of losses.entries()) {
        assert.ok(Math.abs(loss - (expected[at] as number)) < FLOAT32, `${at}: ${loss}, ${expected[at]}`);
      }
      assert.equal(tf.memory().numTensors, before);
    });
  }
}
