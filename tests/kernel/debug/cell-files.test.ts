/** @file The names of cells: the hash that frontends compute too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { murmur2 } from "../../../src/kernel/debug/cell-files.ts";

// ipykernel 7.4.0: ipykernel.compiler.murmur2_x86(text, 0xc70f6907)
const HASHES: Readonly<Record<string, number>> = {
  "": 3990065800,
  a: 2167009006,
  ab: 2805137849,
  abc: 3350977461,
  abcd: 804720481,
  "const a: number = 1;\na": 2147647859,
  "é ∑ 𝔸": 290485915,
};

test("a cell's hash is that of ipykernel", () => {
  for (const [text, hash] of Object.entries(HASHES)) assert.equal(murmur2(text, 0xc70f6907), hash, text);
});
