/** @file TensorFlow.js on its WebGPU backend, in Node: given a GPU as a browser has it, its library is as any other. */
import { createRequire } from "node:module";
import { EngineMissing } from "../engine-missing.ts";
import type { TensorFlowJs } from "./lowerings.ts";

const require = createRequire(import.meta.url);

const BACKEND = "@tensorflow/tfjs-backend-webgpu";

/**
 * The namespace of TensorFlow.js's core with the backend ready. The GPU becomes the process's `navigator.gpu`.
 *
 * @param gpu as `navigator.gpu` of a browser, and the classes that a browser has beside it
 * @throws EngineMissing when the backend is not installed, or finds no adapter
 */
export async function tfjsOnWebgpu({ gpu, globals }: { gpu: object; globals: object }): Promise<TensorFlowJs> {
  Object.assign(globalThis, globals);
  const navigator = globalThis.navigator ?? {}; // Node 20 has none
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const tf = loaded();
  if (await tf.setBackend("webgpu")) return tf;
  throw new EngineMissing(
    `${BACKEND} finds no GPU here (hint: it needs a driver: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows)`,
  );
}

/** The core that the backend registers itself with, which need not be the one that lies nearest to us. */
function loaded(): TensorFlowJs {
  try {
    const path = require.resolve(BACKEND);
    require(path);
    return createRequire(path)("@tensorflow/tfjs-core");
  } catch (error) {
    throw new EngineMissing(
      `the tfjs-webgpu engine requires the package ${BACKEND} (hint: npm install ${BACKEND} @tensorflow/tfjs-core webgpu)`,
      { cause: error },
    );
  }
}
