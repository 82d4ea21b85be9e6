/** @file JSON text: the place of a mistake, and the text as Python writes it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jupyterJson, parseJson } from "../../src/rerun/json-text.ts";

const MISTAKES: [text: string, reason: string][] = [
  ["", "line 1, column 1: value expected, got the end"],
  ['{"a": 1,}', 'line 1, column 9: property name expected, got "}"'],
  ['{"a": 1 "b": 2}', 'line 1, column 9: comma expected, got "\\"b\\""'],
  ['{\n "a": [1, 2\n', "line 3, column 1: close bracket expected, got the end"],
  ['{"a": tru}', 'line 1, column 7: invalid symbol, got "tru"'],
  ['{"a": 01}', 'line 1, column 8: comma expected, got "1"'],
  ['{"a" 1}', 'line 1, column 6: colon expected, got "1"'],
  ["{} {}", 'line 1, column 4: end of file expected, got "{"'],
  ["{a: 1}", 'line 1, column 2: invalid symbol, got "a"'],
  ["[\"ü😀\", 'x']", 'line 1, column 9: invalid symbol, got "\'"'],
];

for (const [text, reason] of MISTAKES) {
  test(`the first mistake of ${JSON.stringify(text)} is found`, () => {
    assert.deepEqual(parseJson(text), { ok: false, reason });
  });
}

test("a text that is not closed is placed where it begins", () => {
  assert.match(reasonOf('{"a": "unclosed\n}'), /^line 1, column 7: unexpected end of string, got "\\"unclosed"$/);
});

test("a mistake is found in exactly the texts that JSON.parse refuses, at or before the character that was broken", () => {
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", "}", "]", '"', ":", "\\", "x", "\u0001"),
      (json, at, mark) => {
        const cut = json.length === 0 ? 0 : at % json.length;
        const text = json.slice(0, cut) + mark + json.slice(cut + 1);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const parsed = parseJson(text);
        assert.equal(parsed.ok, valid);
        if (!parsed.ok) assert.match(parsed.reason, /^line \d+, column \d+: /);
      },
    ),
    { seed: 7, numRuns: 2000 },
  );
});

test("a mistake behind ten million characters is found in time", () => {
  assert.match(reasonOf(`["${"A".repeat(1e7)}", ]`), /^line 1, column 10000006: /);
});

test("a byte order mark is no mistake", () => {
  assert.deepEqual(parseJson("\uFEFF[1]"), { ok: true, value: [1] });
});

test("what is written is read back the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.deepEqual(parseJson(jupyterJson(value)), { ok: true, value: JSON.parse(JSON.stringify(value)) });
    }),
    { seed: 7 },
  );
});

test("keys that look like numbers are sorted as texts, which a JavaScript object alone would not keep", () => {
  assert.equal(jupyterJson({ 9: 1, 10: 2 }), '{\n "10": 2,\n "9": 1\n}\n');
});

function reasonOf(text: string): string {
  const parsed = parseJson(text);
  return parsed.ok ? "no mistake was found" : parsed.reason;
}
