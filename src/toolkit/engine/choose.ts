/** @file Which engine runs: the one that is asked for, or the first that works on this machine; never another one silently. */
import { createRequire } from "node:module";
import { requireOneOf, requireOptions } from "../core/argument-checks.ts";
import type { Engine } from "./engine.ts";
import { EngineMissing } from "./engine-missing.ts";
import { type Environment, NothingToBuildWith } from "./native/compiler.ts";
import { nativeEngine } from "./native/native.ts";
import { onnxruntimeEngine } from "./onnxruntime/onnxruntime.ts";
import { cudaFilesAreThere } from "./onnxruntime/session.ts";
import { referenceEngine } from "./reference.ts";
import type { TensorFlowJs } from "./tfjs/lowerings.ts";
import { tfjsEngine } from "./tfjs/tfjs-engine.ts";
import { tfjsOnWebgpu } from "./tfjs/webgpu-backend.ts";
import { openGpu, webgpuIsInstalled } from "./webgpu/adapter.ts";
import { webgpuEngine } from "./webgpu/webgpu.ts";

const ENGINE_NAMES = [
  ...(["onnxruntime", "onnxruntime-cuda", "onnxruntime-webgpu", "onnxruntime-coreml", "onnxruntime-dml"] as const),
  ...(["native", "webgpu", "tfjs-webgpu", "tfjs-node-gpu", "tfjs-node", "tfjs", "reference"] as const),
] as const;

/** Engines on a GPU that are tried unasked, in this order. */
const GPUS = ["webgpu", "tfjs-node-gpu", "onnxruntime-cuda"] as const;

/** Engines on the processor that are tried then. */
const PROCESSOR = ["native", "onnxruntime"] as const;

/** What EIGHTFOLD_ENGINE may say; "onnxruntime" is the one on the CPU. */
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface OpenEngineOptions {
  /** Default: what EIGHTFOLD_ENGINE says, else the first that works. */
  readonly engine?: EngineName | undefined;
  /** Threads within one op, where the engine lets them be chosen; default: one a core. */
  readonly threads?: number | undefined;
  /** Where EIGHTFOLD_ENGINE is read; default: the process's environment. */
  readonly environment?: Environment;
}

/**
 * An engine that works: the one asked for by argument or by EIGHTFOLD_ENGINE; else the first of webgpu, tfjs-node-gpu and
 * onnxruntime-cuda that has its GPU, software not counted as one; else the fastest on the processor that is there: native, where
 * its library comes with the package or a C compiler makes it, then onnxruntime, then the reference. What ought to work and does
 * not is told by a line on standard error.
 *
 * @throws EngineMissing when the engine asked for is not there, with how to install it
 * @throws RangeError for a name that is no engine's, or an option that is none; TypeError for what is no options
 */
export async function openEngine(options: OpenEngineOptions = {}): Promise<Engine> {
  requireOptions("openEngine", options, ["engine", "threads", "environment"]);
  const { environment = process.env, threads } = options;
  const asked = options.engine ?? environment.EIGHTFOLD_ENGINE;
  if (asked !== undefined && asked !== "") {
    const caller = options.engine === undefined ? "EIGHTFOLD_ENGINE" : "openEngine";
    requireOneOf(caller, "engine", asked, ENGINE_NAMES);
    return open(asked, threads, environment);
  }
  for (const name of GPUS.filter(isInstalled)) {
    const gpu = name === "webgpu" ? webgpuEngine({ software: false }) : open(name, threads, environment);
    const engine = await gpu.catch(missing); // installed without a GPU to run on: the next one is asked
    if (!(engine instanceof EngineMissing)) return engine;
  }
  for (const name of PROCESSOR) {
    const engine = await open(name, threads, environment).catch(missing);
    if (!(engine instanceof EngineMissing)) return engine;
    if (engine instanceof NothingToBuildWith) continue;
    process.stderr.write(`eightfold goes on without the engine ${name}: ${engine.message.split("\n")[0]}\n`);
  }
  process.stderr.write("eightfold takes the reference, in float64 and some hundred times slower\n");
  return referenceEngine();
}

/** @throws what says anything else than that an engine is not there */
function missing(error: unknown): EngineMissing {
  if (error instanceof EngineMissing) return error;
  throw error;
}

/** Who runs, in a line. @example describeEngine(referenceEngine()).split(",")[0] // => "reference on cpu by TypeScript" */
export function describeEngine(engine: Engine): string {
  const { engine: name, provider, device, threads, versions } = engine.describe();
  const packages = Object.entries(versions).map(([packageName, version]) => `${packageName} ${version}`);
  return [`${name} on ${device} by ${provider}`, `${threads} thread${threads === 1 ? "" : "s"}`, ...packages].join(
    ", ",
  );
}

async function open(name: EngineName, threads: number | undefined, environment: Environment): Promise<Engine> {
  const settings = threads === undefined ? {} : { threads };
  switch (name) {
    case "reference":
      return referenceEngine();
    case "native":
      return nativeEngine({ ...settings, environment });
    case "webgpu":
      return webgpuEngine();
    case "onnxruntime":
      return onnxruntimeEngine(settings);
    case "onnxruntime-cuda":
      return onnxruntimeEngine({ provider: "cuda", ...settings });
    case "onnxruntime-webgpu":
      return onnxruntimeEngine({ provider: "webgpu", ...settings });
    case "onnxruntime-coreml":
      return onnxruntimeEngine({ provider: "coreml", ...settings });
    case "onnxruntime-dml":
      return onnxruntimeEngine({ provider: "dml", ...settings });
    case "tfjs-webgpu":
      return tfjsEngine(await tfjsOnWebgpu(await openGpu()), "@tensorflow/tfjs-backend-webgpu");
    default:
      return openTfjs(`@tensorflow/${name}`);
  }
}

const require = createRequire(import.meta.url);

async function openTfjs(packageName: string): Promise<Engine> {
  const tf = loadTfjs(packageName);
  await tf.ready();
  if (packageName.endsWith("-gpu") && !runsOnGpu(tf)) {
    throw new EngineMissing(
      `${packageName} finds no GPU (hint: it wants CUDA 11.2 and cuDNN 8.1; tfjs-node runs on the CPU)`,
    );
  }
  return tfjsEngine(tf, packageName);
}

function loadTfjs(packageName: string): TensorFlowJs {
  try {
    return require(packageName);
  } catch (error) {
    throw new EngineMissing(`the tfjs engine requires the package ${packageName} (hint: npm install ${packageName})`, {
      cause: error,
    });
  }
}

function runsOnGpu(tf: TensorFlowJs): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

/** Whether an attempt is worth its time and its messages. */
function isInstalled(name: (typeof GPUS)[number]): boolean {
  if (name === "webgpu") return webgpuIsInstalled();
  if (name === "onnxruntime-cuda") return cudaFilesAreThere();
  try {
    require.resolve(`@tensorflow/${name}`);
    return true;
  } catch {
    return false;
  }
}
