/** @file Sampling on TensorFlow.js: the tokens of the reference engine, and no tensor left behind on the device. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { tfjsEngine } from "../../../src/toolkit/engine/index.ts";
import { requestsFor, sample } from "../../../src/toolkit/rollout/index.ts";
import { tinyPolicy } from "./tiny-policy.ts";

test("sampling on TensorFlow.js gives the reference's tokens and leaves no tensor behind", async () => {
  await tf.setBackend("cpu");
  const policy = tinyPolicy("as Llama", tfjsEngine(tf, "@tensorflow/tfjs-core"));
  const requests = requestsFor([[1, 2, 3], [4], [5, 6, 1]], 2, createStream(6));
  const options = { maxTokens: 6, stopTokens: [6], batchSize: 4 };
  const first = await sample(policy, requests, options); // makes the programs, whose constants stay
  const { numTensors } = tf.memory();
  const second = await sample(policy, requests, options);
  assert.equal(tf.memory().numTensors, numTensors);
  assert.deepEqual(second, first);
  const expected = await sample(tinyPolicy(), requests, options);
  assert.deepEqual(
    first.map(({ tokens }) => tokens),
    expected.map(({ tokens }) => tokens),
  );
});
