/** @file The training loop on every engine: the reference's losses, and nothing left on the device. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type Engine, referenceEngine } from "../../../src/toolkit/engine/index.ts";
import { train } from "../../../src/toolkit/train/index.ts";
import { IN_FLOAT32, testOnEach } from "../engine/engines.ts";
import { REPEATS, smallRun } from "./small-run.ts";

const FLOAT32 = 1e-5;
const UPDATES = 10;

async function lossesOn(engine: Engine, accumulate: number): Promise<number[]> {
  const losses: number[] = [];
  const outcome = await train(
    smallRun({
      engine,
      accumulate,
      updates: UPDATES,
      clipNorm: 1,
      validation: { examples: REPEATS, every: 2 },
      observers: [{ updated: ({ loss }) => void losses.push(loss) }],
    }),
  );
  assert.ok(outcome.ok);
  return [...losses, outcome.validationLoss as number];
}

for (const accumulate of [1, 2]) {
  testOnEach(
    (name) => `on ${name}, ${accumulate} batches an update: the reference's losses, and no tensor is left`,
    async (engine) => {
      const before = tf.memory().numTensors;
      const expected = await lossesOn(referenceEngine(), accumulate);
      const losses = await lossesOn(engine, accumulate);
      assert.equal(losses.length, UPDATES + 1);
      for (const [at, loss] of losses.entries()) {
        assert.ok(Math.abs(loss - (expected[at] as number)) < FLOAT32, `${at}: ${loss}, ${expected[at]}`);
      }
      assert.equal(tf.memory().numTensors, before);
    },
    IN_FLOAT32,
  );
}
