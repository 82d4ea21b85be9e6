/** @file Every engine that can be had here, for tests of what all of them do; for one that cannot, the test is skipped and says why. */
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { type Engine, onnxruntimeEngine, referenceEngine, tfjsEngine } from "../../../src/toolkit/engine/index.ts";
import { nativeIsMissing, openNative } from "./native-engine.ts";
import { openWebgpu, webgpuIsMissing } from "./webgpu-engine.ts";

const OPEN = {
  reference: async () => referenceEngine(),
  onnxruntime: () => onnxruntimeEngine({ threads: 1 }),
  native: openNative(),
  webgpu: openWebgpu,
  tfjs: async () => {
    await tf.setBackend("cpu");
    return tfjsEngine(tf, "@tensorflow/tfjs-core");
  },
} satisfies Record<string, () => Promise<Engine>>;

type Name = keyof typeof OPEN;

const MISSING: Readonly<Partial<Record<Name, string | undefined>>> = {
  native: await nativeIsMissing(),
  webgpu: await webgpuIsMissing(),
};

const EVERY = Object.keys(OPEN) as Name[];

/** Those that run a plan of ours. */
export const PLANNED: readonly Name[] = ["native", "webgpu"];

/** Those that compute in float32. */
export const IN_FLOAT32: readonly Name[] = EVERY.filter((name) => name !== "reference");

/**
 * One test an engine.
 *
 * @param claim the test's name
 */
export function testOnEach(
  claim: (engine: string) => string,
  run: (engine: Engine) => Promise<void>,
  names: readonly Name[] = EVERY,
): void {
  for (const name of names) {
    const why = MISSING[name];
    test(claim(name), why === undefined ? {} : { skip: why }, async () => run(await OPEN[name]()));
  }
}
