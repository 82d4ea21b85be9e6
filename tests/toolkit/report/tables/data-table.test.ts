/** @file The type of tables says what arquero's tables do: its verbs are theirs, and its rows are the rows that come out. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { table as arqueroTable, desc, from, op } from "arquero";
import { parseSync, Visitor } from "oxc-parser";
import { rows, toTable, writeTable } from "../../../../src/toolkit/report/index.ts";

const schema = { method: "string", size: "number", error: "proportion" } as const;
const records = [
  { method: "sft", size: 1000, error: 0.4 },
  { method: "sft", size: 2000, error: 0.3 },
  { method: "rft", size: 1000, error: 0.35 },
];

test("every verb that the type of a table names is arquero's", () => {
  const source = "src/toolkit/report/tables/data-table.ts";
  const text = readFileSync(join(import.meta.dirname, "../../../..", source), "utf8");
  const named: string[] = [];
  new Visitor({
    TSMethodSignature: ({ key }) => {
      if (key.type === "Identifier") named.push(key.name);
    },
  }).visit(parseSync(source, text).program);
  assert.ok(named.length > 40);
  const real = arqueroTable({ a: [1] });
  assert.deepEqual(
    named.filter((verb) => typeof (real as unknown as Record<string, unknown>)[verb] !== "function"),
    [],
  );
});

test("the rows that verbs give have the columns that their types say", async () => {
  const table = await toTable(records, schema);
  const large = table.filter((row) => row.size > 1500);
  assert.deepEqual(rows(large), [records[1]]);
  const named = table.derive({ correct: (row) => 1 - row.error }).select("method", "correct");
  const correct: number | undefined = rows(named)[0]?.correct;
  assert.equal(correct, 0.6);
  const means = rows(table.groupby("method").rollup({ mean: (row) => op.mean(row.error) }));
  const method: string | undefined = means[1]?.method;
  assert.deepEqual([method, means[1]?.mean, means.length], ["rft", 0.35, 2]);
  assert.deepEqual(rows(table.groupby("method").count())[0], { method: "sft", count: 2 });
  assert.deepEqual(
    rows(table.rename({ size: "problems" })).map(({ problems }) => problems),
    [1000, 2000, 1000],
  );
  const joined = table.join(await toTable([{ method: "sft", colour: "blue" }], { method: "string", colour: "string" }));
  assert.deepEqual(
    rows(joined).map(({ size, colour }) => [size, colour]),
    [
      [1000, "blue"],
      [2000, "blue"],
    ],
  );
  assert.equal(table.orderby(desc("size")).get("error", 0), 0.3);
  // @ts-expect-error: the table has no such column
  assert.throws(() => table.select("colour"), /Unrecognized column/);
});

test("a table goes to arquero's own functions as its rows, and a table of arquero's is written", async (t) => {
  const table = await toTable(records, schema);
  const own = from(rows(table)).filter("d => d.size > 1500");
  const folder = mkdtempSync(join(tmpdir(), "eightfold-table-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "large.jsonl");
  await writeTable(path, own);
  assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), records[1]);
});
