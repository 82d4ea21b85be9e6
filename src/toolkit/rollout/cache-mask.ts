/** @file What each sequence of a batch sees of the cache: its prompt, the places written since it came, its own new token. */
import { UNSEEN } from "../model/index.ts";
import type { CacheShape } from "./cached-graphs.ts";

/** Rows of a mask (B, promptLength + length + 1), the ring's places between the prompt's and the new token's. */
export class CacheMask {
  #shape: CacheShape;
  #values: Float32Array;

  constructor(shape: CacheShape) {
    this.#shape = shape;
    this.#values = nothingSeen(shape);
  }

  /** 0 for what is seen, else UNSEEN; the mask's own memory. */
  get values(): Float32Array {
    return this.#values;
  }

  /** The sequences of a row begin: they see the `tokens` of their prompt and nothing that others wrote. */
  enter(row: number, tokens: number): void {
    const { samples } = this.#shape;
    const width = widthOf(this.#shape);
    for (let slot = row * samples; slot < (row + 1) * samples; slot++) {
      const start = slot * width;
      this.#values.fill(0, start, start + tokens).fill(UNSEEN, start + tokens, start + width - 1);
    }
  }

  /** From now on the sequence sees a place of the ring. */
  see(slot: number, place: number): void {
    this.#values[slot * widthOf(this.#shape) + this.#shape.promptLength + place] = 0;
  }

  /** As the cache of another shape, whose row i was row `rows[i]` of this one. */
  reshape(shape: CacheShape, rows: readonly number[]): void {
    const { samples, promptLength, length } = this.#shape;
    const values = nothingSeen(shape);
    for (const [to, from] of rows.entries()) {
      for (let sample = 0; sample < samples; sample++) {
        const start = (from * samples + sample) * widthOf(this.#shape);
        const seen = this.#values.subarray(start, start + promptLength + length);
        values.set(seen, (to * samples + sample) * widthOf(shape));
      }
    }
    this.#values = values;
    this.#shape = shape;
  }
}

function widthOf({ promptLength, length }: CacheShape): number {
  return promptLength + length + 1;
}

/** Every sequence sees its own new token alone. */
function nothingSeen(shape: CacheShape): Float32Array {
  const width = widthOf(shape);
  const values = new Float32Array(shape.rows * shape.samples * width).fill(UNSEEN);
  for (let own = width - 1; own < values.length; own += width) values[own] = 0;
  return values;
}
