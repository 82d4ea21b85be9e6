/** @file The engines that a benchmark sets beside its peer: those of the processor, and those that open on a real card. */
import { type Engine, EngineMissing, type EngineName, openEngine, webgpuEngine } from "@eightfold/toolkit/engine";
import type { Skipped } from "./harness.ts";

/** Those on the processor; native only where it can be had. Opening it compiles its kernels where that is due: no benchmark times it. */
export async function processorEngines(): Promise<EngineName[]> {
  try {
    await openEngine({ engine: "native", threads: 1 });
    return ["onnxruntime", "native"];
  } catch (error) {
    if (!(error instanceof EngineMissing)) throw error;
    process.stderr.write(`without the native engine: ${error.message}\n`);
    return ["onnxruntime"];
  }
}

/** Reached by WebGPU, which a driver in software serves too. */
const BY_WEBGPU = ["webgpu", "tfjs-webgpu", "onnxruntime-webgpu"] as const;
const OTHERS = ["onnxruntime-cuda", "tfjs-node-gpu", "onnxruntime-coreml", "onnxruntime-dml"] as const;

interface Ways {
  readonly open: (name: EngineName) => Promise<Engine>;
  /** Fails where WebGPU finds no adapter, or one of software alone. */
  readonly openReal: () => Promise<Engine>;
}

const HERE: Ways = {
  open: (engine) => openEngine({ engine }),
  openReal: () => webgpuEngine({ software: false }),
};

/** Those that open on a real card, and why each other one does not. */
export async function cardEngines({ open, openReal }: Ways = HERE): Promise<{
  readonly engines: readonly EngineName[];
  readonly skipped: readonly Skipped[];
}> {
  const engines: EngineName[] = [];
  const skipped: Skipped[] = [];
  const real = await whyNot(openReal);
  for (const name of [...BY_WEBGPU, ...OTHERS]) {
    const isByWebgpu = (BY_WEBGPU as readonly EngineName[]).includes(name);
    const why = (isByWebgpu ? real : undefined) ?? (await whyNot(() => open(name)));
    if (why === undefined) engines.push(name);
    else skipped.push({ name, why });
  }
  return { engines, skipped };
}

/** Why an engine does not open; undefined when it does. */
async function whyNot(open: () => Promise<Engine>): Promise<string | undefined> {
  try {
    await open();
    return undefined;
  } catch (error) {
    if (error instanceof EngineMissing) return error.message;
    throw error;
  }
}
