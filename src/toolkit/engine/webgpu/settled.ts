/** @file Kernels with their settings written out for the places that a run's arrays have; kept, since the same places come back. */
import { DeviceRefusal } from "../device-errors.ts";
import type { Device, Dispatch } from "./device.ts";
import type { GpuBuffer, GpuPipeline } from "./gpu.ts";
import { type Kernel, MOST_SLABS, type Place } from "./kernels/kernel.ts";

/** A kernel, its turn and what it is part of. */
export interface Turn {
  readonly kernel: Kernel;
  readonly ops: readonly string[];
  /** Of the batch; its values may lie elsewhere in each. */
  readonly part: number;
}

/** Dispatches that are ready to be handed over. */
export interface Settled {
  readonly dispatches: readonly Dispatch[];
  readonly table: GpuBuffer;
}

const ROW = 256; // bytes: what every device lets settings be aligned to

/**
 * @param pipelines of the turns
 * @param startOf where a place begins in its slab, in a part of the batch
 * @throws DeviceRefusal when arrays of a kernel lie in more slabs than every device binds
 */
export function settle(
  device: Device,
  turns: readonly Turn[],
  pipelines: readonly GpuPipeline[],
  startOf: (place: Place, part: number) => number,
): Settled {
  const widest = Math.max(1, ...turns.map(({ kernel }) => kernel.offsets.length + 1));
  const rowWords = (Math.ceil((4 * widest) / ROW) * ROW) / 4;
  const words = new Uint32Array(rowWords * Math.max(1, turns.length));
  for (const [at, { kernel, ops, part }] of turns.entries()) {
    if (kernel.slabs.length > MOST_SLABS) {
      throw new DeviceRefusal(
        `the webgpu engine requires the arrays of ${ops.join(", ")} in ${MOST_SLABS} buffers at most, got ${kernel.slabs.length} (hint: a smaller batch)`,
      );
    }
    words[at * rowWords] = Number(part > 0);
    for (const [which, [place, elements]] of kernel.offsets.entries()) {
      words[at * rowWords + 1 + which] = startOf(place, part) + elements;
    }
  }
  const table = device.settings(words);
  const groups = new Map<string, object>();
  const dispatches = turns.map(({ kernel }, at): Dispatch => {
    const key = kernel.slabs.join();
    const group = groups.get(key) ?? device.bindGroup(table, rowWords * 4, kernel.slabs);
    groups.set(key, group);
    return { pipeline: pipelines[at] as GpuPipeline, group, settings: at * rowWords * 4, groups: kernel.groups };
  });
  return { dispatches, table };
}

/** The last few, by the places that they are for; one that goes gives its table back. */
export class SettledPlaces {
  readonly #most: number;
  readonly #kept = new Map<string, Settled>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Settled | undefined {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known); // the last to be asked for goes last
    }
    return known;
  }

  keep(key: string, settled: Settled): void {
    this.#kept.set(key, settled);
    for (const [oldest, { table }] of this.#kept) {
      if (this.#kept.size <= this.#most) return;
      this.#kept.delete(oldest);
      table.destroy();
    }
  }

  clear(): void {
    for (const { table } of this.#kept.values()) table.destroy();
    this.#kept.clear();
  }
}
