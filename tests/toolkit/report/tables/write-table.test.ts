/** @file A table that was written reads back as it was, digit for digit, as CSV and as JSON lines. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { readTable, rows, toTable } from "../../../../src/toolkit/report/tables/read-table.ts";
import { writeTable } from "../../../../src/toolkit/report/tables/write-table.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-write-"));
after(() => rmSync(folder, { recursive: true }));

const schema = { method: "string", error: "number", items: { optional: "number" }, held: "boolean" } as const;

for (const name of ["table.csv", "table.jsonl"]) {
  test(`whatever the cells, ${name} reads back as written`, async () => {
    const path = join(folder, name);
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0);
    const row = fc.record(
      {
        method: fc.string({ minLength: 1, unit: fc.constantFrom("a", ",", '"', " ", "\n", "\r\n", ";", "é", "=") }),
        error: number,
        items: fc.option(number, { nil: null }),
        held: fc.boolean(),
      },
      { noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 6 }), async (records) => {
        await writeTable(path, records);
        assert.deepEqual(rows(await readTable(path, schema)), records);
      }),
      { seed: 4, numRuns: 60 },
    );
  });
}

test("an arquero table is written as its rows", async () => {
  const path = join(folder, "arquero.csv");
  const table = await toTable([{ method: "SFT", error: 0.1 }], { method: "string", error: "number" });
  await writeTable(path, table.derive({ twice: "d => 2 * d.error" }));
  assert.equal(readFileSync(path, "utf8"), "method,error,twice\nSFT,0.1,0.2\n");
});

test("what would not read back is refused by row and column, and nothing is written", async () => {
  const path = join(folder, "none.csv");
  for (const [records, message] of [
    [[{ a: Number.NaN }], /writeTable requires rows\[0\]\.a to be a text, a number, true, false or null, got NaN/],
    [
      [{ a: 1 }, { a: "" }],
      /writeTable requires a text in rows\[1\]\.a, got "" \(hint: an empty text reads back as no value: write null\)/,
    ],
    [[{ a: 1 }, { b: 1 }], /rows\[1\]\.a to be a text, a number, true, false or null, got undefined/],
    [[{ a: 1 }, { a: 1, b: 1 }], /the columns a in rows\[1\], got "a, b"/],
    [[{ a: [1] }], /rows\[0\]\.a .* got an array of 1/],
    [[], /at least one, got an array of 0/],
  ] as const) {
    await assert.rejects(writeTable(path, records), message);
  }
  assert.equal(existsSync(path), false);
});
