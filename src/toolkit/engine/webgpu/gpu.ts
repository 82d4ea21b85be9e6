/** @file What the engine asks of WebGPU, as types: the package's own are only where it is installed. */

export interface GpuBuffer {
  readonly size: number;
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}

export interface GpuPipeline {
  readonly label: string;
}

export type GpuHandle = object;

interface GpuComputePass {
  setPipeline(pipeline: GpuPipeline): void;
  setBindGroup(index: number, group: GpuHandle, dynamicOffsets: readonly number[]): void;
  dispatchWorkgroups(x: number, y: number, z: number): void;
  end(): void;
}

interface GpuEncoder {
  beginComputePass(): GpuComputePass;
  copyBufferToBuffer(from: GpuBuffer, fromOffset: number, to: GpuBuffer, toOffset: number, bytes: number): void;
  clearBuffer(buffer: GpuBuffer, offset: number, bytes: number): void;
  finish(): GpuHandle;
}

interface GpuQueue {
  submit(commands: readonly GpuHandle[]): void;
  writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBufferView): void;
}

interface GpuError {
  readonly message: string;
}

export interface GpuDevice {
  readonly queue: GpuQueue;
  /** Resolved when the device is gone. */
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>;
  onuncapturederror: ((event: { readonly error: GpuError }) => void) | null;
  createBuffer(about: { size: number; usage: number }): GpuBuffer;
  createShaderModule(about: { code: string }): GpuHandle;
  createBindGroupLayout(about: { entries: readonly object[] }): GpuHandle;
  createPipelineLayout(about: { bindGroupLayouts: readonly GpuHandle[] }): GpuHandle;
  createBindGroup(about: { layout: GpuHandle; entries: readonly object[] }): GpuHandle;
  createComputePipelineAsync(about: { layout: GpuHandle; compute: object }): Promise<GpuPipeline>;
  createComputePipeline(about: { layout: GpuHandle; compute: object }): GpuPipeline;
  createCommandEncoder(): GpuEncoder;
  pushErrorScope(filter: "validation" | "out-of-memory"): void;
  popErrorScope(): Promise<GpuError | null>;
  destroy(): void;
}

export interface GpuAdapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    /** The card's own name. */
    readonly device: string;
    /** In Dawn the driver and its version. */
    readonly description: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(about: { requiredLimits: Readonly<Record<string, number>> }): Promise<GpuDevice>;
}

/** What `navigator.gpu` is in a browser. */
export interface Gpu {
  requestAdapter(about: { powerPreference: "high-performance" }): Promise<GpuAdapter | null>;
}

/** Bits of a buffer's usage. */
export const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const;

export const STAGE_COMPUTE = 4;

export const MAP_READ = 1;
