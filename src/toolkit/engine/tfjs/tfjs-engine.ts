/** @file The TensorFlow.js engine: a graph op by op on whichever backend is there, arrays staying on its device between runs. */

import type { Graph, Numbers, Spec, Tensor } from "../../tensor/index.ts";
import { constantValues } from "../../tensor/ops/inputs.ts";
import { stagesOf, type Turn, turnsOf } from "../../tensor/stages.ts";
import type { DeviceArray, Engine, Program } from "../engine.ts";
import { shorterAxis } from "../moved-parts.ts";
import { requireInputs, requireSize } from "../run-checks.ts";
import { uniforms } from "../uniforms.ts";
import { LOWERINGS, type TensorFlowJs, type TfTensor } from "./lowerings.ts";

/** The namespace of a TensorFlow.js package, as far as it tells one: its own types are only where it is installed. */
export interface TensorFlowLibrary {
  readonly version_core: string;
  getBackend(): string;
  ready(): Promise<void>;
}

/**
 * An engine on a TensorFlow.js namespace whose backend is ready (`await tf.ready()`).
 *
 * @param library the module @tensorflow/tfjs-node-gpu, tfjs-node, tfjs, or core with a backend
 * @param packageName what it was loaded as, for describe()
 * @throws Error when no backend is ready
 */
export function tfjsEngine(library: TensorFlowLibrary, packageName: string): Engine {
  const tf = library as TensorFlowJs;
  const backend = tf.getBackend();
  if (!backend) throw new Error(`${packageName} has no backend ready (hint: await tf.ready(), or tf.setBackend(name))`);
  return {
    name: "tfjs",
    describe: () => ({
      engine: "tfjs",
      provider: backend,
      device: deviceOf(tf, packageName),
      threads: THREADS_OF_BACKEND,
      versions: { [packageName]: tf.version_core, node: process.versions.node },
    }),
    upload: (data, spec) => {
      requireSize(data, spec);
      return onDevice(tf.tensor(asTyped(data, spec), [...spec.shape], spec.dtype), spec);
    },
    zeros: (spec) => onDevice(tf.zeros([...spec.shape], spec.dtype), spec),
    compile: async (graph) => programOf(tf, graph),
    writeSlice: (target, part, axis, start) => {
      const { spec } = target;
      const whole = tensorOf(target);
      const joined = tf.tidy(() => {
        const end = start + (part.spec.shape[axis] as number);
        const between = (from: number, to: number): TfTensor[] => {
          if (from === to) return [];
          const begin = spec.shape.map((_, at) => (at === axis ? from : 0));
          return [tf.slice(whole, begin, spec.shape.with(axis, to - from))];
        };
        return tf.concat([...between(0, start), tensorOf(part), ...between(end, spec.shape[axis] as number)], axis);
      });
      target.dispose();
      return onDevice(joined, spec);
    },
    writeRows: (target, part, rows) => {
      const { spec } = target;
      const count = spec.shape[0] as number;
      const sources = Int32Array.from({ length: count }, (_, row) => row);
      for (const [at, row] of rows.entries()) sources[row] = count + at;
      const joined = tf.tidy(() => {
        const axis = shorterAxis(spec.shape, part.spec.shape);
        const [start, end] = [part.spec.shape[axis] as number, spec.shape[axis] as number];
        const ends = spec.shape.map((_, at) => (at === axis ? start : 0));
        const written = tf.slice(tensorOf(part), 0, rows.length);
        const kept = start === end ? [] : [tf.slice(tf.gather(tensorOf(target), tf.tensor1d(rows, "int32")), ends)];
        const whole = tf.concat([tensorOf(target), tf.concat([written, ...kept], axis)], 0);
        return tf.gather(whole, tf.tensor1d(sources, "int32"));
      });
      target.dispose();
      return onDevice(joined, spec);
    },
    takeRows: (array, rows) => {
      const taken = tf.tidy(() => tf.gather(tensorOf(array), tf.tensor1d(rows, "int32")));
      return onDevice(taken, { ...array.spec, shape: array.spec.shape.with(0, rows.length) });
    },
  };
}

const THREADS_OF_BACKEND = 1; // JavaScript's own; what a native backend starts beside it, it does not tell

function deviceOf(tf: TensorFlowJs, packageName: string): string {
  if (packageName.endsWith("-gpu") || ["webgpu", "webgl"].includes(tf.getBackend())) return "gpu";
  return "cpu";
}

interface TfDeviceArray extends DeviceArray {
  readonly tensor: TfTensor;
}

function programOf(tf: TensorFlowJs, graph: Graph): Program {
  const constants = new Map<Tensor, TfTensor>();
  for (const node of graph.nodes) {
    const values = constantValues(node);
    if (values !== undefined) constants.set(node, tf.tensor(asTyped(values, node), [...node.shape], node.dtype));
  }
  const kept = new Set([...graph.inputs, ...graph.outputs].map(({ tensor }) => tensor));
  const turns = turnsOf(stagesOf(graph));
  const lastUses = lastUsesOf(turns);
  return {
    run: async (inputs, { seed = 0, spent = [] } = {}) => {
      requireInputs(graph, inputs);
      const values = new Map<Tensor, TfTensor>(constants);
      for (const [at, { tensor }] of graph.inputs.entries()) values.set(tensor, tensorOf(inputs[at] as DeviceArray));
      for (const [at, turn] of turns.entries()) {
        const earlier = values.get(turn.node); // an input, a constant, or the value of the part before
        if (earlier === undefined || turn.part > 0) values.set(turn.node, evaluate(tf, turn, values, seed));
        if (turn.part > 0) earlier?.dispose();
        for (const done of lastUses[at] ?? []) {
          if (kept.has(done) || constants.has(done)) continue;
          values.get(done)?.dispose(); // as soon as nobody reads it again: the peak stays that of the graph
        }
      }
      const outputs = takeOutputs(graph, values, new Set(constants.values()));
      for (const array of spent) array?.dispose();
      return outputs;
    },
    dispose: () => {
      for (const tensor of constants.values()) tensor.dispose();
    },
  };
}

/** An output that is an input, a constant, or another output is cloned: each array is its caller's own. */
function takeOutputs(graph: Graph, values: ReadonlyMap<Tensor, TfTensor>, owned: ReadonlySet<TfTensor>): DeviceArray[] {
  const taken = new Set<TfTensor>([...owned, ...graph.inputs.map(({ tensor }) => values.get(tensor) as TfTensor)]);
  return graph.outputs.map(({ tensor: node }) => {
    const tensor = values.get(node) as TfTensor;
    const own = taken.has(tensor) ? tensor.clone() : tensor;
    taken.add(own);
    return onDevice(own, node);
  });
}

/** For each turn, the tensors that no later one reads. */
function lastUsesOf(turns: readonly Turn[]): Tensor[][] {
  const last = new Map<Tensor, number>();
  for (const [at, { node }] of turns.entries()) {
    last.set(node, at);
    for (const input of node.inputs) last.set(input, at);
  }
  const uses: Tensor[][] = turns.map(() => []);
  for (const [tensor, at] of last) uses[at]?.push(tensor);
  return uses;
}

function evaluate(
  tf: TensorFlowJs,
  { node, part }: Turn,
  values: ReadonlyMap<Tensor, TfTensor>,
  seed: number,
): TfTensor {
  const first = values.get(node.inputs[0] as Tensor) as TfTensor;
  if (node.op.name === "eachPart") {
    const start = part * (node.shape[0] as number);
    return tf.slice(first, [start, ...node.shape.slice(1).fill(0)], [...node.shape]);
  }
  if (node.op.name === "sumOfParts") return part === 0 ? first.clone() : tf.add(values.get(node) as TfTensor, first);
  if (node.op.name === "uniform") {
    return tf.tensor(uniforms(seed, String(node.attributes.stream), node.shape), [...node.shape], "float32");
  }
  const lower = LOWERINGS[node.op.name];
  if (lower === undefined) throw new Error(`the tfjs engine has no ${node.op.name}`);
  return tf.tidy(() =>
    lower(
      tf,
      node.inputs.map((input) => values.get(input) as TfTensor),
      node.attributes,
      node,
    ),
  );
}

function asTyped(data: Numbers | readonly number[], { dtype }: Spec): Float32Array | Int32Array | Uint8Array {
  if (dtype === "float32") return data instanceof Float32Array ? data : Float32Array.from(data);
  return dtype === "int32" ? Int32Array.from(data) : Uint8Array.from(data);
}

function onDevice(tensor: TfTensor, { shape, dtype }: Spec): TfDeviceArray {
  return {
    spec: { shape, dtype },
    tensor,
    read: async () => (await tensor.data()).slice() as Numbers,
    dispose: () => tensor.dispose(),
  };
}

function tensorOf(array: DeviceArray): TfTensor {
  if ("tensor" in array) return (array as TfDeviceArray).tensor;
  throw new TypeError("the tfjs engine requires arrays of its own, got one of another engine");
}
