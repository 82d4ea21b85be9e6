/** @file Arrays of the onnxruntime engine: typed arrays that the runtime reads and writes where they are. */
import type * as Ort from "onnxruntime-node";
import type { DType, Numbers, Spec } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import type { DeviceArray } from "../engine.ts";
import { requireSize } from "../run-checks.ts";

export type Cells = Float32Array | Int32Array | Uint8Array;

const CELLS: Readonly<Record<DType, { new (size: number): Cells; from(values: Numbers): Cells }>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
};

export class OnnxArray implements DeviceArray {
  readonly spec: Spec;
  /** Whether the engine may write into the cells: not when they are the caller's own array. */
  readonly owned: boolean;
  readonly #ort: typeof Ort;
  #cells: Cells | undefined;
  #tensor: Ort.Tensor | undefined;

  constructor(ort: typeof Ort, { shape, dtype }: Spec, cells: Cells, owned: boolean) {
    this.#ort = ort;
    this.spec = { shape, dtype };
    this.#cells = cells;
    this.owned = owned;
  }

  /** The elements where they lie. @throws TypeError after the array was disposed or spent */
  get cells(): Cells {
    if (this.#cells === undefined) throw new TypeError("a run requires arrays that are in use, got a disposed one");
    return this.#cells;
  }

  /** The elements as the runtime takes them, without a copy; made once, since parameters are handed in at each run. */
  tensor(): Ort.Tensor {
    this.#tensor ??= new this.#ort.Tensor(this.spec.dtype, this.cells, this.spec.shape);
    return this.#tensor;
  }

  async read(): Promise<Numbers> {
    return this.cells.slice();
  }

  dispose(): void {
    this.#cells = undefined;
    this.#tensor = undefined;
  }
}

/** An array of zeros. */
export function emptyArray(ort: typeof Ort, spec: Spec): OnnxArray {
  return new OnnxArray(ort, spec, new CELLS[spec.dtype](sizeOf(spec.shape)), true);
}

/** The numbers as an array: the caller's own memory where its type is the dtype's, else a copy. */
export function uploaded(ort: typeof Ort, data: Numbers, spec: Spec): OnnxArray {
  requireSize(data, spec);
  const Own = CELLS[spec.dtype];
  return data instanceof Own
    ? new OnnxArray(ort, spec, data as Cells, false)
    : new OnnxArray(ort, spec, Own.from(data), true);
}

/** @throws TypeError for an array of another engine */
export function ownArray(array: DeviceArray): OnnxArray {
  if (array instanceof OnnxArray) return array;
  throw new TypeError("the onnxruntime engine requires arrays of its own, got one of another engine");
}
