/** @file One compiled graph on onnxruntime: checks what it is handed, writes results over what the caller has spent. */
import type * as Ort from "onnxruntime-node";
import type { Graph, Spec } from "../../tensor/index.ts";
import { sameShape } from "../../tensor/spec.ts";
import type { DeviceArray, Program, RunOptions } from "../engine.ts";
import { requireInputs } from "../run-checks.ts";
import { uniforms } from "../uniforms.ts";
import { emptyArray, OnnxArray, ownArray } from "./arrays.ts";
import { idBounds, requireIds } from "./id-bounds.ts";
import { lowerGraph } from "./lower-graph.ts";
import { overwritable } from "./overwrite.ts";
import type { SessionCache } from "./session.ts";

/** @throws TypeError naming an op that has no lowering */
export async function compileProgram(ort: typeof Ort, sessions: SessionCache, graph: Graph): Promise<Program> {
  const lowered = lowerGraph(graph);
  const { session, release } = await sessions.take(lowered.bytes);
  const bounds = idBounds(graph);
  const mayOverwrite = overwritable(graph);
  const spare: (OnnxArray | undefined)[] = graph.outputs.map(() => undefined);
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
    const results = graph.outputs.map(({ tensor }, which) => resultArray(which, tensor, arrays, spent));
    const fetches: Record<string, Ort.Tensor> = {};
    for (const [at, array] of results.entries()) fetches[lowered.outputs[at] as string] = array.tensor();
    await session.run(feeds, fetches);
    for (const [which, array] of spent.entries()) if (array !== undefined) retire(which, ownArray(array), results);
    return results;
  }

  /** Where an output goes: over the spent array, into the one kept from an earlier run, or into a new one. */
  function resultArray(
    which: number,
    spec: Spec,
    inputs: readonly OnnxArray[],
    spent: readonly (DeviceArray | undefined)[],
  ): OnnxArray {
    const given = spent[which];
    if (given !== undefined && canHold(ownArray(given), spec)) {
      const places = inputs.flatMap((input, place) => (input.cells === ownArray(given).cells ? [place] : []));
      if (places.every((place) => mayOverwrite[which]?.has(place)) && places.length <= 1 && isOnce(given, spent)) {
        return new OnnxArray(ort, spec, ownArray(given).cells, true);
      }
    }
    const kept = spare[which];
    spare[which] = undefined;
    return kept ?? emptyArray(ort, spec);
  }

  /** Disposes a spent array; its memory, unless a result took it, is kept for the next run's output at this place. */
  function retire(which: number, array: OnnxArray, results: readonly OnnxArray[]): void {
    const spec = graph.outputs[which]?.tensor;
    const { cells } = array;
    const taken = results.some((result) => result.cells === cells) || spare.some((kept) => kept?.cells === cells);
    if (!taken && spec !== undefined && canHold(array, spec)) spare[which] = new OnnxArray(ort, spec, cells, true);
    array.dispose();
  }
}

function canHold({ owned, spec }: OnnxArray, { dtype, shape }: Spec): boolean {
  return owned && spec.dtype === dtype && sameShape(spec.shape, shape);
}

function isOnce(array: DeviceArray, spent: readonly (DeviceArray | undefined)[]): boolean {
  return spent.filter((other) => other === array).length === 1;
}
