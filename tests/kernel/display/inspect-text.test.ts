/** @file How much of a value is shown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, inspectText } from "../../../src/kernel/display/inspect-text.ts";

const grid = (...[size = 0, ...below]: readonly number[]): unknown[] =>
  Array.from({ length: size }, () => (below.length === 0 ? 0 : grid(...below)));

test("a value that fills no screen is shown five levels deep", () => {
  assert.equal(
    inspectText({ a: { b: { c: { d: { e: 1 } } } } }).replace(/\s+/g, " "),
    "{ a: { b: { c: { d: { e: 1 } } } } }",
  );
  assert.match(inspectText({ a: { b: { c: { d: { e: { f: 1 } } } } } }), /e: \[Object\]/);
});

test("a large value is shown as deep as fits, with its sizes and how to see more", () => {
  const cases: readonly (readonly [value: unknown, ending: RegExp])[] = [
    [grid(100, 100, 100), /\n\.\.\. its first level of 100 x 100 x 100 items \(hint: display\.full\(value\)/],
    [grid(9, 9, 9, 9), /\n\.\.\. (its first level|\d levels) of 9 x 9 x 9 x 9 items \(hint/],
    [
      Object.fromEntries(grid(1000).map((_, at) => [`name${at}`, at])),
      /\n\.\.\. 1002 lines\n\.\.\. its first level of 1000 properties/,
    ],
    [new Map(grid(90).map((_, at) => [at, grid(50, 10)])), /\n\.\.\. .* of 90 entries/],
  ];
  for (const [value, ending] of cases) {
    const text = inspectText(value);
    assert.match(text, ending);
    assert.ok(text.length < 25_000 && text.split("\n").length <= 205, `${text.length} characters`);
  }
});

test("all of a value is all of it", () => {
  assert.equal(inspectText(grid(20, 20, 20), FULL).match(/0/g)?.length, 8000);
  assert.equal(inspectText("x".repeat(50_000), FULL).length, 50_002);
});

test("depth and length that are asked for are given, however long the text", () => {
  assert.equal(inspectText({ a: { b: { c: 1 } } }, { depth: 1, length: 100 }), "{ a: { b: [Object] } }");
  assert.match(inspectText(grid(50), { depth: 1, length: 2 }), /0, 0,\n? *\.\.\. 48 more items/);
  assert.ok(inspectText(grid(300, 300), { depth: 1, length: 300 }).length > 180_000);
});

class Nameless {
  readonly n = 1;
  static get name(): never {
    throw new Error("no name");
  }
}
const SHOWN = "{ n: 1 } (it throws when it is looked at: Error: no name)";

test("a part that throws when it is looked at hides no other", () => {
  class Box {
    readonly bad = new Nameless();
    readonly good = 2;
  }
  const loop: { bad: Nameless; self?: unknown } = { bad: new Nameless() };
  loop.self = loop;
  const cases: readonly (readonly [value: unknown, text: string])[] = [
    [[new Nameless(), 2], `[ ${SHOWN}, 2 ]`],
    [new Map<unknown, unknown>([["k", new Nameless()]]), `Map(1) { 'k' => ${SHOWN} }`],
    [new Set([new Nameless(), 3]), `Set(2) { ${SHOWN}, 3 }`],
    [new Box(), `Box { bad: ${SHOWN}, good: 2 }`],
    [{ a: [new Nameless()], date: new Date(0) }, `{ a: [ ${SHOWN} ], date: 1970-01-01T00:00:00.000Z }`],
    [loop, `{ bad: ${SHOWN}, self: [Circular] }`],
    [Object.freeze([new Nameless()]), `[ ${SHOWN} ]`],
  ];
  for (const [value, text] of cases) assert.equal(inspectText(value).replace(/\s+/g, " "), text);
});

test("many parts that throw are shown as many as of others", () => {
  const text = inspectText(Array.from({ length: 100_000 }, () => new Nameless()));
  assert.equal(text.split(SHOWN).length - 1, 100);
  assert.match(text, /99900 more items/);
});
