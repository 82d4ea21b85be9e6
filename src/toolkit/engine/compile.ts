/** @file From a function of symbolic tensors to a function of arrays: trace, compile on an engine, keep the names. */

import { type Numbers, type Spec, type Tensor, trace } from "../tensor/index.ts";
import { isNumbers } from "../tensor/spec.ts";
import { isTensor } from "../tensor/tensor.ts";
import { flattenTree, type MapTree, rebuildTree } from "../tensor/tree.ts";
import { type DeviceArray, type Engine, isDeviceArray } from "./engine.ts";

export interface CallOptions<Outputs> {
  /** Seed of the run's random numbers, an integer in [0, 2^53); default 0. */
  readonly seed?: number;
  /** A tree like the outputs' (parts may be missing) of arrays that will not be used again. */
  readonly spent?: Partial<MapTree<Outputs, Tensor, DeviceArray>>;
}

/** A compiled function. */
export interface Compiled<Specs, Outputs> {
  /**
   * @param inputs a tree like the specs, of arrays on the device or of numbers on the host
   * @returns a tree like the traced function's result, of arrays on the device
   * @throws TypeError naming the input whose shape, dtype or count does not fit
   */
  (
    inputs: MapTree<Specs, Spec, DeviceArray | Numbers>,
    options?: CallOptions<Outputs>,
  ): Promise<MapTree<Outputs, Tensor, DeviceArray>>;
  dispose(): void;
}

/**
 * Compiles a function for an engine.
 *
 * @param engine who will run it
 * @param f makes a tree of tensors of a tree of tensors; traced once, here
 * @param specs the shapes and dtypes of its inputs
 * @throws OpMismatch from the trace
 */
export async function compile<Specs, Outputs>(
  engine: Engine,
  f: (inputs: MapTree<Specs, Spec, Tensor>) => Outputs,
  specs: Specs,
): Promise<Compiled<Specs, Outputs>> {
  const { graph, outputs } = trace(f, specs);
  const program = await engine.compile(graph);
  const run = async (
    inputs: MapTree<Specs, Spec, DeviceArray | Numbers>,
    { seed = 0, spent }: CallOptions<Outputs> = {},
  ): Promise<MapTree<Outputs, Tensor, DeviceArray>> => {
    const given = new Map(flattenTree(inputs, isArray).map(({ name, leaf }) => [name, leaf]));
    const uploaded: DeviceArray[] = [];
    const arrays = graph.inputs.map(({ name, tensor }) => {
      const value = given.get(name);
      if (value === undefined) throw new TypeError(`a run requires input ${name}, got ${[...given.keys()].join(", ")}`);
      if (!isNumbers(value)) return value;
      const array = engine.upload(value, { shape: tensor.shape, dtype: tensor.dtype });
      uploaded.push(array);
      return array;
    });
    const freed = new Map(flattenTree<DeviceArray>(spent ?? {}, isDeviceArray).map(({ name, leaf }) => [name, leaf]));
    const results = await program.run(arrays, { seed, spent: graph.outputs.map(({ name }) => freed.get(name)) });
    for (const array of uploaded) array.dispose();
    return rebuildTree(outputs, isTensor, results);
  };
  return Object.assign(run, { dispose: () => program.dispose() });
}

const isArray = (value: unknown): value is DeviceArray | Numbers => isNumbers(value) || isDeviceArray(value);
