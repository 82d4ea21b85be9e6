/** @file Trees of arrays moved to a device, read back, and freed. */
import { type DeviceArray, type Engine, isDeviceArray } from "../engine/index.ts";
import { isSpec } from "../tensor/graph.ts";
import type { Numbers, Spec } from "../tensor/index.ts";
import { isNumbers } from "../tensor/spec.ts";
import { flattenTree, type MapTree, rebuildTree } from "../tensor/tree.ts";

/**
 * Numbers uploaded in the nesting of their specs.
 *
 * @throws TypeError naming a tensor that is missing or of another size
 */
export function uploadTree<Specs>(engine: Engine, specs: Specs, numbers: unknown): MapTree<Specs, Spec, DeviceArray> {
  const given = new Map(flattenTree(numbers, isNumbers).map(({ name, leaf }) => [name, leaf]));
  const arrays = flattenTree(specs, isSpec).map(({ name, leaf: spec }) => {
    const values = given.get(name);
    if (values === undefined) throw new TypeError(`parameter ${name} is missing`);
    return engine.upload(values, spec);
  });
  return rebuildTree(specs, isSpec, arrays);
}

/** Arrays of zeros in the nesting of their specs. */
export function zerosTree<Specs>(engine: Engine, specs: Specs): MapTree<Specs, Spec, DeviceArray> {
  const arrays = flattenTree(specs, isSpec).map(({ leaf }) => engine.zeros(leaf));
  return rebuildTree(specs, isSpec, arrays);
}

/** The numbers of arrays on a device, which stay there. */
export async function readTree<Arrays>(arrays: Arrays): Promise<MapTree<Arrays, DeviceArray, Numbers>> {
  const numbers: Numbers[] = [];
  for (const { leaf } of flattenTree(arrays, isDeviceArray)) numbers.push(await leaf.read());
  return rebuildTree(arrays, isDeviceArray, numbers);
}

export function disposeTree(arrays: unknown): void {
  for (const { leaf } of flattenTree(arrays, isDeviceArray)) leaf.dispose();
}
