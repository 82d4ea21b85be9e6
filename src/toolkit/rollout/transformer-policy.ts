/** @file A policy that can be sampled: a transformer, its parameters, and the engine that runs it. */
import { type Compiled, compile, type DeviceArray, type Engine } from "../engine/index.ts";
import { parameterSpecs, type TransformerConfig, type TransformerParameters } from "../model/index.ts";
import { isSpec } from "../tensor/graph.ts";
import type { Numbers, Spec, Tensor } from "../tensor/index.ts";
import { flattenTree, type MapTree, rebuildTree } from "../tensor/tree.ts";

export interface TransformerPolicy {
  readonly engine: Engine;
  readonly config: TransformerConfig;
  /** On the host, or on the engine's device. */
  readonly parameters: TransformerParameters<DeviceArray | Numbers>;
}

/** The policy with its parameters on the device, and what frees those that were brought there. */
export function onDevice(policy: TransformerPolicy): { policy: TransformerPolicy; release(): void } {
  const { engine, config, parameters } = policy;
  const brought: DeviceArray[] = [];
  const specs = flattenTree(parameterSpecs(config), isSpec);
  const leaves = flattenTree(parameters, isArray).map(({ leaf }, at) => {
    if (!ArrayBuffer.isView(leaf)) return leaf;
    const array = engine.upload(leaf, specs[at]?.leaf as Spec);
    brought.push(array);
    return array;
  });
  const loaded = rebuildTree(parameterSpecs(config), isSpec, leaves);
  const release = (): void => {
    for (const array of brought) array.dispose();
  };
  return { policy: { engine, config, parameters: loaded }, release };
}

function isArray(value: unknown): value is DeviceArray | Numbers {
  return ArrayBuffer.isView(value) || (typeof value === "object" && value !== null && "read" in value);
}

const KEPT_PROGRAMS = 64; // of an engine: a handful of shapes for each of a few models

/** Engine to its compiled functions by what they are, the one used longest ago first. */
const programs = new WeakMap<Engine, Map<string, Promise<{ dispose(): void }>>>();

/**
 * A function compiled once for each engine, model and shape. Parameters are inputs, so that every policy of one
 * architecture runs the same program.
 *
 * @param name what f is; with the config and the specs it says all that f depends on
 */
export function programFor<Specs, Outputs>(
  { engine, config }: TransformerPolicy,
  name: string,
  f: (inputs: MapTree<Specs, Spec, Tensor>) => Outputs,
  specs: Specs,
): Promise<Compiled<Specs, Outputs>> {
  const own = programs.get(engine) ?? new Map<string, Promise<{ dispose(): void }>>();
  programs.set(engine, own);
  const key = JSON.stringify([name, config, specs]);
  const known = own.get(key) as Promise<Compiled<Specs, Outputs>> | undefined;
  const program = known ?? compile(engine, f, specs);
  own.delete(key);
  own.set(key, program);
  for (const [oldest, unused] of own) {
    if (own.size <= KEPT_PROGRAMS) break;
    own.delete(oldest);
    void unused.then((compiled) => compiled.dispose());
  }
  return program;
}
