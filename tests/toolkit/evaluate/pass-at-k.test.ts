/** @file pass@k over the largest samples that studies draw, in as many steps as k. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { passAtK } from "../../../src/toolkit/evaluate/index.ts";

test("a million samples of a problem take as many steps as k, not as samples", () => {
  const began = performance.now();
  const value = passAtK({ samples: 1e6, correct: 10, k: 1e5 });
  assert.ok(performance.now() - began < 2000); // summing a variance over all counts took more than ten minutes
  // mpmath: 1 - binomial(999990, 100000) / binomial(1000000, 100000)
  assert.ok(Math.abs(value - 0.6513231) < 1e-6, String(value));
});

test("where fewer than k are wrong, one of k is right", () => {
  assert.equal(passAtK({ samples: 10_000, correct: 9_001, k: 1_000 }), 1);
  assert.equal(passAtK({ samples: 10_000, correct: 0, k: 1_000 }), 0);
});
