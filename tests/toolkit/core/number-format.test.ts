/** @file Numbers as text keep the digits that are known and no more. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatNumber } from "../../../src/toolkit/core/number-format.ts";

for (const [value, digits, text] of [
  [0.45141, 3, "0.451"],
  [0.4, 3, "0.400"],
  [0.05, 2, "0.050"],
  [0.0999, 2, "0.10"],
  [9.996, 3, "10.0"],
  [12.34, 2, "12"],
  [1234.56, 3, "1235"],
  [999_999.7, 3, "1.00e+6"],
  [512_000_000, 3, "5.12e+8"],
  [0.00001234, 2, "1.2e-5"],
  [-2.5, 2, "-2.5"],
  [0, 3, "0"],
  [Infinity, 3, "Infinity"],
] as const) {
  test(`${value} with ${digits} digits is ${text}`, () => assert.equal(formatNumber(value, digits), text));
}

test("the text reads back to within half a unit of its last digit", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 12 }), (value, digits) => {
      const unit = 10 ** (Math.floor(Math.log10(value)) - digits + 1);
      assert.ok(Math.abs(Number(formatNumber(value, digits)) - value) <= 0.5001 * unit + 1e-15 * value);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("a count of digits outside 1 to 15 is refused", () => {
  assert.throws(() => formatNumber(1, 0), /formatNumber requires digits to be an integer in \[1, 15\], got 0/);
});
