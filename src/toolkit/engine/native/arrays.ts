/** @file Arrays of the native engine: typed arrays of 4-byte elements that the kernels read and write where they are. */
import type { DType, Numbers, Spec } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { DeviceArray } from "../engine.ts";
import { requireSize } from "../run-checks.ts";
import type { Addon } from "./addon.ts";

export type Cells = Float32Array | Int32Array;

interface CellsOf {
  readonly BYTES_PER_ELEMENT: number;
  new (size: number): Cells;
  new (memory: ArrayBuffer, start: number, size: number): Cells;
  from(values: Numbers): Cells;
}

/** Truth values are 0 and 1 as int32 here, so that all elements are of one size. */
const CELLS: Readonly<Record<DType, CellsOf>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Int32Array,
};

export class NativeArray implements DeviceArray {
  readonly spec: Spec;
  /** Whether the engine may write into the cells: not when they are the caller's own array. */
  readonly owned: boolean;
  readonly #size: number;
  #cells: Cells | undefined;

  constructor({ shape, dtype }: Spec, cells: Cells, owned: boolean) {
    this.spec = { shape, dtype };
    this.#cells = cells;
    this.#size = cells.length;
    this.owned = owned;
  }

  /** The elements where they lie. @throws TypeError after the array was disposed or spent, or its memory went to another thread */
  get cells(): Cells {
    const cells = this.#cells;
    if (cells === undefined) throw new TypeError("a run requires arrays that are in use, got a disposed one");
    if (cells.length === this.#size) return cells;
    throw new TypeError(
      `a run requires arrays of ${this.#size} numbers, got one of ${cells.length}, whose memory was given away`,
    );
  }

  async read(): Promise<Numbers> {
    return this.spec.dtype === "bool" ? Uint8Array.from(this.cells) : this.cells.slice();
  }

  dispose(): void {
    this.#cells = undefined;
  }
}

/** Bytes of two huge pages. */
const LARGE = 2 ** 22;

/** An array of zeros; on huge pages where it is large. */
export function emptyArray(addon: Addon, spec: Spec): NativeArray {
  const Own = CELLS[spec.dtype];
  const size = sizeOf(spec.shape);
  const bytes = size * Own.BYTES_PER_ELEMENT;
  const memory = bytes >= LARGE ? addon.allocate(bytes) : undefined;
  return new NativeArray(spec, memory === undefined ? new Own(size) : new Own(memory, 0, size), true);
}

/** The numbers as an array: the caller's own memory where its type is the dtype's, else a copy. */
export function uploaded(data: Numbers, spec: Spec): NativeArray {
  requireSize(data, spec);
  const Own = CELLS[spec.dtype];
  return data instanceof Own
    ? new NativeArray(spec, data as Cells, false)
    : new NativeArray(spec, Own.from(data), true);
}

/** @throws TypeError for an array of another engine */
export function ownArray(array: DeviceArray): NativeArray {
  if (array instanceof NativeArray) return array;
  throw new TypeError("the native engine requires arrays of its own, got one of another engine");
}
