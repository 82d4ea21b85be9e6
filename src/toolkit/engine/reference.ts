/** @file The reference engine: each op by its own definition, in float64, on the host. What other engines are checked against. */
import type { Graph, Spec } from "../tensor/index.ts";
import { constantValues } from "../tensor/ops/inputs.ts";
import { sizeOf } from "../tensor/spec.ts";
import { stagesOf, type Turn, turnsOf } from "../tensor/stages.ts";
import type { HostArray, Tensor } from "../tensor/tensor.ts";
import type { DeviceArray, Engine, Program } from "./engine.ts";
import { copyRuns, runsOfRows, runsOfSlice, runsOfTaken } from "./moved-parts.ts";
import { requireInputs, requireSize } from "./run-checks.ts";
import { uniforms } from "./uniforms.ts";

/** An engine without a device: exact to float64, slow, everywhere. */
export function referenceEngine(): Engine {
  return {
    name: "reference",
    describe: () => ({
      engine: "reference",
      provider: "TypeScript",
      device: "cpu",
      threads: 1,
      versions: { node: process.versions.node },
    }),
    upload: (data, spec) => {
      requireSize(data, spec);
      return hostDeviceArray(emptyHost(spec), data);
    },
    compile: async (graph) => programOf(graph),
    zeros: (spec) => hostDeviceArray(emptyHost(spec), []),
    writeSlice: (target, part, axis, start) => {
      copyRuns(hostOf(target).data, hostOf(part).data, [runsOfSlice(target.spec.shape, part.spec.shape, axis, start)]);
      return target;
    },
    writeRows: (target, part, rows) => {
      copyRuns(hostOf(target).data, hostOf(part).data, runsOfRows(target.spec.shape, part.spec.shape, rows));
      return target;
    },
    takeRows: (array, rows) => {
      const { shape, dtype } = array.spec;
      const taken = emptyHost({ shape: shape.with(0, rows.length), dtype });
      copyRuns(taken.data, hostOf(array).data, runsOfTaken(shape, rows));
      return hostDeviceArray(taken, []);
    },
  };
}

interface HostDeviceArray extends DeviceArray {
  readonly host: HostArray;
}

function programOf(graph: Graph): Program {
  const turns = turnsOf(stagesOf(graph));
  return {
    run: async (inputs, { seed = 0 } = {}) => {
      requireInputs(graph, inputs);
      const values = new Map<Tensor, HostArray>();
      for (const [at, { tensor }] of graph.inputs.entries()) values.set(tensor, hostOf(inputs[at] as DeviceArray));
      for (const turn of turns) {
        if (turn.node.op.name !== "input") values.set(turn.node, evaluate(turn, values, seed));
      }
      return graph.outputs.map(({ tensor }) =>
        hostDeviceArray(emptyHost(tensor), (values.get(tensor) as HostArray).data),
      );
    },
    dispose: () => {},
  };
}

function evaluate({ node, part }: Turn, values: ReadonlyMap<Tensor, HostArray>, seed: number): HostArray {
  const sofar = node.op.name === "sumOfParts" && part > 0 ? values.get(node) : undefined;
  const output = sofar ?? emptyHost(node);
  const constants = constantValues(node);
  if (constants !== undefined) output.data.set(constants);
  else if (node.op.name === "uniform") output.data.set(uniforms(seed, String(node.attributes.stream), node.shape));
  else
    node.op.evaluate(
      node.inputs.map((input) => {
        const whole = values.get(input) as HostArray;
        return node.op.name === "eachPart" ? rowsOf(whole, node, part) : whole;
      }),
      node.attributes,
      output,
    );
  return output;
}

/** The rows of one part, where they lie. */
function rowsOf({ data, dtype }: HostArray, { shape }: Spec, part: number): HostArray {
  const size = sizeOf(shape);
  return { shape, dtype, data: data.subarray(part * size, (part + 1) * size) };
}

function emptyHost({ shape, dtype }: Spec): HostArray {
  const size = sizeOf(shape);
  return { shape, dtype, data: dtype === "float32" ? new Float64Array(size) : new Int32Array(size) };
}

function hostDeviceArray(host: HostArray, values: ArrayLike<number>): HostDeviceArray {
  host.data.set(values);
  return {
    spec: { shape: host.shape, dtype: host.dtype },
    host,
    read: async () => host.data.slice(),
    dispose: () => {},
  };
}

function hostOf(array: DeviceArray): HostArray {
  if ("host" in array) return (array as HostDeviceArray).host;
  throw new TypeError("the reference engine requires arrays of its own, got one of another engine");
}
