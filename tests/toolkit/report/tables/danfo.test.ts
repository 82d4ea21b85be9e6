/** @file A table goes to danfo's data frame and comes back, through the documented shape of its API alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type CellValue, fromDanfo, readTable, rows, toDanfo, toTable } from "../../../../src/toolkit/report/index.ts";

/** What danfo.js 1.2 documents of DataFrame: made of columns by name, read by `columns` and `values`, one column bare. */
class DataFrame {
  readonly columns: string[];
  readonly values: unknown[];

  constructor(data: Record<string, CellValue[]>) {
    this.columns = Object.keys(data);
    const lists = Object.values(data);
    const byRow = (lists[0] ?? []).map((_, row) => lists.map((list) => list[row]));
    this.values = lists.length === 1 ? byRow.flat() : byRow;
  }
}

const danfo = { DataFrame };
const schema = { method: "string", size: "number", error: "proportion", items: { optional: "number" } } as const;
const RECORDS = [
  { method: "SFT", size: 123456789.123, error: 0.5, items: null },
  { method: "RFT", size: 1e-300, error: 0.25, items: 1319 },
];

test("plain objects and arquero tables become a frame and come back as they were", async () => {
  for (const table of [RECORDS, await toTable(RECORDS, schema)]) {
    const frame = toDanfo(danfo, table);
    assert.ok(frame instanceof DataFrame);
    assert.deepEqual(rows(await fromDanfo(frame, schema)), RECORDS);
  }
});

test("a file's columns become a frame, and a frame of one column comes back", async () => {
  const birds = await readTable(new URL("../../../../data/published/birds.csv", import.meta.url).pathname, {
    error: "proportion",
  });
  const frame = toDanfo(danfo, birds);
  assert.deepEqual(rows(await fromDanfo(frame, { error: "proportion" })), rows(birds));
});

test("danfo's missing cells, NaN and undefined, are empty cells: null where the schema allows it, else named", async () => {
  const frame = {
    columns: ["size", "error"],
    values: [
      [1, Number.NaN],
      [undefined, 0.5],
    ],
  };
  const optional = { size: { optional: "number" }, error: { optional: "number" } } as const;
  assert.deepEqual(rows(await fromDanfo(frame, optional)), [
    { size: 1, error: null },
    { size: null, error: 0.5 },
  ]);
  await assert.rejects(
    fromDanfo(frame, { error: "number" }),
    /fromDanfo, record 1, column "error": expected a number, got null/,
  );
  await assert.rejects(
    fromDanfo(frame, { eror: "number" }),
    /fromDanfo, record 1 has no column "eror" \(hint: did you mean "error"\?\)/,
  );
});

test("what is no library, no frame or no cell is refused by name", async () => {
  assert.throws(
    () => toDanfo({} as typeof danfo, RECORDS),
    /toDanfo requires danfo to be the library, got an object \(hint: import/,
  );
  assert.throws(() => toDanfo(danfo, [{ a: Number.NaN }]), /toDanfo requires rows\[0\]\.a to be a text, a number/);
  assert.throws(() => toDanfo(danfo, []), /at least one/);
  await assert.rejects(
    fromDanfo(undefined as never, schema),
    /fromDanfo requires frame to be a DataFrame, got undefined/,
  );
});
