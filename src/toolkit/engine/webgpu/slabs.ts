/** @file Memory of the device in a few large buffers: blocks are cut out of them and given back, so that a kernel binds few. */
import { DeviceMemory, megabytes } from "../device-errors.ts";
import { type GpuBuffer, type GpuDevice, USAGE } from "./gpu.ts";

/** Elements of 4 bytes within a slab. */
export interface Block {
  readonly slab: number;
  readonly start: number;
  readonly size: number;
  /** Arrays that lie here; the last one that goes gives the memory back. */
  holders: number;
}

interface Hole {
  start: number;
  size: number;
}

interface Slab {
  readonly buffer: GpuBuffer;
  readonly size: number;
  /** Ascending, none beside another. */
  readonly holes: Hole[];
}

const ALIGNMENT = 64; // elements: what offsets of buffers are aligned to
const FIRST_SLAB = 2 ** 24; // elements, 64 MB; each further one is twice as large

type Maker = Pick<GpuDevice, "createBuffer" | "pushErrorScope" | "popErrorScope">;

export class Slabs {
  readonly #device: Maker;
  readonly #limit: number;
  readonly #refused: (message: string) => void;
  readonly #slabs: Slab[] = [];

  /**
   * @param limit of bytes that a kernel may bind as one buffer
   * @param refused is told, later, that there was no memory for a slab
   */
  constructor(device: Maker, limit: number, refused: (message: string) => void) {
    this.#device = device;
    this.#limit = Math.floor(limit / 4 / ALIGNMENT) * ALIGNMENT;
    this.#refused = refused;
  }

  buffer(slab: number): GpuBuffer {
    return (this.#slabs[slab] as Slab).buffer;
  }

  /** @throws DeviceMemory when so many elements cannot be one block */
  take(elements: number): Block {
    const size = Math.max(1, Math.ceil(elements / ALIGNMENT)) * ALIGNMENT;
    if (size > this.#limit) {
      throw new DeviceMemory(
        `the webgpu engine requires arrays of ${megabytes(this.#limit * 4)} at most on this GPU, got one of ${megabytes(elements * 4)}`,
        { needed: elements * 4, allowed: this.#limit * 4 },
      );
    }
    for (const [slab, { holes }] of this.#slabs.entries()) {
      const at = holes.findIndex((hole) => hole.size >= size);
      if (at === -1) continue;
      const hole = holes[at] as Hole;
      const { start } = hole;
      hole.start += size;
      hole.size -= size;
      if (hole.size === 0) holes.splice(at, 1);
      return { slab, start, size, holders: 0 };
    }
    const whole = Math.max(size, Math.min(this.#limit, FIRST_SLAB * 2 ** this.#slabs.length));
    this.#slabs.push({ buffer: this.#made(whole * 4), size: whole, holes: [{ start: 0, size: whole }] });
    return this.take(elements);
  }

  /** What was given back may be taken at once: the device does its work in the order in which it was asked. */
  give({ slab, start, size }: Block): void {
    const { holes } = this.#slabs[slab] as Slab;
    const found = holes.findIndex((hole) => hole.start > start);
    const at = found === -1 ? holes.length : found;
    const [before, behind] = [holes[at - 1], holes[at]];
    const joinsBefore = before !== undefined && before.start + before.size === start;
    const joinsBehind = behind !== undefined && start + size === behind.start;
    if (joinsBefore && joinsBehind) {
      before.size += size + behind.size;
      holes.splice(at, 1);
    } else if (joinsBefore) before.size += size;
    else if (joinsBehind) {
      behind.start = start;
      behind.size += size;
    } else holes.splice(at, 0, { start, size });
  }

  #made(bytes: number): GpuBuffer {
    this.#device.pushErrorScope("out-of-memory");
    const buffer = this.#device.createBuffer({
      size: bytes,
      usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
    });
    void this.#device.popErrorScope().then((error) => {
      if (error !== null)
        this.#refused(`the GPU has no ${megabytes(bytes)} more (hint: a smaller batch or model): ${error.message}`);
    });
    return buffer;
  }
}
