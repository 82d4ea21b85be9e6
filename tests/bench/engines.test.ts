/** @file A benchmark takes the engines that open on a real card, and says of each other one why it was skipped. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cardEngines } from "../../bench/engines.ts";
import { type Engine, EngineMissing, referenceEngine } from "../../src/toolkit/engine/index.ts";

const opens = async (): Promise<Engine> => referenceEngine();
const missing = (message: string) => async (): Promise<Engine> => {
  throw new EngineMissing(message);
};

test("on a driver in software no engine by WebGPU is measured, though each would open", async () => {
  const { engines, skipped } = await cardEngines({
    open: (name) => (name.includes("webgpu") ? opens() : missing(`no ${name}`)()),
    openReal: missing("finds no GPU, only software"),
  });
  assert.deepEqual(engines, []);
  const why = Object.fromEntries(skipped.map(({ name, why }) => [name, why]));
  for (const name of ["webgpu", "tfjs-webgpu", "onnxruntime-webgpu"])
    assert.equal(why[name], "finds no GPU, only software");
  assert.equal(why["onnxruntime-cuda"], "no onnxruntime-cuda");
});

test("on a real adapter those are measured that open", async () => {
  const { engines, skipped } = await cardEngines({
    open: (name) => (["webgpu", "onnxruntime-cuda"].includes(name) ? opens() : missing(`no ${name}`)()),
    openReal: opens,
  });
  assert.deepEqual(engines, ["webgpu", "onnxruntime-cuda"]);
  assert.ok(skipped.some(({ name, why }) => name === "tfjs-webgpu" && why === "no tfjs-webgpu"));
});

test("an engine that fails otherwise than by being missing is no skipped row", async () => {
  const open = async (): Promise<Engine> => {
    throw new RangeError("a defect");
  };
  await assert.rejects(cardEngines({ open, openReal: opens }), /a defect/);
});
