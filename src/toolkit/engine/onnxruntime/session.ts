/** @file onnxruntime's sessions: loaded when first asked for, one a model while anyone uses it. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type * as Ort from "onnxruntime-node";
import { EngineMissing } from "../engine-missing.ts";
import { OnnxModel } from "./onnx-model.ts";
import type { OnnxProvider } from "./provider.ts";

export interface SessionSettings {
  readonly provider: OnnxProvider;
  /** Threads within one op; undefined leaves the choice to onnxruntime (one a core). */
  readonly threads: number | undefined;
  /** Where to write onnxruntime's own profile of each run, a path without its ending; default: no profile. */
  readonly profile: string | undefined;
}

const require = createRequire(import.meta.url);

/** @throws EngineMissing when the package is not installed or does not load */
export function loadOnnxruntime(): typeof Ort {
  try {
    return require("onnxruntime-node");
  } catch (error) {
    throw new EngineMissing(
      "the onnxruntime engine requires the package onnxruntime-node (hint: npm install onnxruntime-node --onnxruntime-node-install=skip, which leaves out a download of CUDA)",
      { cause: error },
    );
  }
}

/** Whether the CUDA provider was put into the package (npm leaves it out): without it an attempt only prints an error. */
export function cudaFilesAreThere(): boolean {
  const folder = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`;
  const file = process.platform === "win32" ? "onnxruntime_providers_cuda.dll" : "libonnxruntime_providers_cuda.so";
  try {
    require.resolve(`${folder}/${file}`);
    return true;
  } catch {
    return false;
  }
}

const HINTS: Readonly<Record<OnnxProvider, string>> = {
  cpu: "npm install onnxruntime-node --onnxruntime-node-install=skip",
  cuda: "with CUDA 12 and cuDNN 9 there: npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12",
  webgpu: "it needs a GPU driver: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows",
  coreml: "it is part of onnxruntime-node on macOS alone",
  dml: "it is part of onnxruntime-node on Windows alone",
};

/** @throws EngineMissing unless the provider runs a model of one node, with what to do */
export async function requireProvider(ort: typeof Ort, settings: SessionSettings): Promise<void> {
  const model = new OnnxModel();
  const spec = { shape: [1], dtype: "float32" } as const;
  const x = model.input("x", spec);
  model.output("y", model.node("Add", [x, x]), spec);
  const { provider } = settings;
  try {
    if (provider === "cuda" && !cudaFilesAreThere()) throw new Error("the files of the CUDA provider are not there");
    const session = await ort.InferenceSession.create(model.finish(), sessionOptions(settings));
    await session.run({ x: new ort.Tensor("float32", Float32Array.of(1), [1]) });
    await session.release();
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new EngineMissing(`onnxruntime has no ${provider} here: ${reason} (hint: ${HINTS[provider]})`, {
      cause: error,
    });
  }
}

export interface SharedSession {
  readonly session: Ort.InferenceSession;
  release(): Promise<void>;
}

/** Sessions by the model's bytes: two compilations of equal graphs share one. */
export class SessionCache {
  readonly #ort: typeof Ort;
  readonly #settings: SessionSettings;
  readonly #open = new Map<string, { session: Promise<Ort.InferenceSession>; users: number }>();

  constructor(ort: typeof Ort, settings: SessionSettings) {
    this.#ort = ort;
    this.#settings = settings;
  }

  async take(model: Uint8Array): Promise<SharedSession> {
    const key = createHash("sha256").update(model).digest("base64");
    const entry = this.#open.get(key) ?? { session: this.#create(model), users: 0 };
    this.#open.set(key, entry);
    entry.users++;
    const session = await entry.session;
    return {
      session,
      release: async () => {
        entry.users--;
        if (entry.users > 0) return;
        this.#open.delete(key);
        await session.release();
      },
    };
  }

  get provider(): OnnxProvider {
    return this.#settings.provider;
  }

  async #create(model: Uint8Array): Promise<Ort.InferenceSession> {
    try {
      return await this.#ort.InferenceSession.create(model, sessionOptions(this.#settings));
    } catch (error) {
      if (this.provider === "cpu") throw error;
      throw new EngineMissing(
        `onnxruntime's ${this.provider} does not run all of this graph, and none of it runs elsewhere in silence: ${(error as Error).message.split("\n")[0]} (hint: EIGHTFOLD_ENGINE=webgpu, or onnxruntime for the processor)`,
        { cause: error },
      );
    }
  }
}

/** Passes that would put transposes back into products, where they cost more than before them. */
const KEPT_AS_LOWERED = "TransposeOptimizer;GemmTransposeFusion;MatmulTransposeFusion";

function sessionOptions({ provider, threads, profile }: SessionSettings): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    enableMemPattern: false, // the pattern's block comes on top of what the first run took: a third more memory, no faster
    interOpNumThreads: 1,
    graphOptimizationLevel: "basic", // the lowerings say what is fused; more only lengthens the creation
    logSeverityLevel: 3, // errors; what the engine cannot do is thrown
    // set_denormal_as_zero stays off: it would flush the float64 numbers of the caller's thread too
    extra: {
      optimization: { disable_specified_optimizers: KEPT_AS_LOWERED },
      ...(provider !== "cpu" && { session: { disable_cpu_ep_fallback: "1" } }), // what it cannot run is an error
    },
  };
}
