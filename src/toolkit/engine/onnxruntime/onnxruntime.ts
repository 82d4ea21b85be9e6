/** @file The engine on onnxruntime: a whole graph as one ONNX model, by the provider that is asked for. */
import { availableParallelism } from "node:os";
import { requireCount, requireOneOf } from "../../core/argument-checks.ts";
import type { Engine } from "../engine.ts";
import { copyRuns, runsOfRows, runsOfSlice, runsOfTaken } from "../moved-parts.ts";
import { type Cells, emptyArray, OnnxArray, ownArray, uploaded } from "./arrays.ts";
import { compileProgram } from "./program.ts";
import type { OnnxProvider } from "./provider.ts";
import { loadOnnxruntime, requireProvider, SessionCache } from "./session.ts";

export interface OnnxruntimeOptions {
  /** Who runs the graph; default "cpu". */
  readonly provider?: OnnxProvider;
  /** Threads within one op; default: as many as there are cores. */
  readonly threads?: number;
  /** Writes onnxruntime's profile to files that begin with this path. */
  readonly profile?: string;
}

const PROVIDERS = ["cpu", "cuda", "webgpu", "coreml", "dml"] as const;

const DEVICES: Readonly<Record<OnnxProvider, string>> = {
  cpu: "cpu",
  cuda: "NVIDIA GPU",
  webgpu: "GPU by WebGPU",
  coreml: "Apple GPU or neural engine",
  dml: "GPU by DirectML",
};

/** Gave the fastest of 1, 2, 4 and 8 parts at widest layers of 2048 tokens by 256, 512 and 1536 numbers. */
const NUMBERS_AT_ONCE = 600_000;

/**
 * The engine on onnxruntime.
 *
 * @throws EngineMissing when the package or the provider is not there, with how to install it
 * @throws RangeError for a provider or a count of threads that cannot be
 */
export async function onnxruntimeEngine(options: OnnxruntimeOptions = {}): Promise<Engine> {
  const { provider = "cpu", threads, profile } = options;
  requireOneOf("onnxruntimeEngine", "provider", provider, PROVIDERS);
  if (threads !== undefined) requireCount("onnxruntimeEngine", "threads", threads, 1, 1024);
  const ort = loadOnnxruntime();
  const settings = { provider, threads, profile };
  if (provider !== "cpu") await requireProvider(ort, settings);
  const sessions = new SessionCache(ort, settings);
  return {
    name: "onnxruntime",
    describe: () => ({
      engine: "onnxruntime",
      provider,
      device: DEVICES[provider],
      threads: threads ?? availableParallelism(),
      versions: { "onnxruntime-node": ort.env.versions.node ?? "unknown", node: process.versions.node },
    }),
    ...(provider === "cpu" && { atOnce: { numbers: NUMBERS_AT_ONCE } }),
    upload: (data, spec) => uploaded(ort, data, spec),
    zeros: (spec) => emptyArray(ort, spec),
    compile: (graph) => compileProgram(ort, sessions, graph),
    writeSlice: (target, part, axis, start) => {
      const into = writable(ownArray(target));
      copyRuns(into, ownArray(part).cells, [runsOfSlice(target.spec.shape, part.spec.shape, axis, start)]);
      target.dispose();
      return new OnnxArray(ort, target.spec, into, true);
    },
    writeRows: (target, part, rows) => {
      const into = writable(ownArray(target));
      copyRuns(into, ownArray(part).cells, runsOfRows(target.spec.shape, part.spec.shape, rows));
      target.dispose();
      return new OnnxArray(ort, target.spec, into, true);
    },
    takeRows: (array, rows) => {
      const { cells, spec } = ownArray(array);
      const taken = emptyArray(ort, { ...spec, shape: spec.shape.with(0, rows.length) });
      copyRuns(taken.cells, cells, runsOfTaken(spec.shape, rows));
      return taken;
    },
  };
}

/** The cells to write into: what the caller uploaded stays the caller's. */
function writable({ cells, owned }: OnnxArray): Cells {
  return owned ? cells : cells.slice();
}
