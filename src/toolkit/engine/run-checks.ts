/** @file What every engine checks before a run: counts, shapes and dtypes of what it is handed. */
import type { Graph, Numbers, Spec } from "../tensor/index.ts";
import { describeSpec, sameShape, sizeOf } from "../tensor/spec.ts";
import type { DeviceArray } from "./engine.ts";

/** @throws TypeError unless each input has the spec that the graph was traced with */
export function requireInputs(graph: Graph, given: readonly DeviceArray[]): void {
  if (given.length !== graph.inputs.length) {
    throw new TypeError(`a run requires ${graph.inputs.length} inputs, got ${given.length}`);
  }
  for (const [at, { name, tensor }] of graph.inputs.entries()) {
    const { spec } = given[at] as DeviceArray;
    if (spec.dtype === tensor.dtype && sameShape(spec.shape, tensor.shape)) continue;
    throw new TypeError(`input ${name} requires ${describeSpec(tensor)}, got ${describeSpec(spec)}`);
  }
}

/** @throws TypeError unless there are as many numbers as the shape holds */
export function requireSize(data: Numbers, spec: Spec): void {
  if (data.length === sizeOf(spec.shape)) return;
  throw new TypeError(`upload requires ${sizeOf(spec.shape)} numbers for ${describeSpec(spec)}, got ${data.length}`);
}
