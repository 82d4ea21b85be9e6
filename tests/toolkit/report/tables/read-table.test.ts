/** @file CSV files are typed at the door, and a damaged one is described in one line that says where and what to do. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readTable, rows, toTable } from "../../../../src/toolkit/report/tables/read-table.ts";
import type { Schema } from "../../../../src/toolkit/report/tables/schema.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-csv-"));
after(() => rmSync(folder, { recursive: true }));

function csv(text: string): string {
  const path = join(folder, "curve.csv");
  writeFileSync(path, text);
  return path;
}

const schema = { method: "string", data_size: "number", error: "proportion", items: { optional: "number" } } as const;
const header = "method,data_size,error,items,source\n";

test("cells become what the schema says, in the order of the schema, and an optional empty cell becomes null", async () => {
  const table = await readTable(csv(`\uFEFF${header}SFT,1e3,0.5,1319,a\r\n"RFT, ""k = 4""",2000,0.25,,b\r\n`), schema);
  assert.deepEqual(table.columnNames(), ["method", "data_size", "error", "items"]);
  assert.deepEqual(rows(table), [
    { method: "SFT", data_size: 1000, error: 0.5, items: 1319 },
    { method: 'RFT, "k = 4"', data_size: 2000, error: 0.25, items: null },
  ]);
});

test("a number that looks like a date or a zip code stays what the schema says it is", async () => {
  const table = await readTable(csv("run,seed\n2026-01-02,007\n"), { run: "string", seed: "string" });
  assert.deepEqual(rows(table), [{ run: "2026-01-02", seed: "007" }]);
});

test("digits after a leading 0 are an identifier where no schema says otherwise", async (t) => {
  t.mock.method(console, "warn", () => undefined);
  const table = await readTable(csv("run,items,share\n007,0,0.5\n012,10,00.7\n"));
  assert.deepEqual(table.schema, { run: "string", items: "number", share: "number" });
  assert.deepEqual(rows(table)[0], { run: "007", items: 0, share: 0.5 });
});

test("a spreadsheet's first line that names the separator is no header, and words in one column are no columns", async () => {
  const table = await readTable(csv("sep=;\r\ntokens;loss\r\n1000;2,91\r\n"), { tokens: "number", loss: "number" });
  assert.deepEqual(rows(table), [{ tokens: 1000, loss: 2.91 }]);
  await assert.rejects(readTable(csv("sep=;\ntokens;loss\n1000;x\n"), { loss: "number" }), /line 3, column "loss"/);
  const names = await readTable(csv("model name\nGPT 4\nLlama 2\n"), { "model name": "string" });
  assert.deepEqual(rows(names), [{ "model name": "GPT 4" }, { "model name": "Llama 2" }]);
});

test("an arquero verb works on the table", async () => {
  const table = await readTable(csv(`${header}SFT,1,0.5,,a\nRFT,1,0.4,,a\n`), schema);
  assert.equal(table.filter("d => d.method == 'RFT'").get("error", 0), 0.4);
});

const damaged: [name: string, text: string, schema: Schema, message: RegExp][] = [
  ["an empty file", " \n", schema, /curve\.csv: the file is empty; a header line and at least one row are expected$/],
  ["a header alone", header, schema, /curve\.csv: there is a header but no row; at least one is expected$/],
  [
    "columns that spaces part",
    "tokens   loss\n1000     2.91\n3000     2.8\n",
    { tokens: "number", loss: "number" },
    /curve\.csv: commas, semicolons, tabs or bars are expected between cells, got spaces in "tokens {3}loss" \(hint: put commas in their place\)$/,
  ],
  [
    "decimal commas between commas",
    "tokens,loss\n1000,2,91\n",
    { tokens: "number", loss: "number" },
    /line 2: 3 cells, expected 2 as in the header \(hint: a cell that holds a comma needs quotes; numbers with a decimal comma, semicolons between them\)$/,
  ],
  [
    "UTF-16",
    "t\0o\0k\0\n\0",
    { tokens: "number" },
    /curve\.csv: there are NUL characters in it, as UTF-16 has \(hint: save it as UTF-8\)$/,
  ],
  [
    "a misspelt column",
    "method,datasize,error,items\nSFT,1,0.5,\n",
    schema,
    /curve\.csv, line 1: the header has no column "data_size" \(hint: did you mean "datasize"\?\)$/,
  ],
  [
    "a missing column",
    "method,error,items\nSFT,0.5,\n",
    schema,
    /line 1: the header has no column "data_size" \(hint: its columns are method, error, items\)$/,
  ],
  ["a column twice", "method,method\na,b\n", { method: "string" }, /line 1: the column "method" stands there twice/],
  [
    "a word for a number",
    `${header}SFT,1,0.5,,a\nSFT,many,0.5,,a\n`,
    schema,
    /curve\.csv, line 3, column "data_size": expected a number, got "many"$/,
  ],
  [
    "NaN for a number",
    `${header}SFT,NaN,0.5,,a\n`,
    schema,
    /line 2, column "data_size": expected a number, got "NaN" \(hint: leave the cell empty, and declare the column optional\)$/,
  ],
  [
    "a decimal comma",
    `${header}SFT,1,"0,5",,a\n`,
    schema,
    /column "error": expected a proportion, got "0,5" \(hint: the decimal sign is a point: write 0\.5\)$/,
  ],
  [
    "a percentage for a proportion",
    `${header}SFT,1,67.0,,a\n`,
    schema,
    /column "error": expected a proportion in \[0, 1\], got 67 \(hint: divide percentages by 100\)$/,
  ],
  [
    "an empty cell",
    `${header}SFT,,0.5,,a\n`,
    schema,
    /line 2, column "data_size": expected a number, got an empty cell \(hint: fill it, or declare the column/,
  ],
  [
    "too few cells, after a cell of two lines",
    `${header}"S\nFT",1,0.5,,a\nSFT,1,0.5\n`,
    schema,
    /curve\.csv, line 4: 3 cells, expected 5 as in the header \(hint: an empty cell still needs its comma\)$/,
  ],
  [
    "too many cells",
    `${header}SFT,1,0.5,,a,b\n`,
    schema,
    /line 2: 6 cells, expected 5 as in the header \(hint: a cell that/,
  ],
  ["an open quote", `${header}"SFT,1,0.5,,a\n`, schema, /curve\.csv: .*[Qq]uote.*line 2.*hint: a quote inside/],
];

for (const [name, text, columns, message] of damaged) {
  test(`${name} is named in one line`, async () => {
    await assert.rejects(readTable(csv(text), columns), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /\n/);
      return true;
    });
  });
}

test("a missing file is named with the folder that its path starts from", async () => {
  await assert.rejects(readTable("absent.csv", schema), (error: Error) => {
    assert.equal(error.message, `absent.csv: no such file (hint: the path is relative to ${process.cwd()})`);
    return true;
  });
});

function jsonl(text: string): string {
  const path = join(folder, "runs.jsonl");
  writeFileSync(path, text);
  return path;
}

test("JSON lines become the same table as CSV, a missing optional key becomes null", async () => {
  const path = jsonl(
    '{"method":"SFT","data_size":1000,"error":0.5,"items":1319,"note":{}}\n\n{"method":"RFT","data_size":2000,"error":0.25}\n',
  );
  const table = await readTable(path, schema);
  assert.deepEqual(rows(table), [
    { method: "SFT", data_size: 1000, error: 0.5, items: 1319 },
    { method: "RFT", data_size: 2000, error: 0.25, items: null },
  ]);
});

test("a bad record is named by line and column, and a text is no number", async () => {
  const line = (change: object) => `${JSON.stringify({ method: "SFT", data_size: 1, error: 0.5, ...change })}\n`;
  for (const [text, message] of [
    [line({}) + line({ data_size: "7" }), /runs\.jsonl, line 2, column "data_size": expected a number, got "7"$/],
    [
      line({ error: 50 }),
      /line 1, column "error": expected a proportion in \[0, 1\], got 50 \(hint: divide percentages/,
    ],
    [
      line({ method: null }),
      /column "method": expected a string, got null \(hint: declare the column \{optional: "string"\}\)$/,
    ],
    [
      '{"method":"SFT","size":1,"error":0.5}\n',
      /line 1 has no column "data_size" \(hint: its columns are method, size, error\)$/,
    ],
    ["{\n", /line 1: no JSON: /],
    ["\n", /runs\.jsonl: there is no record; at least one is expected$/],
  ] as const) {
    await assert.rejects(readTable(jsonl(text), schema), message);
  }
});

test("records in memory are checked by the same schema", async () => {
  assert.deepEqual(
    rows(await toTable([{ method: "SFT", right: true, extra: 1 }], { method: "string", right: "boolean" })),
    [{ method: "SFT", right: true }],
  );
  await assert.rejects(toTable([{ right: 1 }], { right: "boolean" }, "runs"), {
    message: 'runs, record 1, column "right": expected a boolean, got 1',
  });
});

test("without a schema the columns are guessed, and the guess is told so that it can be given", async (t) => {
  const said: string[] = [];
  t.mock.method(console, "warn", (line: string) => said.push(line));
  const path = csv("curve,images,acc,good,note,nothing\nbirds,10,0.5,yes,,\nfish,20,1e-3,no,x,\n");
  const guessed = await readTable(path);
  const { schema } = guessed;
  const columns = { curve: "string", images: "number", acc: "number", good: "boolean" };
  assert.deepEqual(schema, { ...columns, note: { optional: "string" } });
  assert.deepEqual(rows(guessed)[0], { curve: "birds", images: 10, acc: 0.5, good: true, note: null });
  const text = '{ curve: "string", images: "number", acc: "number", good: "boolean", note: { optional: "string" } }';
  assert.deepEqual(said, [
    `readTable took ${path} for ${text} (hint: give it as the second argument, to have it checked)`,
  ]);
  assert.deepEqual(rows(await readTable(path, schema)), rows(guessed));
});

test("a guess knows decimal commas, and JSON lines", async (t) => {
  t.mock.method(console, "warn", () => {});
  assert.deepEqual(rows(await readTable(csv("a;b\n0,5;x\n1,25;y\n"))), [
    { a: 0.5, b: "x" },
    { a: 1.25, b: "y" },
  ]);
  const path = join(folder, "curve.jsonl");
  writeFileSync(path, '{"a": 1, "b": "7", "c": [1]}\n{"a": 2, "b": null}\n');
  const { schema } = await readTable(path);
  assert.deepEqual(schema, { a: "number", b: { optional: "string" } });
});
