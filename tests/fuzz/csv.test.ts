/** @file Arbitrary CSV files, read with a schema. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import fc from "fast-check";
import { readTable, rows } from "../../src/toolkit/report/index.ts";
import { assertOneLine, fuzz, nearly } from "./fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-fuzz-"));
after(() => rmSync(folder, { recursive: true }));
const SCHEMA = {
  name: "string",
  size: "number",
  share: { optional: "proportion" },
  good: { optional: "boolean" },
} as const;

const name = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('"a, b"', '"say ""x"""', '"two\nlines"', "", " x "));
const size = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom("1,319", '"1,5"', "1e5", "NaN", "5 %", "-"),
);
const share = fc.constantFrom("0.5", "", "1.5", "50%", "0");
const good = fc.constantFrom("true", "no", "", "TRUE", "maybe");
const table = fc
  .record({
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    top: fc.constantFrom("", "# a comment\n", "\ufeff"),
    records: fc.array(fc.tuple(name, size, share, good), { maxLength: 6 }),
  })
  .map(({ delimiter, end, top, records }) => {
    const lines = [["name", "size", "share", "good"], ...records].map((cells) => cells.join(delimiter));
    return `${top}${lines.join(end)}${end}`;
  });
const texts = fc.oneof(
  { weight: 3, arbitrary: table },
  { weight: 6, arbitrary: nearly(table) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

fuzz("csv", texts, async (input) => {
  const path = join(folder, "t.csv");
  writeFileSync(path, input);
  try {
    for (const row of rows(await readTable(path, SCHEMA))) {
      assert.ok(typeof row.name === "string" && Number.isFinite(row.size));
      assert.ok(row.share === null || (row.share >= 0 && row.share <= 1));
    }
  } catch (error) {
    assert.equal(Object.getPrototypeOf(error), Error.prototype, String((error as Error).stack));
    assertOneLine((error as Error).message.replaceAll(path, "t.csv"));
  }
});
