/** @file One device: its memory, its kernels as pipelines, what it has been handed and has given back, and whether it is still there. */
import { DeviceLost, DeviceMemory, DeviceRefusal } from "../device-errors.ts";
import {
  type GpuBuffer,
  type GpuDevice,
  type GpuHandle,
  type GpuPipeline,
  MAP_READ,
  STAGE_COMPUTE,
  USAGE,
} from "./gpu.ts";
import type { Groups, Kernel } from "./kernels/kernel.ts";
import { type Block, Slabs } from "./slabs.ts";

/** A kernel with its settings in place. */
export interface Dispatch {
  readonly pipeline: GpuPipeline;
  readonly group: GpuHandle;
  /** Bytes into the table of settings. */
  readonly settings: number;
  readonly groups: Groups;
}

/** What went to the device and came back since it was opened. */
export interface Traffic {
  readonly dispatches: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/** So many dispatches are handed over at a time: a desktop must be drawn between them. */
const AT_A_TIME = 100;

export class Device {
  readonly gpu: GpuDevice;
  readonly slabs: Slabs;
  /** Memory that every run may use while it lasts: runs come one after another. */
  workspace: Block;
  readonly #pipelines = new Map<string, Promise<GpuPipeline>>();
  readonly #made = new Map<string, GpuPipeline>();
  readonly #layouts: { group: GpuHandle; pipeline: GpuHandle }[] = [];
  #failure: Error | undefined;
  #traffic = { dispatches: 0, bytesUp: 0, bytesDown: 0 };

  /** @param largest bytes that a kernel may bind as one buffer */
  constructor(gpu: GpuDevice, largest: number) {
    this.gpu = gpu;
    this.slabs = new Slabs(gpu, largest, (message) => this.#fail(new DeviceMemory(message)));
    this.workspace = this.slabs.take(1);
    gpu.onuncapturederror = ({ error }) =>
      this.#fail(new DeviceRefusal(`the webgpu engine is refused: ${firstLines(error.message)}`));
    void gpu.lost.then(({ reason, message }) => {
      this.#failure = new DeviceLost(message || reason); // whatever was said before follows from it
    });
  }

  get traffic(): Traffic {
    return { ...this.#traffic };
  }

  /** @throws DeviceLost, DeviceMemory or DeviceRefusal when one of them has come up */
  requireWorking(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }

  write({ slab, start }: Block, data: Float32Array | Int32Array | Uint32Array): void {
    this.requireWorking();
    if (data.length > 0) this.gpu.queue.writeBuffer(this.slabs.buffer(slab), 4 * start, data);
    this.#traffic.bytesUp += data.byteLength;
  }

  clear({ slab, start, size }: Block): void {
    this.requireWorking();
    const encoder = this.gpu.createCommandEncoder();
    encoder.clearBuffer(this.slabs.buffer(slab), 4 * start, 4 * size);
    this.gpu.queue.submit([encoder.finish()]);
  }

  /** The elements as they are when all that was asked for before is done. */
  async read({ slab, start }: Block, elements: number): Promise<ArrayBuffer> {
    this.requireWorking();
    const size = Math.max(4, 4 * elements);
    const staging = this.gpu.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTarget });
    const encoder = this.gpu.createCommandEncoder();
    encoder.copyBufferToBuffer(this.slabs.buffer(slab), 4 * start, staging, 0, size);
    this.gpu.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(MAP_READ);
    } catch (error) {
      await new Promise(setImmediate); // the device's end is told behind that of the call
      this.requireWorking();
      throw error;
    }
    const bytes = staging.getMappedRange().slice(0);
    staging.unmap();
    staging.destroy();
    this.requireWorking();
    this.#traffic.bytesDown += size;
    return bytes;
  }

  release(block: Block): void {
    block.holders--;
    if (block.holders === 0) this.slabs.give(block);
  }

  /** Makes the workspace as large as that. */
  reserve(elements: number): void {
    if (this.workspace.size >= elements) return;
    const larger = this.slabs.take(elements);
    this.slabs.give(this.workspace);
    this.workspace = larger;
  }

  /** @throws DeviceRefusal naming what the kernel was to do */
  async pipelineOf({ code, slabs }: Kernel, ops: readonly string[]): Promise<GpuPipeline> {
    const known = this.#pipelines.get(code);
    if (known !== undefined) return known;
    const made = this.#compiled(code, this.layoutOf(slabs.length).pipeline).catch((error: Error) => {
      this.#pipelines.delete(code);
      this.requireWorking();
      const what = [...new Set(ops)].join(", ");
      throw new DeviceRefusal(
        `the webgpu engine cannot compile the kernel of ${what}: ${firstLines(error.message)} (hint: EIGHTFOLD_ENGINE=onnxruntime runs on the processor)`,
        { cause: error },
      );
    });
    this.#pipelines.set(code, made);
    return made;
  }

  /** Of a kernel that is wanted at once; the driver compiles while we wait. */
  pipelineNow({ code, slabs }: Kernel): GpuPipeline {
    const known = this.#made.get(code);
    if (known !== undefined) return known;
    const module = this.gpu.createShaderModule({ code });
    const { pipeline: layout } = this.layoutOf(slabs.length);
    const made = this.gpu.createComputePipeline({ layout, compute: { module, entryPoint: "main" } });
    this.#made.set(code, made);
    return made;
  }

  async #compiled(code: string, layout: GpuHandle): Promise<GpuPipeline> {
    this.gpu.pushErrorScope("validation"); // what is wrong with a module is told once more by its pipeline
    const module = this.gpu.createShaderModule({ code });
    void this.gpu.popErrorScope();
    return this.gpu.createComputePipelineAsync({ layout, compute: { module, entryPoint: "main" } });
  }

  /** Settings, then so many slabs. */
  layoutOf(slabs: number): { group: GpuHandle; pipeline: GpuHandle } {
    const known = this.#layouts[slabs];
    if (known !== undefined) return known;
    const storage = Array.from({ length: slabs }, (_, at) => {
      return { binding: at + 1, visibility: STAGE_COMPUTE, buffer: { type: "storage" } };
    });
    const settings = { binding: 0, visibility: STAGE_COMPUTE, buffer: { type: "uniform", hasDynamicOffset: true } };
    const group = this.gpu.createBindGroupLayout({ entries: [settings, ...storage] });
    const pipeline = this.gpu.createPipelineLayout({ bindGroupLayouts: [group] });
    const made = { group, pipeline };
    this.#layouts[slabs] = made;
    return made;
  }

  bindGroup(table: GpuBuffer, rowBytes: number, slabs: readonly number[]): GpuHandle {
    return this.gpu.createBindGroup({
      layout: this.layoutOf(slabs.length).group,
      entries: [
        { binding: 0, resource: { buffer: table, size: rowBytes } },
        ...slabs.map((slab, at) => ({ binding: at + 1, resource: { buffer: this.slabs.buffer(slab) } })),
      ],
    });
  }

  /** A table of settings, which stays as it is. */
  settings(words: Uint32Array): GpuBuffer {
    const table = this.gpu.createBuffer({ size: words.byteLength, usage: USAGE.uniform | USAGE.copyTarget });
    this.gpu.queue.writeBuffer(table, 0, words);
    this.#traffic.bytesUp += words.byteLength;
    return table;
  }

  /** Hands dispatches over, some at a time. */
  submit(dispatches: readonly Dispatch[]): void {
    this.requireWorking();
    for (let first = 0; first < dispatches.length; first += AT_A_TIME) {
      const encoder = this.gpu.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (const { pipeline, group, settings, groups } of dispatches.slice(first, first + AT_A_TIME)) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group, [settings]);
        pass.dispatchWorkgroups(...groups);
      }
      pass.end();
      this.gpu.queue.submit([encoder.finish()]);
    }
    this.#traffic.dispatches += dispatches.length;
  }
}

const LINES = 6; // of a driver's message: the first say what is wrong

function firstLines(message: string): string {
  return message.trim().split("\n").slice(0, LINES).join("\n");
}
