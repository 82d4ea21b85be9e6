/** @file The uniform random numbers of a graph, drawn on the host so that every engine sees the same ones. */
import { threefry, type Words } from "../core/threefry.ts";
import { type Shape, sizeOf } from "../tensor/spec.ts";

/**
 * Uniforms in [0, 1), multiples of 2^-24 (float32 holds them exactly): element i is a function of (seed, stream, i).
 *
 * @param seed an integer in [0, 2^53)
 * @param stream the label given to randomUniform
 */
export function uniforms(seed: number, stream: string, shape: Shape): Float32Array {
  const key = keyOf(seed, stream);
  const values = new Float32Array(sizeOf(shape));
  const words: Words = [0, 0];
  for (let at = 0; at < values.length; at += 2) {
    threefry(key, at >>> 1, 0, words);
    values[at] = (words[0] >>> 8) / 2 ** 24;
    if (at + 1 < values.length) values[at + 1] = (words[1] >>> 8) / 2 ** 24;
  }
  return values;
}

function keyOf(seed: number, stream: string): Words {
  const key: Words = [seed | 0, Math.floor(seed / 2 ** 32) | 0];
  for (let at = 0; at < stream.length; at++) {
    const next: Words = [0, 0];
    threefry(key, stream.charCodeAt(at), at + 1, next);
    [key[0], key[1]] = next;
  }
  return key;
}
