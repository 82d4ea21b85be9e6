/** @file Arrays of the webgpu engine: blocks of the device's memory, read back when they are asked for. */
import type { DType, Numbers, Spec } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { DeviceArray } from "../engine.ts";
import { requireSize } from "../run-checks.ts";
import type { Device } from "./device.ts";
import type { Block } from "./slabs.ts";

/** Truth values are 0 and 1 as int32 here, so that all elements are of one size. */
const CELLS: Readonly<Record<DType, { from(values: Numbers): Float32Array | Int32Array }>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Int32Array,
};

export class GpuArray implements DeviceArray {
  readonly spec: Spec;
  readonly device: Device;
  /** All memory is the engine's own: what a caller uploads is copied. */
  readonly owned = true;
  /** What was uploaded as ids, for their check. */
  readonly ids: Int32Array | undefined;
  #cells: Block | undefined;

  constructor(device: Device, { shape, dtype }: Spec, cells: Block, ids?: Int32Array) {
    this.spec = { shape, dtype };
    this.device = device;
    this.ids = ids;
    this.#cells = cells;
    cells.holders++;
  }

  /** Where the elements lie. @throws TypeError after the array was disposed or spent */
  get cells(): Block {
    if (this.#cells === undefined) throw new TypeError("a run requires arrays that are in use, got a disposed one");
    return this.#cells;
  }

  async read(): Promise<Numbers> {
    const { dtype, shape } = this.spec;
    const count = sizeOf(shape);
    const bytes = await this.device.read(this.cells, count);
    if (dtype === "float32") return new Float32Array(bytes, 0, count);
    const whole = new Int32Array(bytes, 0, count);
    return dtype === "bool" ? Uint8Array.from(whole) : whole;
  }

  dispose(): void {
    if (this.#cells !== undefined) this.device.release(this.#cells);
    this.#cells = undefined;
  }
}

/** An array of what is in the memory already. */
export function emptyArray(device: Device, spec: Spec): GpuArray {
  return new GpuArray(device, spec, device.slabs.take(sizeOf(spec.shape)));
}

export function uploaded(device: Device, data: Numbers, spec: Spec): GpuArray {
  requireSize(data, spec);
  const cells = CELLS[spec.dtype].from(data);
  const block = device.slabs.take(cells.length);
  device.write(block, cells);
  return new GpuArray(device, spec, block, spec.dtype === "int32" ? (cells as Int32Array) : undefined);
}

/** @throws TypeError for an array of another engine, or of another device */
export function ownArray(device: Device, array: DeviceArray): GpuArray {
  if (array instanceof GpuArray && array.device === device) return array;
  throw new TypeError("the webgpu engine requires arrays of its own, got one of another engine");
}
