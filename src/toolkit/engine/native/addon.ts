/** @file What the compiled library offers (c/binding.c). */

/** Node-API's external values: addresses that only the library reads. */
export type Threads = { readonly threads: unique symbol };
export type NativeProgram = { readonly program: unique symbol };

export interface Addon {
  openThreads(count: number): Threads;
  /** @throws Error when the code is malformed or memory is short */
  createProgram(
    threads: Threads,
    places: Float64Array,
    code: Float64Array,
    parts: number,
    constants: Float32Array,
    arenaElements: number,
    sums: Float64Array,
  ): NativeProgram;
  /** Zeros on huge pages; undefined where the system has none to give. */
  allocate(bytes: number): ArrayBuffer | undefined;
  /**
   * Copies elements of one array into another.
   *
   * @param runs for each group of runs: count, length, from, step from run to run there, to, step there
   * @throws RangeError when a run reaches beyond an array
   */
  copyRuns(into: Float32Array | Int32Array, from: Float32Array | Int32Array, runs: Float64Array): void;
  freeProgram(program: NativeProgram): void;
  /** @returns the failed instruction's number + 1 (0: none; -1: memory was short) and the id that was out of range */
  run(program: NativeProgram, arrays: readonly (Float32Array | Int32Array)[]): Promise<[failed: number, id: number]>;
}
