/** @file What every engine offers: it holds arrays on its device and turns a graph into a program that runs there. */
import { isSpec } from "../tensor/graph.ts";
import type { Graph, Numbers, Spec } from "../tensor/index.ts";

/** An array on an engine's device. Disposed arrays must not be used again. */
export interface DeviceArray {
  readonly spec: Spec;
  /** Its elements in row-major order, rounded to nothing narrower than float32; a copy that the caller owns. */
  read(): Promise<Numbers>;
  dispose(): void;
}

/** An array on a device as a leaf of a tree. */
export function isDeviceArray(value: unknown): value is DeviceArray {
  return typeof value === "object" && value !== null && isSpec((value as { spec?: unknown }).spec);
}

export interface EngineDescription {
  readonly engine: string;
  /** Who computes: "CPUExecutionProvider", "tensorflow", "cpu". */
  readonly provider: string;
  readonly device: string;
  readonly threads: number;
  /** Package name to version. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface Program {
  /**
   * One run.
   *
   * @param inputs an array for each of the graph's inputs, in their order
   * @param options.seed of the run's random numbers (default 0)
   * @param options.spent arrays that the caller will not use again, in the order of the outputs they resemble; the
   *   engine may write an output into the array at the same place, and disposes the others
   * @returns an array for each of the graph's outputs, owned by the caller
   */
  run(inputs: readonly DeviceArray[], options?: RunOptions): Promise<readonly DeviceArray[]>;
  dispose(): void;
}

export interface RunOptions {
  readonly seed?: number;
  readonly spent?: readonly (DeviceArray | undefined)[];
}

/** The parts of a batch that suit an engine. */
export interface AtOnce {
  /** numbers of the widest layer in a part */
  readonly numbers: number;
  /** tokens below which a part is too small to pay, however wide the layer; default: 1 */
  readonly tokens?: number;
  /** how many parts run at the same time, each on one thread; default: 1 */
  readonly together?: number;
}

export interface Engine {
  /** what an error or a record calls it; those here are reference, onnxruntime, native, webgpu and tfjs */
  readonly name: string;
  describe(): EngineDescription;
  /** How much of a batch it runs fastest at a time, for its caches' sake; undefined: all of it. */
  readonly atOnce?: AtOnce;
  /** Whether runs are handed over and go on by themselves, so that only a read waits: it pays to hand over the next run first. */
  readonly runsAhead?: boolean;
  /** @throws TypeError when the data are not as many as the spec's shape holds */
  upload(data: Numbers, spec: Spec): DeviceArray;
  /** An array of zeros (of false) that the engine owns. */
  zeros(spec: Spec): DeviceArray;
  compile(graph: Graph): Promise<Program>;
  /**
   * `part` written into `target` at `start` along `axis`, in place where the device allows it: how a key-value cache grows.
   *
   * @returns the array that now holds the result; `target` must not be used again
   */
  writeSlice(target: DeviceArray, part: DeviceArray, axis: number, start: number): DeviceArray;
  /**
   * The first rows of `part` written over rows of `target`, row i over row `rows[i]`, in place where the device allows it.
   * Along one further axis the part may be shorter: the end of each row stays as it was.
   *
   * @returns the array that now holds the result; `target` must not be used again
   */
  writeRows(target: DeviceArray, part: DeviceArray, rows: Int32Array): DeviceArray;
  /** A new array of some rows (places along the first axis) of another, in any order. */
  takeRows(array: DeviceArray, rows: Int32Array): DeviceArray;
}
