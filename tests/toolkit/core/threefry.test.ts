/** @file Threefry-2x32 gives the published known answers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { threefry, type Words } from "../../../src/toolkit/core/threefry.ts";

// Known answers of Random123 1.14 (D. E. Shaw Research), tests/kat_vectors, threefry2x32 with 20 rounds.
const KNOWN: [counter: Words, key: Words, answer: Words][] = [
  [
    [0x00000000, 0x00000000],
    [0x00000000, 0x00000000],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
];

for (const [counter, key, answer] of KNOWN) {
  test(`counter ${counter[0].toString(16)} under key ${key[0].toString(16)} gives the published words`, () => {
    const words: Words = [0, 0];
    threefry(key, counter[0], counter[1], words);
    assert.deepEqual([words[0] >>> 0, words[1] >>> 0], answer);
  });
}
