/** @file Which values are shown as tables, and how. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "arquero";
import { tableOf } from "../../../src/kernel/display/table.ts";
import { tableHtml, tableText } from "../../../src/kernel/display/table-text.ts";

test("arquero's tables are shown after their filter and in their order", () => {
  const sorted = table({ n: [3, 1, 2], name: ["c", "a", null] })
    .filter((row: { n: number }) => row.n > 1)
    .orderby("n");
  const shown = tableOf(sorted);
  assert.deepEqual(shown, {
    columns: ["n", "name"],
    rows: [
      [2, null],
      [3, "c"],
    ],
    rowCount: 2,
    columnCount: 2,
  });
});

test("data frames of danfo are known by columns, shape and values", () => {
  const frame = {
    columns: ["a", "b"],
    shape: [2, 2],
    values: [
      [1, 2],
      [3, 4],
    ],
  };
  assert.deepEqual(tableOf(frame)?.rows, [
    [1, 2],
    [3, 4],
  ]);
});

test("what is no table is none, and what throws when it is asked is none", () => {
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
    },
  );
  const values = [
    [],
    [{}],
    [1],
    [{ a: [] }],
    [{ a: 1 }, 2],
    [
      {
        get a() {
          throw new Error("getter");
        },
      },
    ],
    trap,
    "text",
    null,
    new Map(),
  ];
  for (const value of values) assert.equal(tableOf(value), undefined);
});

test("a table's text is escaped in HTML, cut when it is long, and on one line in text", () => {
  const shown = tableOf([{ 'a"<': "<script>&", b: "x".repeat(300), c: "two\nlines", d: new Date(0), e: 10n }]);
  assert.ok(shown);
  const html = tableHtml(shown);
  assert.ok(html.includes('<th style="text-align: left">a&quot;&lt;</th>') && html.includes("&lt;script&gt;&amp;"));
  assert.ok(!html.includes("x".repeat(201)));
  assert.match(tableText(shown), /two lines {2}1970-01-01 {2}10n$/);
});

test("columns beyond the thirtieth are counted", () => {
  const wide = tableOf([Object.fromEntries(Array.from({ length: 40 }, (_, column) => [`c${column}`, column]))]);
  assert.ok(wide && tableText(wide).endsWith("... 30 of 40 columns"));
});
