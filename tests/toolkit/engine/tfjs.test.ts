/** @file The TensorFlow.js engine on its pure JavaScript backend: equal to the reference, flat in memory, arrays of one engine only. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { compile, type Engine, referenceEngine, tfjsEngine } from "../../../src/toolkit/engine/index.ts";
import { LOWERINGS } from "../../../src/toolkit/engine/tfjs/lowerings.ts";
import { f32, mul } from "../../../src/toolkit/tensor/index.ts";
import { PRIMITIVES } from "../../../src/toolkit/tensor/ops/all.ts";
import { testFlatMemory } from "./flat-memory.ts";
import { testSameAsReference } from "./same-as-reference.ts";

async function open(): Promise<Engine> {
  await tf.setBackend("cpu");
  await tf.ready();
  return tfjsEngine(tf, "@tensorflow/tfjs-core");
}

testSameAsReference("tfjs", open);

test("tfjs has every primitive op, and no other", () => {
  assert.deepEqual(Object.keys(LOWERINGS).sort(), PRIMITIVES.map(({ name }) => name).sort());
});

testFlatMemory("tfjs", tf, open);

test("an output that is an input is an array of its own", async () => {
  const engine = await open();
  const same = await compile(engine, ({ x }) => [x, x], { x: f32(2) });
  const x = engine.upload(Float32Array.of(1, 2), f32(2));
  const [first, second] = await same({ x });
  x.dispose();
  first?.dispose();
  assert.deepEqual([...((await second?.read()) ?? [])], [1, 2]);
});

test("a slice is written into an array, as into a cache", async () => {
  for (const engine of [await open(), referenceEngine()]) {
    const target = engine.upload(new Float32Array(8), f32(2, 4));
    const part = engine.upload(Float32Array.of(1, 2), f32(2, 1));
    const both = engine.writeSlice(engine.writeSlice(target, part, 1, 0), part, 1, 3);
    assert.deepEqual([...(await both.read())], [1, 0, 0, 1, 2, 0, 0, 2]);
  }
});

test("an array of another engine is refused by name", async () => {
  const double = await compile(await open(), ({ x }) => mul(x, 2), { x: f32(1) });
  const foreign = referenceEngine().upload(Float32Array.of(1), f32(1));
  await assert.rejects(double({ x: foreign }), /the tfjs engine requires arrays of its own, got one of another engine/);
});

test("the engine says what it is", async () => {
  const { engine, provider, device, versions } = (await open()).describe();
  assert.deepEqual({ engine, provider, device }, { engine: "tfjs", provider: "cpu", device: "cpu" });
  assert.equal(versions["@tensorflow/tfjs-core"], "4.22.0");
});
