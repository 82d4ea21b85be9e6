/** @file The GPU that is there: the package that reaches it, its adapter, what it allows, whether it is one of software alone. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { megabytes } from "../device-errors.ts";
import { EngineMissing } from "../engine-missing.ts";
import type { Gpu, GpuAdapter, GpuDevice } from "./gpu.ts";
import { MOST_SLABS } from "./kernels/kernel.ts";

const require = createRequire(import.meta.url);

const PACKAGE = "webgpu";

/** The package's own door: Dawn, which Chromium draws with. */
interface WebgpuPackage {
  create(flags: readonly string[]): Gpu;
  /** What a browser has under global names. */
  readonly globals: object;
}

export interface OpenedGpu extends Pick<WebgpuPackage, "globals"> {
  readonly gpu: Gpu;
  readonly version: string;
}

/** Whether an attempt to open a GPU is worth its time. */
export function webgpuIsInstalled(): boolean {
  try {
    require.resolve(PACKAGE);
    return true;
  } catch {
    return false;
  }
}

/** By their flags; for good, since devices of one that is collected take the process with them. */
const opened = new Map<string, Promise<OpenedGpu>>();

/**
 * The package's GPU, and its version.
 *
 * @param flags for Dawn: "backend=null" checks everything and computes nothing, without any driver
 * @throws EngineMissing when the package is not installed or does not load
 */
export function openGpu(flags: readonly string[] = []): Promise<OpenedGpu> {
  const key = flags.join();
  const known = opened.get(key) ?? loadedGpu(flags);
  opened.set(key, known);
  known.catch(() => opened.delete(key)); // it may be installed meanwhile
  return known;
}

async function loadedGpu(flags: readonly string[]): Promise<OpenedGpu> {
  try {
    const { create, globals } = (await import(pathToFileURL(require.resolve(PACKAGE)).href)) as WebgpuPackage;
    const { version } = require(`${PACKAGE}/package.json`) as { version: string };
    return { gpu: create(flags), globals, version };
  } catch (error) {
    const isThere = webgpuIsInstalled();
    const why = isThere ? `, which does not load here: ${(error as Error).message.split("\n")[0]}` : "";
    const hint = isThere ? "its build for Linux needs glibc 2.34 or later" : `npm install ${PACKAGE}`;
    throw new EngineMissing(`the webgpu engine requires the package ${PACKAGE}${why} (hint: ${hint})`, {
      cause: error,
    });
  }
}

/** What every kernel here may take; the least that WebGPU guarantees. */
const NEEDED: Readonly<Record<string, number>> = {
  maxStorageBuffersPerShaderStage: MOST_SLABS,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxStorageBufferBindingSize: 2 ** 27,
};

export interface OpenedAdapter {
  readonly device: GpuDevice;
  /** The card and its driver in words, with what it allows. */
  readonly about: string;
  /** Bytes of the largest buffer that a kernel may bind. */
  readonly largest: number;
}

/**
 * @param software whether a driver that computes on the processor will do
 * @throws EngineMissing without an adapter, or with one below what is needed, with what to do
 */
export async function openAdapter(gpu: Gpu, { software }: { software: boolean }): Promise<OpenedAdapter> {
  const adapter = await given("an adapter", gpu.requestAdapter({ powerPreference: "high-performance" }));
  if (adapter === null) {
    throw new EngineMissing(
      "the webgpu engine finds no GPU here (hint: it needs a driver: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows)",
    );
  }
  const { vendor, architecture, device: card, description: driver } = adapter.info;
  const name = [...new Set([vendor, architecture, card, driver])].filter((part) => part !== "").join(" ") || "GPU";
  for (const [limit, least] of Object.entries(NEEDED)) {
    const given = adapter.limits[limit] ?? 0;
    if (given >= least) continue;
    throw new EngineMissing(
      `the webgpu engine requires ${limit} of ${least} or more, ${name} has ${given} (hint: EIGHTFOLD_ENGINE=onnxruntime runs on the processor)`,
    );
  }
  if (!software && isSoftware(adapter)) {
    throw new EngineMissing(
      `the webgpu engine finds no GPU, only software: ${name} (hint: EIGHTFOLD_ENGINE=webgpu runs on that all the same)`,
    );
  }
  const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = adapter.limits;
  const largest = Math.min(maxBufferSize, maxStorageBufferBindingSize, ADDRESSABLE);
  const requiredLimits = { maxBufferSize, maxStorageBufferBindingSize };
  const device = await given(name, adapter.requestDevice({ requiredLimits }));
  return { device, about: `${name}, up to ${megabytes(largest)} at a time`, largest };
}

/** @throws EngineMissing with what the driver said, so that who did not ask for this engine gets another */
async function given<Value>(what: string, asked: Promise<Value>): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    throw new EngineMissing(
      `the webgpu engine cannot open ${what}: ${(error as Error).message.split("\n")[0]} (hint: another program may hold it, or its driver is older than it; EIGHTFOLD_ENGINE=onnxruntime runs on the processor)`,
      { cause: error },
    );
  }
}

const ADDRESSABLE = 2 ** 34; // bytes: places are counted in 32 bits, an element is of 4

function isSoftware({ info }: GpuAdapter): boolean {
  const said = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|softpipe|basic render|\bwarp\b/i.test(said);
}
