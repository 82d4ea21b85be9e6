/** @file One compiled graph on onnxruntime: checks what it is handed, writes results over what the caller has spent. */
import type * as Ort from "onnxruntime-node";
import type { Graph } from "../../tensor/index.ts";
import type { DeviceArray, Program, RunOptions } from "../engine.ts";
import { idBounds, requireIds } from "../id-bounds.ts";
import { ResultArrays } from "../result-arrays.ts";
import { requireInputs } from "../run-checks.ts";
import { uniforms } from "../uniforms.ts";
import { type Cells, emptyArray, OnnxArray, ownArray } from "./arrays.ts";
import { lowerGraph } from "./lower-graph.ts";
import { overwritable } from "./overwrite.ts";
import type { SessionCache } from "./session.ts";

/** @throws TypeError naming an op that has no lowering */
export async function compileProgram(ort: typeof Ort, sessions: SessionCache, graph: Graph): Promise<Program> {
  const lowered = lowerGraph(graph, new Map(), { isPlain: sessions.provider === "webgpu" }); // it lacks FusedMatMul and LogSoftmax
  const { session, release } = await sessions.take(lowered.bytes);
  const bounds = idBounds(graph);
  const memory = new ResultArrays<OnnxArray>(graph, overwritable(graph), (spec, cells) =>
    cells === undefined ? emptyArray(ort, spec) : new OnnxArray(ort, spec, cells as Cells, true),
  );
  return { run, dispose: () => void release() };

  async function run(inputs: readonly DeviceArray[], { seed = 0, spent = [] }: RunOptions = {}) {
    requireInputs(graph, inputs);
    const arrays = inputs.map(ownArray);
    for (const bound of bounds) requireIds(bound, (arrays[bound.input] as OnnxArray).cells);
    const feeds: Record<string, Ort.Tensor> = {};
    for (const [at, array] of arrays.entries()) feeds[lowered.inputs[at] as string] = array.tensor();
    for (const { name, stream, shape } of lowered.uniforms) {
      feeds[name] = new ort.Tensor("float32", uniforms(seed, stream, shape), shape);
    }
    const given = spent.map((array) => array && ownArray(array));
    const results = memory.take(arrays, given);
    const fetches: Record<string, Ort.Tensor> = {};
    for (const [at, array] of results.entries()) fetches[lowered.outputs[at] as string] = array.tensor();
    await session.run(feeds, fetches);
    memory.retire(given, results);
    return results;
  }
}
