/** @file The random numbers of sampling: each a function of a request's seed and the place of the token, of nothing else. */
import { threefry, type Words } from "../core/threefry.ts";

/**
 * The uniform number in [0, 1) that a request draws a token with; no other request has any part in it.
 *
 * @param seed an integer in [0, 2^53)
 * @param place how many tokens of the completion stand before, a count
 * @source Salmon et al. 2011 (counter-based random numbers)
 */
export function uniformFor(seed: number, place: number): number {
  threefry([seed | 0, Math.floor(seed / 2 ** 32)], place, TOKEN_DRAW, words);
  return ((words[0] >>> 5) * 2 ** 26 + (words[1] >>> 6)) / 2 ** 53; // 27 bits, then 26
}

const words: Words = [0, 0];
const TOKEN_DRAW = 3 << 30; // streams use 0, 1 and 2 in the upper bits of this counter word
