/** @file Threefry-2x32, 20 rounds: a counter-based random function, (key, counter) -> 64 random bits (Salmon et al. 2011). */

const KEY_PARITY = 0x1bd11bda; // the constant of Threefish (Skein 1.3) that keeps an all-zero key from being weak
const EVEN_ROTATIONS = [13, 15, 26, 6] as const; // rounds 1-4, 9-12, 17-20
const ODD_ROTATIONS = [17, 29, 16, 24] as const; // rounds 5-8, 13-16

/** Two 32-bit words, as signed integers (what the bit operators of the language give). */
export type Words = [number, number];

/**
 * Scrambles a 64-bit counter under a 64-bit key. Each round adds, rotates and mixes; after every fourth, key words are
 * added. Neighbouring counters and neighbouring keys give unrelated words, so a stream needs no state besides a counter.
 *
 * @param key two 32-bit words
 * @param counter0 first 32-bit word of the counter
 * @param counter1 second 32-bit word of the counter
 * @param into receives two random 32-bit words (no array is made for a draw)
 * @source Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", sections 3.2 and 3.3
 */
export function threefry(key: Words, counter0: number, counter1: number, into: Words): void {
  const key0 = key[0];
  const key1 = key[1];
  const key2 = KEY_PARITY ^ key0 ^ key1;
  into[0] = (counter0 + key0) | 0;
  into[1] = (counter1 + key1) | 0;
  fourRounds(into, EVEN_ROTATIONS, key1, key2 + 1);
  fourRounds(into, ODD_ROTATIONS, key2, key0 + 2);
  fourRounds(into, EVEN_ROTATIONS, key0, key1 + 3);
  fourRounds(into, ODD_ROTATIONS, key1, key2 + 4);
  fourRounds(into, EVEN_ROTATIONS, key2, key0 + 5);
}

function fourRounds(words: Words, rotations: readonly number[], addend0: number, addend1: number): void {
  let left = words[0];
  let right = words[1];
  for (const rotation of rotations) {
    left = (left + right) | 0;
    right = ((right << rotation) | (right >>> (32 - rotation))) ^ left;
  }
  words[0] = (left + addend0) | 0;
  words[1] = (right + addend1) | 0;
}
