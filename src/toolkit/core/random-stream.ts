/** @file Seeded random streams that split: a draw is a function of (key, counter), a split is a new key (Claessen & Palka 2013). */
import { requireCount, requireWithin, wrong } from "./argument-checks.ts";
import { binomialVariate } from "./binomial-variate.ts";
import { threefry, type Words } from "./threefry.ts";

/**
 * A stream of random numbers, the same on every machine for the same seed.
 *
 * @param seed an integer in [0, 2^53)
 * @returns a stream at its first draw
 * @throws RangeError when the seed is no such integer
 * @example createStream(7).split("rollouts").uniform() === createStream(7).split("rollouts").uniform() // => true
 */
export function createStream(seed: number): RandomStream {
  requireCount("createStream", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return new RandomStream([seed | 0, Math.floor(seed / TWO_32) | 0]);
}

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

// The second counter word says what a counter is for, so that no draw and no split ever share one.
const DRAW = 0; // 0 to 2^21 - 1: the high half of a count of draws below 2^53
const SPLIT_BY_INDEX = 1 << 30;
const SPLIT_BY_LABEL = 2 << 30;

/** Made by createStream. Drawing moves the stream on; splitting neither moves it nor depends on where it stands. */
export class RandomStream {
  readonly #key: Words;
  readonly #words: Words = [0, 0];
  #drawn = 0;
  #spareNormal: number | undefined;

  constructor(key: Words) {
    this.#key = key;
  }

  /**
   * A stream of its own for a part of the work, so that adding draws in one part changes no other.
   *
   * @param part a label, or an index >= 0; "3" and 3 are different parts
   * @throws RangeError for an index that is no integer in [0, 2^53)
   */
  split(part: string | number): RandomStream {
    let key: Words = [0, 0];
    if (typeof part === "number") {
      requireCount("split", "part", part, 0, Number.MAX_SAFE_INTEGER);
      threefry(this.#key, part | 0, SPLIT_BY_INDEX | Math.floor(part / TWO_32), key);
      return new RandomStream(key);
    }
    if (typeof part !== "string") throw wrong("split", "part to be a label or an index", part);
    threefry(this.#key, part.length, SPLIT_BY_LABEL, key); // length first: no label's chain is the start of another's
    for (let at = 0; at < part.length; at++) {
      const next: Words = [0, 0];
      threefry(key, part.charCodeAt(at), SPLIT_BY_LABEL, next);
      key = next;
    }
    return new RandomStream(key);
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    threefry(this.#key, this.#drawn | 0, DRAW + Math.floor(this.#drawn / TWO_32), this.#words);
    this.#drawn++;
    return ((this.#words[0] >>> 5) * 2 ** 26 + (this.#words[1] >>> 6)) / TWO_53; // 27 bits, then 26
  }

  /** An integer in [0, bound), each equally likely; bound is an integer in [1, 2^53). */
  integer(bound: number): number {
    requireCount("integer", "bound", bound, 1, Number.MAX_SAFE_INTEGER);
    const fair = TWO_53 - (TWO_53 % bound); // the draws at and above would favour the small remainders
    let draw = fair;
    while (draw >= fair) draw = this.uniform() * TWO_53;
    return draw % bound;
  }

  /** A draw from the normal distribution. @source Box & Muller 1958 */
  normal(mean = 0, standardDeviation = 1): number {
    const spare = this.#spareNormal;
    if (spare !== undefined) {
      this.#spareNormal = undefined;
      return mean + standardDeviation * spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform())); // 1 - uniform is in (0, 1]
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return mean + standardDeviation * radius * Math.cos(angle);
  }

  /** A count of successes in `trials` of probability `probability`, from the exact distribution at every size. */
  binomial(trials: number, probability: number): number {
    requireCount("binomial", "trials", trials, 0, 2 ** 31 - 1);
    requireWithin("binomial", "probability", probability, 0, 1);
    return binomialVariate(this, trials, probability);
  }
}
