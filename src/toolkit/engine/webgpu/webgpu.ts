/** @file The webgpu engine: a plan's instructions as kernels in WGSL, on any card that has a driver for Vulkan, Metal or Direct3D 12. */
import type { DeviceArray, Engine } from "../engine.ts";
import { type Runs, runsOfRows, runsOfSlice, runsOfTaken } from "../moved-parts.ts";
import { openAdapter, openGpu } from "./adapter.ts";
import { emptyArray, GpuArray, ownArray, uploaded } from "./arrays.ts";
import { Device, type Traffic } from "./device.ts";
import type { Gpu } from "./gpu.ts";
import { moveRuns } from "./move-runs.ts";
import { compileProgram } from "./program.ts";

export interface WebgpuOptions {
  /** Whether a driver that computes on the processor will do; default: yes. It is a thousand times slower. */
  readonly software?: boolean;
  /** Whose adapter is taken, as `navigator.gpu` of a browser; default: that of the package webgpu. */
  readonly gpu?: Gpu;
}

export interface WebgpuEngine extends Engine {
  /** What went to the device and came back since it was opened. */
  traffic(): Traffic;
}

/**
 * The engine on a GPU. Arrays stay there until they are read.
 *
 * @throws EngineMissing without the package webgpu, without a driver, or with a GPU below what is needed
 */
export async function webgpuEngine({ software = true, gpu }: WebgpuOptions = {}): Promise<WebgpuEngine> {
  const opened = gpu === undefined ? await openGpu() : { gpu, version: undefined };
  const { device: own, about, largest } = await openAdapter(opened.gpu, { software });
  const device = new Device(own, largest);
  const moved = (into: GpuArray, from: GpuArray, runs: readonly Runs[]): GpuArray => {
    moveRuns(device, into.cells, from.cells, runs);
    return into;
  };
  const onto = (target: DeviceArray, part: DeviceArray, runs: readonly Runs[]): GpuArray => {
    const { spec, cells } = moved(ownArray(device, target), ownArray(device, part), runs);
    const written = new GpuArray(device, spec, cells);
    target.dispose();
    return written;
  };
  return {
    name: "webgpu",
    runsAhead: true,
    describe: () => ({
      engine: "webgpu",
      provider: opened.version === undefined ? "WebGPU" : "WebGPU by Dawn",
      device: about,
      threads: 1,
      versions: { ...(opened.version !== undefined && { webgpu: opened.version }), node: process.versions.node },
    }),
    traffic: () => device.traffic,
    upload: (data, spec) => uploaded(device, data, spec),
    zeros: (spec) => {
      const array = emptyArray(device, spec);
      device.clear(array.cells);
      return array;
    },
    compile: (graph) => compileProgram(device, largest, graph),
    writeSlice: (target, part, axis, start) =>
      onto(target, part, [runsOfSlice(target.spec.shape, part.spec.shape, axis, start)]),
    writeRows: (target, part, rows) => onto(target, part, runsOfRows(target.spec.shape, part.spec.shape, rows)),
    takeRows: (array, rows) => {
      const { shape } = array.spec;
      const taken = emptyArray(device, { ...array.spec, shape: shape.with(0, rows.length) });
      return moved(taken, ownArray(device, array), runsOfTaken(shape, rows));
    },
  };
}
