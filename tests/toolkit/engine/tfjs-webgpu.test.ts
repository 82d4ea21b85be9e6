/** @file The TensorFlow.js engine on its WebGPU backend, where that is installed (NODE_PATH may lead to it) and finds a driver. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeEngine, EngineMissing, openEngine } from "../../../src/toolkit/engine/index.ts";
import { testSameAsReference } from "./same-as-reference.ts";

const opened = await openEngine({ engine: "tfjs-webgpu" }).catch((error: unknown) => {
  if (error instanceof EngineMissing) return error;
  throw error;
});

if (opened instanceof EngineMissing) test("the tfjs engine on WebGPU", { skip: opened.message });
else {
  testSameAsReference("tfjs on WebGPU", async () => opened);
  test("tfjs on WebGPU says that it runs on a GPU", () => {
    assert.match(describeEngine(opened), /^tfjs on gpu by webgpu, /);
  });
}
