/** @file What the webgpu engine hands a GPU for one training step, counted: no clock here is a GPU's, and these counts need none. */
import { compile, type DeviceArray, webgpuEngine } from "@eightfold/toolkit/engine";
import { initialiseParameters, type TransformerParameters } from "@eightfold/toolkit/model";
import { createStream } from "../src/toolkit/core/random-stream.ts";
import { openGpu } from "../src/toolkit/engine/webgpu/adapter.ts";
import { countKernels } from "../src/toolkit/engine/webgpu/lowered.ts";
import { Slabs } from "../src/toolkit/engine/webgpu/slabs.ts";
import { adamWInit } from "../src/toolkit/train/adam-w.ts";
import { uploadTree } from "../src/toolkit/train/device-trees.ts";
import type { Trained } from "../src/toolkit/train/update-graphs.ts";
import type { Benchmark, Row } from "./harness.ts";
import { STEPS, stepGraph, stepOf, stepSpecs } from "./step-graph.ts";

const BARS = { S: 279, M: 401, "135M": 1472 };
const MOST_BINDINGS = 8; // that every device allows
const MOST_BYTES_DOWN = 1000;
const LARGEST = 2 ** 31; // bytes of a buffer, as cards allow
const UNLIMITED = 2 ** 34;

/** Slabs of that size at most, on a device that is asked for none of their memory. */
function slabsOf(largest: number): Slabs {
  const buffer = {
    size: 0,
    mapAsync: async () => {},
    getMappedRange: () => new ArrayBuffer(0),
    unmap: () => {},
    destroy: () => {},
  };
  const device = { createBuffer: () => buffer, pushErrorScope: () => {}, popErrorScope: async () => null };
  return new Slabs(device, largest, () => {});
}

export const benchmark: Benchmark = {
  name: "webgpu",
  summary:
    "what the webgpu engine hands a GPU for a training step: dispatches, bindings, bytes; counted on Dawn's null back end",
  run: async () => {
    const none = { peer: "none", peerValue: null, barKind: "absolute", better: "lower" } as const;
    const rows: Row[] = [];
    for (const [name, size] of Object.entries(STEPS)) {
      const { dispatches } = countKernels(stepGraph(size), slabsOf(UNLIMITED));
      const fitting = stepGraph(size, name === "135M" ? size.batch : 1); // a sequence at a time: the batch whole wants 4.7 GB
      const { bindings } = countKernels(fitting, slabsOf(LARGEST));
      rows.push({
        ...none,
        name: `${name}, dispatches a step`,
        unit: "",
        ours: dispatches,
        bar: BARS[name as keyof typeof BARS],
      });
      rows.push({
        ...none,
        name: `${name}, buffers a kernel binds at most`,
        unit: "",
        ours: bindings,
        bar: MOST_BINDINGS,
      });
    }
    const { up, down, batch } = await bytesOfUpdate();
    rows.push({
      ...none,
      name: "S, bytes up beyond the batch, an update after the first",
      unit: "B",
      ours: up - batch,
      bar: MOST_BYTES_DOWN,
    });
    rows.push({
      ...none,
      name: "S, bytes down, an update after the first",
      unit: "B",
      ours: down,
      bar: MOST_BYTES_DOWN,
    });
    return { rows };
  },
};

/** Host bytes of the third update and of its batch: arrays have come back to their places by then. */
async function bytesOfUpdate(): Promise<{ up: number; down: number; batch: number }> {
  const { gpu } = await openGpu(["backend=null"]); // checks all, computes nothing
  const engine = await webgpuEngine({ gpu });
  const { batch, length, config } = STEPS.S;
  const specs = stepSpecs(STEPS.S);
  const step = await compile(engine, stepOf(STEPS.S, 1), specs);
  const tokens = new Int32Array(batch * length);
  const data = { tokens, targets: tokens, weights: new Float32Array(batch * length).fill(1) };
  let trained: Trained<TransformerParameters<DeviceArray>> = {
    parameters: uploadTree(engine, specs.parameters, initialiseParameters(config, createStream(7))),
    optimiser: uploadTree(engine, specs.optimiser, adamWInit(specs.parameters)),
  };
  let [up, down] = [0, 0];
  for (let count = 1; count <= 3; count++) {
    const before = engine.traffic();
    const rates = { count: Float32Array.of(count), learningRate: Float32Array.of(3e-4) };
    const { sums, ...next } = await step({ ...trained, ...rates, batch: data }, { spent: trained });
    trained = next;
    await sums.read();
    sums.dispose();
    const { bytesUp, bytesDown } = engine.traffic();
    [up, down] = [bytesUp - before.bytesUp, bytesDown - before.bytesDown];
  }
  return { up, down, batch: 3 * tokens.byteLength };
}
