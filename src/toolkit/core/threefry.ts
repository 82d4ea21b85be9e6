/** @file Threefry-2x32, 20 rounds: a counter-based random function, (key, counter) -> 64 random bits (Salmon et al. 2011). */

const KEY_PARITY = 0x1bd11bda; // the constant of Threefish (Skein 1.3) that keeps an all-zero key from being weak
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
  fourEvenRounds(into, key1, key2 + 1); // rounds 1-4
  fourOddRounds(into, key2, key0 + 2); // 5-8
  fourEvenRounds(into, key0, key1 + 3);
  fourOddRounds(into, key1, key2 + 4);
  fourEvenRounds(into, key2, key0 + 5);
}

/** Rotations 13, 15, 26, 6. */
function fourEvenRounds(words: Words, addend0: number, addend1: number): void {
  let left = (words[0] + words[1]) | 0;
  let right = ((words[1] << 13) | (words[1] >>> 19)) ^ left;
  left = (left + right) | 0;
  right = ((right << 15) | (right >>> 17)) ^ left;
  left = (left + right) | 0;
  right = ((right << 26) | (right >>> 6)) ^ left;
  left = (left + right) | 0;
  right = ((right << 6) | (right >>> 26)) ^ left;
  words[0] = (left + addend0) | 0;
  words[1] = (right + addend1) | 0;
}

/** Rotations 17, 29, 16, 24. */
function fourOddRounds(words: Words, addend0: number, addend1: number): void {
  let left = (words[0] + words[1]) | 0;
  let right = ((words[1] << 17) | (words[1] >>> 15)) ^ left;
  left = (left + right) | 0;
  right = ((right << 29) | (right >>> 3)) ^ left;
  left = (left + right) | 0;
  right = ((right << 16) | (right >>> 16)) ^ left;
  left = (left + right) | 0;
  right = ((right << 24) | (right >>> 8)) ^ left;
  words[0] = (left + addend0) | 0;
  words[1] = (right + addend1) | 0;
}
