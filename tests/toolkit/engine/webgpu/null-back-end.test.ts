/** @file What can be held of the webgpu engine without any driver, on Dawn's null back end, which checks all and computes nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STEPS, stepGraph } from "../../../../bench/step-graph.ts";
import { compile, describeEngine, webgpuEngine } from "../../../../src/toolkit/engine/index.ts";
import { planOf } from "../../../../src/toolkit/engine/plan/plan.ts";
import { openAdapter, openGpu, webgpuIsInstalled } from "../../../../src/toolkit/engine/webgpu/adapter.ts";
import { Device } from "../../../../src/toolkit/engine/webgpu/device.ts";
import type { Gpu } from "../../../../src/toolkit/engine/webgpu/gpu.ts";
import { Lowered } from "../../../../src/toolkit/engine/webgpu/lowered.ts";
import { f32, gelu, matmul, reduceSum, reshape, softmax, tanh } from "../../../../src/toolkit/tensor/index.ts";
import { changedGpu } from "./changed-gpu.ts";

const onNull = (name: string, run: (gpu: Gpu) => Promise<void>): void => {
  const skip = webgpuIsInstalled() ? {} : { skip: "the package webgpu is not installed" };
  test(name, skip, async () => run((await openGpu(["backend=null"])).gpu));
};

for (const [name, size] of Object.entries(STEPS)) {
  onNull(`every kernel of a training step at ${name} is accepted`, async (gpu) => {
    const { device, largest } = await openAdapter(gpu, { software: true });
    const onDevice = new Device(device, largest);
    const turns = new Lowered(planOf(stepGraph(size)), false).turns(() => 0);
    for (const { kernel, ops } of turns) await onDevice.pipelineOf(kernel, ops);
    onDevice.requireWorking();
  });
}

onNull("an adapter below what is needed is refused by what it lacks", async (gpu) => {
  await assert.rejects(webgpuEngine({ gpu: changedGpu(gpu, { limits: { maxStorageBuffersPerShaderStage: 4 } }) }), {
    name: "EngineMissing",
    message: /^the webgpu engine requires maxStorageBuffersPerShaderStage of 8 or more, .* has 4 \(hint: /,
  });
});

onNull("the engine is described by its card, its driver and what that allows", async (gpu) => {
  const info = { vendor: "nvidia", architecture: "ampere", device: "RTX 3080", description: "NVIDIA: 550.54.14" };
  const engine = await webgpuEngine({ gpu: changedGpu(gpu, { info }), software: false });
  assert.match(
    describeEngine(engine),
    /^webgpu on nvidia ampere RTX 3080 NVIDIA: 550\.54\.14, up to 134 MB at a time by WebGPU, 1 thread, node \d/,
  );
});

onNull("no adapter, and a software one where none is wanted, are refused with what to do", async (gpu) => {
  await assert.rejects(webgpuEngine({ gpu: { requestAdapter: async () => null } }), {
    name: "EngineMissing",
    message: /^the webgpu engine finds no GPU here \(hint: it needs a driver: Vulkan on Linux, /,
  });
  for (const info of [
    { architecture: "swiftshader" },
    { description: "llvmpipe (LLVM 19.1.7, 256 bits)" },
    { description: "Microsoft Basic Render Driver" },
    { isFallbackAdapter: true },
  ]) {
    const software = changedGpu(gpu, { info });
    await assert.rejects(webgpuEngine({ gpu: software, software: false }), {
      name: "EngineMissing",
      message: /finds no GPU, only software: .* \(hint: EIGHTFOLD_ENGINE=webgpu runs on that all the same\)$/,
    });
    assert.equal((await webgpuEngine({ gpu: software })).name, "webgpu");
  }
});

onNull("a kernel that the driver does not compile is told by its ops", async (gpu) => {
  const broken = changedGpu(gpu, {
    opened: (device) => {
      device.createComputePipelineAsync = async () => Promise.reject(new Error("register allocation failed"));
    },
  });
  const engine = await webgpuEngine({ gpu: broken });
  await assert.rejects(
    compile(engine, ({ x }) => gelu(tanh(x)), { x: f32(4, 4) }),
    {
      name: "DeviceRefusal",
      message: /^the webgpu engine cannot compile the kernel of tanh, gelu: register allocation failed \(hint: /,
    },
  );
});

onNull("what does not fit the device's memory is told with how much is too much", async (gpu) => {
  const small = changedGpu(gpu, { limits: { maxStorageBufferBindingSize: 2 ** 27 } });
  const engine = await webgpuEngine({ gpu: small });
  const wide = ({ x }: Record<"x", Parameters<typeof softmax>[0]>) =>
    reshape(reduceSum(softmax(matmul(x, x, { transposeB: true }))), []); // 6,000 x 6,000 scores
  await assert.rejects(compile(engine, wide, { x: f32(6000, 2) }), {
    name: "DeviceMemory",
    message:
      /^a run requires [\d,.]+ MB at a time, this GPU allows 134 MB: [\d,.]+ MB too much \(hint: a smaller batch/,
  });
  assert.throws(() => engine.zeros(f32(2 ** 26)), {
    name: "DeviceMemory",
    message: /134 MB at most .* one of 268 MB$/,
  });
});

onNull("a device without memory for a slab says so at the next run", async (gpu) => {
  const full = changedGpu(gpu, {
    opened: (device) => {
      device.popErrorScope = async () => ({ message: "out of device memory" });
    },
  });
  const engine = await webgpuEngine({ gpu: full });
  await assert.rejects(
    compile(engine, ({ x }) => tanh(x), { x: f32(4) }),
    {
      name: "DeviceMemory",
      message: /^the GPU has no [\d.]+ MB more \(hint: a smaller batch or model\): out of device memory$/,
    },
  );
});
