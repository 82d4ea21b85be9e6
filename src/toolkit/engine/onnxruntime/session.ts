/** @file onnxruntime's sessions: loaded when first asked for, one a model while anyone uses it. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import type * as Ort from "onnxruntime-node";

/** The execution providers that a graph can be sent to. */
export type OnnxProvider = "cpu" | "cuda" | "webgpu" | "coreml" | "dml";

export interface SessionSettings {
  readonly provider: OnnxProvider;
  /** Threads within one op; undefined leaves the choice to onnxruntime (one a core). */
  readonly threads: number | undefined;
  /** Where to write onnxruntime's own profile of each run, a path without its ending; default: no profile. */
  readonly profile: string | undefined;
}

/** An engine or a provider that was asked for and is not there: the message says how to get it. */
export class EngineMissing extends Error {
  override readonly name = "EngineMissing";
}

/** @throws EngineMissing when the package is not installed or does not load */
export function loadOnnxruntime(): typeof Ort {
  try {
    return createRequire(import.meta.url)("onnxruntime-node");
  } catch (error) {
    throw new EngineMissing("the onnxruntime engine requires the package onnxruntime-node (hint: npm install)", {
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

  #create(model: Uint8Array): Promise<Ort.InferenceSession> {
    return this.#ort.InferenceSession.create(model, sessionOptions(this.#settings));
  }
}

function sessionOptions({ provider, threads, profile }: SessionSettings): Ort.InferenceSession.SessionOptions {
  return {
    executionProviders: [provider],
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(profile !== undefined && { enableProfiling: true, profileFilePrefix: profile }),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    logSeverityLevel: 3, // errors; what the engine cannot do is thrown
    extra: { session: { set_denormal_as_zero: "1" } },
  };
}
