/** @file The key-value cache of a batch: prompts once for all their samples, and a ring of places for the tokens written since. */
import type { DeviceArray } from "../engine/index.ts";
import type { KeysValues } from "../model/index.ts";
import type { Spec } from "../tensor/index.ts";
import { type CacheShape, cacheSpecs, type Memory } from "./cached-graphs.ts";
import type { TransformerPolicy } from "./transformer-policy.ts";

const FIRST_LENGTH = 32;
const LENGTH_UNIT = 8;
const TIME = 2; // of the axes (B, KV, T, D)

/**
 * All sequences write at the same place of the ring, those that came later too: a sequence sees the places that were
 * written since it came. The ring grows by doubling until it holds the longest completion, and then goes round.
 */
export class KeyValueCache {
  readonly #policy: TransformerPolicy;
  /** places that the ring must have before it may go round */
  readonly #capacity: number;
  #shape: CacheShape;
  #next = 0;
  #prompts: Memory<DeviceArray>;
  #written: Memory<DeviceArray>;

  constructor(policy: TransformerPolicy, shape: Omit<CacheShape, "length">, capacity: number) {
    this.#policy = policy;
    this.#capacity = capacity;
    const enough = Math.max(1, Math.ceil(capacity / LENGTH_UNIT)) * LENGTH_UNIT;
    this.#shape = { ...shape, length: Math.min(FIRST_LENGTH, enough) };
    const { prompts, written } = cacheSpecs(policy.config, this.#shape);
    this.#prompts = this.#zeros(prompts);
    this.#written = this.#zeros(written);
  }

  get shape(): CacheShape {
    return this.#shape;
  }

  /** The place of the ring that is written next. */
  get next(): number {
    return this.#next;
  }

  get prompts(): Memory<DeviceArray> {
    return this.#prompts;
  }

  get written(): Memory<DeviceArray> {
    return this.#written;
  }

  /** Puts the first prompts of a memory into rows, one each. */
  putPrompts(fresh: Memory<DeviceArray>, rows: Int32Array): void {
    const { engine } = this.#policy;
    const put = (memory: Memory<DeviceArray>): Memory<DeviceArray> =>
      memory.map(({ keys, values }, layer) => {
        const prompts = fresh[layer] as KeysValues<DeviceArray>;
        return {
          keys: engine.writeRows(keys, prompts.keys, rows),
          values: engine.writeRows(values, prompts.values, rows),
        };
      });
    if (this.#ringStart === 0) this.#prompts = put(this.#prompts);
    else this.#written = put(this.#written);
  }

  /** Writes a token of each sequence, and moves on. */
  write(fresh: Memory<DeviceArray>): void {
    this.#written = this.#joined(this.#written, fresh, this.#ringStart + this.#next);
    this.#next++;
    if (this.#next === this.#shape.length && this.#next >= this.#capacity) this.#next = 0;
  }

  /** Makes room for one more token where there is none. @returns whether the count of places has changed */
  grow(): boolean {
    if (this.#next < this.#shape.length) return false;
    this.#shape = { ...this.#shape, length: 2 * this.#shape.length };
    const longer = this.#zeros(cacheSpecs(this.#policy.config, this.#shape).written);
    const written = this.#joined(longer, this.#written, 0);
    disposeMemory(this.#written);
    this.#written = written;
    return true;
  }

  /** Keeps some rows, in their order, followed by rows that hold nothing of use. */
  keep(rows: readonly number[], count: number): void {
    const { samples } = this.#shape;
    const prompts = Int32Array.from({ length: count }, (_, at) => rows[at] ?? 0);
    const sequences = Int32Array.from({ length: count * samples }, (_, at) => {
      return (prompts[Math.floor(at / samples)] as number) * samples + (at % samples);
    });
    this.#prompts = this.#taken(this.#prompts, prompts);
    this.#written = this.#taken(this.#written, sequences);
    this.#shape = { ...this.#shape, rows: count };
  }

  dispose(): void {
    for (const memory of [this.#prompts, this.#written]) disposeMemory(memory);
  }

  /** Where the ring begins among the places for tokens written: behind the prompt of a sequence that has it alone. */
  get #ringStart(): number {
    return this.#shape.samples === 1 ? this.#shape.promptLength : 0;
  }

  #zeros(specs: Memory<Spec>): Memory<DeviceArray> {
    const { engine } = this.#policy;
    return specs.map(({ keys, values }) => ({
      keys: engine.zeros(keys),
      values: engine.zeros(values),
    }));
  }

  #joined(whole: Memory<DeviceArray>, part: Memory<DeviceArray>, start: number): Memory<DeviceArray> {
    const { engine } = this.#policy;
    return whole.map(({ keys, values }, layer) => {
      const fresh = part[layer] as KeysValues<DeviceArray>;
      return {
        keys: engine.writeSlice(keys, fresh.keys, TIME, start),
        values: engine.writeSlice(values, fresh.values, TIME, start),
      };
    });
  }

  #taken(memory: Memory<DeviceArray>, rows: Int32Array): Memory<DeviceArray> {
    const { engine } = this.#policy;
    const taken = memory.map(({ keys, values }) => ({
      keys: engine.takeRows(keys, rows),
      values: engine.takeRows(values, rows),
    }));
    disposeMemory(memory);
    return taken;
  }
}

export function disposeMemory(memory: Memory<DeviceArray>): void {
  for (const { keys, values } of memory) {
    keys.dispose();
    values.dispose();
  }
}
