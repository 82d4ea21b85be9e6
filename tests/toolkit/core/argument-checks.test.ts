/** @file Argument checks say which function requires what, and what it got. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  near,
  requireBetween,
  requireCount,
  requireOneOf,
  requirePositive,
  requireWithin,
  wrong,
} from "../../../src/toolkit/core/argument-checks.ts";

for (const [check, message] of [
  [() => requireCount("passAtK", "k", 12, 1, 10), "passAtK requires k to be an integer in [1, 10], got 12"],
  [() => requireCount("f", "n", 1.5, 0, Infinity), "f requires n to be an integer in [0, Infinity), got 1.5"],
  [() => requirePositive("f", "size", 0), "f requires size to be a number above 0, got 0"],
  [() => requirePositive("f", "size", Number.NaN), "f requires size to be a number above 0, got NaN"],
  [() => requirePositive("f", "size", Infinity), "f requires size to be a number above 0, got Infinity"],
  [() => requirePositive("f", "size", "3"), 'f requires size to be a number above 0, got "3"'],
  [() => requireWithin("f", "share", -0.1, 0, 1), "f requires share to be a number in [0, 1], got -0.1"],
  [() => requireBetween("f", "level", 1, 0, 1), "f requires level to be a number strictly between 0 and 1, got 1"],
  [() => requireOneOf("f", "law", "cubic", ["power"]), 'f requires law to be "power", got "cubic"'],
] as const) {
  test(message, () => assert.throws(check, { name: "RangeError", message }));
}

for (const [value, shown] of [
  [undefined, "undefined"],
  [null, "null"],
  [[1, 2], "an array of 2"],
  [{}, "an object"],
  [() => 1, "a function"],
  [true, "true"],
] as const) {
  test(`a value of the wrong type is a TypeError and shown as ${shown}`, () => {
    assert.throws(() => requirePositive("f", "x", value), {
      name: "TypeError",
      message: `f requires x to be a number above 0, got ${shown}`,
    });
  });
}

test("values in range pass, and a hint stands last", () => {
  requireCount("f", "n", 3, 3, 3);
  requirePositive("f", "x", 1e-300);
  requireWithin("f", "x", 1, 0, 1);
  requireBetween("f", "x", 0.5, 0, 1);
  requireOneOf("f", "x", "a", ["a", "b"]);
  assert.equal(wrong("f", "x to be y", 1, "do z").message, "f requires x to be y, got 1 (hint: do z)");
});

test("a misspelt name is taken for the nearest, and for none with which it shares no letter", () => {
  assert.equal(near("er", ["model", "N", "acc", "err", "n"]), "err");
  assert.equal(near("X", ["id", "y"]), undefined);
  assert.equal(near("datasize", ["data", "dataSize"]), "dataSize");
});
