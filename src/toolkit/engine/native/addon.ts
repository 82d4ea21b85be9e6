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
  ): NativeProgram;
  freeProgram(program: NativeProgram): void;
  /** @returns the failed instruction's number + 1 (0: none) and the id that was out of range */
  run(program: NativeProgram, arrays: readonly (Float32Array | Int32Array)[]): Promise<[failed: number, id: number]>;
}
