/** @file Looking at live values runs none of their code, and survives the odd ones. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspection, plainText } from "../../../src/kernel/assist/inspection.ts";
import { lookAt } from "../../../src/kernel/assist/live-values.ts";

let ran = 0;
const count = (): number => ++ran;
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const variables = {
  table: {
    rows: [{ a: 1 }],
    get costly() {
      return count();
    },
    [Symbol.for("nodejs.util.inspect.custom")]: count,
  },
  watched: new Proxy(
    { a: 1 },
    { get: count, ownKeys: () => [String(count())], getOwnPropertyDescriptor: () => void count() },
  ),
  revoked,
  large: new Float64Array(1_000_000),
  text: "abc",
  nothing: null,
};

const members = (...path: string[]) =>
  lookAt({ path, wants: "members", detailed: false }, variables).members?.map(({ name }) => name) ?? [];
const text = (...path: string[]) => lookAt({ path, wants: "text", detailed: false }, variables).text;

test("names behind a dot come from the value and from what it inherits", () => {
  assert.deepEqual(members("table").slice(0, 2), ["rows", "costly"]);
  assert.ok(members("table", "rows").includes("map"));
  assert.ok(members("text").includes("toUpperCase"));
  assert.ok(members().includes("table") && members().includes("Math"));
});

test("no getter, proxy or printer of the user's runs", () => {
  text("table");
  text("watched");
  members("watched");
  members("table", "costly");
  assert.equal(text("table", "costly"), undefined);
  assert.equal(ran, 0);
});

test("values without members, and values that cannot be read, have none", () => {
  for (const name of ["nothing", "revoked", "absent"]) assert.deepEqual(members(name), []);
  assert.deepEqual(members("nothing", "more"), []);
});

test("a million numbers are looked at as fast as ten", () => {
  const started = performance.now();
  assert.ok(members("large").includes("length"));
  assert.match(String(text("large")), /^Float64Array\(1000000\) \[/);
  assert.ok(performance.now() - started < 200);
});

test("plain text has what the Markdown says, without its marks", () => {
  assert.equal(
    plainText("```typescript\nconst a: *b*\n```\nIs **bold**, `code`.\n\n*@returns* — x"),
    "const a: *b*\nIs bold, code.\n\n@returns — x",
  );
  assert.equal(inspection({ hover: undefined, call: undefined, value: undefined }), undefined);
});
