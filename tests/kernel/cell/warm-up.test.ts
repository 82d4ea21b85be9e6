/** @file The warm-up compiles without complaint, and leaves nothing behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { warmUpSlices } from "../../../src/kernel/cell/warm-up.ts";

test("every slice of the warm-up compiles, and none of its names is a global afterwards", () => {
  const before = Object.getOwnPropertyNames(globalThis);
  for (const slice of warmUpSlices()) slice();
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
});
