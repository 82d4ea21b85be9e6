/** @file The engine is the one asked for or the first that works; one that is not there is an error that says what to do. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  describeEngine,
  type Engine,
  EngineMissing,
  openEngine,
  webgpuEngine,
} from "../../../src/toolkit/engine/index.ts";
import { openGpu, webgpuIsInstalled } from "../../../src/toolkit/engine/webgpu/adapter.ts";

test("nothing asked for opens an engine that works", async () => {
  const engine = await openEngine({ environment: {} });
  assert.ok(["native", "onnxruntime", "tfjs", "webgpu"].includes(engine.name));
});

test("a driver in software is not chosen unasked, and serves when it is asked for", async () => {
  const unasked = await openEngine({ environment: {} });
  assert.doesNotMatch(describeEngine(unasked), /swiftshader|llvmpipe/i);
  const asked = openEngine({ environment: { EIGHTFOLD_ENGINE: "webgpu" } }).then(
    describeEngine,
    (error: Error) => error.message,
  );
  const missing =
    /^the webgpu engine (requires the package webgpu \(hint: npm install webgpu\)|finds no GPU here \(hint: )/;
  assert.match(await asked, webgpuIsInstalled() ? /^webgpu on |finds no GPU here/ : missing);
});

test("the environment chooses, an argument goes before it", async () => {
  const environment = { EIGHTFOLD_ENGINE: "reference" };
  assert.equal((await openEngine({ environment })).name, "reference");
  const engine = await openEngine({ engine: "onnxruntime", threads: 1, environment });
  assert.match(describeEngine(engine), /^onnxruntime on cpu by cpu, 1 thread, onnxruntime-node \d.*, node \d/);
});

test("a name that is no engine's is refused", async () => {
  await assert.rejects(
    openEngine({ environment: { EIGHTFOLD_ENGINE: "torch" } }),
    /^RangeError: EIGHTFOLD_ENGINE requires engine to be "onnxruntime" or .*, got "torch"$/,
  );
});

test("an engine that is asked for in another way than by the option engine is refused, not overlooked", async () => {
  const ask = openEngine as (asked: unknown) => Promise<Engine>;
  await assert.rejects(
    ask("native"),
    /^RangeError: openEngine requires options to be an object of engine, .*, got "native"$/,
  );
  await assert.rejects(
    ask({ name: "native" }),
    /^RangeError: openEngine requires options among engine, .*, got "name"$/,
  );
});

test("a GPU that cannot be opened is an engine that is missing, with what its driver says", async () => {
  const no = (said: string) => async () => Promise.reject(new Error(said));
  await assert.rejects(webgpuEngine({ gpu: { requestAdapter: no("no instance") } }), {
    name: "EngineMissing",
    message: /cannot open an adapter: no instance \(hint: /,
  });
  const limits = new Proxy({}, { get: () => 2 ** 30 });
  const info = { vendor: "a", architecture: "card", device: "", description: "" };
  const gpu = { requestAdapter: async () => ({ info, limits, requestDevice: no("out of memory") }) };
  await assert.rejects(webgpuEngine({ gpu }), {
    name: "EngineMissing",
    message: /cannot open a card: out of memory \(hint: /,
  });
});

test("a package that was not there is looked for again", { skip: webgpuIsInstalled() && "it is there" }, async () => {
  const look = (): Promise<unknown> => openGpu().catch((error: unknown) => error);
  assert.notEqual(await look(), await look());
});

/** Whatever else an engine needs, how to get it stands in the error of who asked for it. */
const NEEDS = {
  "onnxruntime-cuda": /npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12\)$/,
  "onnxruntime-webgpu": /it needs a GPU driver: Vulkan on Linux, /,
  "onnxruntime-coreml": /it is part of onnxruntime-node on macOS alone\)$/,
  "onnxruntime-dml": /it is part of onnxruntime-node on Windows alone\)$/,
  native: /install gcc or clang, or name one in EIGHTFOLD_CC\)$/,
  webgpu: /npm install webgpu\)$|it needs a driver: Vulkan on Linux, /,
  "tfjs-webgpu":
    /npm install (webgpu|@tensorflow\/tfjs-backend-webgpu .*webgpu)\)$|it needs a driver: Vulkan on Linux, /,
  "tfjs-node-gpu": /npm install @tensorflow\/tfjs-node-gpu\)$|CUDA 11.2 and cuDNN 8.1/,
  "tfjs-node": /npm install @tensorflow\/tfjs-node\)$/,
  tfjs: /npm install @tensorflow\/tfjs\)$/,
} as const;

for (const [engine, hint] of Object.entries(NEEDS)) {
  test(`${engine}, asked for, is itself or an error that says what to do`, async () => {
    const environment = { EIGHTFOLD_ENGINE: engine };
    const outcome = await openEngine({ environment }).catch((error: unknown) => error);
    if (outcome instanceof Error) {
      assert.ok(outcome instanceof EngineMissing, String(outcome));
      assert.match(outcome.message, hint);
    } else assert.ok(engine.startsWith((outcome as Engine).name));
  });
}

test("an engine that is not installed is an error that says how to install it, not another engine", async () => {
  const environment = { EIGHTFOLD_ENGINE: "tfjs-node-gpu" };
  const hint = /the package @tensorflow\/tfjs-node-gpu \(hint: npm install @tensorflow\/tfjs-node-gpu\)|finds no GPU/;
  await assert.rejects(openEngine({ environment }), { name: "EngineMissing", message: hint });
  const coreml = openEngine({ engine: process.platform === "darwin" ? "onnxruntime-dml" : "onnxruntime-coreml" });
  await assert.rejects(coreml, { name: "EngineMissing", message: /on (macOS|Windows) alone\)$/ });
});
