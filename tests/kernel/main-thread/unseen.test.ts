/** @file What objects carry with them unseen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createUnseen } from "../../../src/kernel/main-thread/unseen.ts";

test("an object carries a value for each that gave it one, and shows none", () => {
  const [one, other] = [createUnseen<string>(), createUnseen<string>()];
  const object = { a: 1 };
  one.set(object, "first");
  other.set(object, "second");
  assert.deepEqual([one.get(object), other.get(object), one.get({})], ["first", "second", undefined]);
  assert.deepEqual(Reflect.ownKeys(object), ["a"]);
  assert.equal(inspect(object, { showHidden: true }), "{ a: 1 }");
  assert.deepEqual(structuredClone(object), { a: 1 });
});

test("a promise that carries a value is awaited as any other", async () => {
  const carried = createUnseen<number>();
  const promise = Promise.resolve(7);
  const before = inspect(promise);
  carried.set(promise, 1);
  assert.equal(await promise, 7);
  assert.equal(inspect(promise), before);
  assert.equal(carried.get(promise), 1);
});
