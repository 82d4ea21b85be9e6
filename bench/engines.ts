/** @file The engines on the processor that a benchmark sets beside its peer: native only where a C compiler is there. */
import { EngineMissing, type EngineName, openEngine } from "@eightfold/toolkit/engine";

/** Opening native compiles its kernels where they are not in the cache yet: no benchmark times that. */
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
