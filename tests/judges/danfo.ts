/** @file The adapters beside the real danfo.js: `node --import tsx tests/judges/danfo.ts FOLDER`, where danfojs-node is installed in FOLDER. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import {
  type CellValue,
  type DanfoFrame,
  fromDanfo,
  readTable,
  rows,
  toDanfo,
} from "../../src/toolkit/report/index.ts";

interface Frame extends DanfoFrame {
  readonly shape: readonly number[];
  readonly dtypes: readonly string[];
  query(condition: unknown): Frame;
  column(name: string): { eq(value: CellValue): unknown; readonly values: unknown[] };
}

const folder = resolve(process.argv[2] ?? ".");
const danfo = createRequire(join(folder, "package.json"))("danfojs-node") as {
  DataFrame: new (columns: Record<string, CellValue[]>) => Frame;
};

const schema = { curve: "string", data_size: "number", log_perplexity: "number", hold_out: "boolean" } as const;
const table = await readTable(join(import.meta.dirname, "../../data/published/translation.csv"), schema);
const frame = toDanfo(danfo, table);
assert.ok(frame instanceof danfo.DataFrame);
assert.deepEqual([...frame.shape], [table.numRows(), 4]);
assert.deepEqual(rows(await fromDanfo(frame, schema)), rows(table)); // all digits, all types
const first = rows(table)[0];
assert.ok(first !== undefined);
const one = frame.query(frame.column("curve").eq(first.curve));
assert.deepEqual(
  rows(await fromDanfo(one, schema)),
  rows(table).filter((row) => row.curve === first.curve),
);

const gaps = toDanfo(danfo, [
  { size: 123456789.123, items: null, right: true },
  { size: 1e-300, items: 1319, right: false },
]);
const optional = { size: "number", items: { optional: "number" }, right: "boolean" } as const;
assert.deepEqual(rows(await fromDanfo(gaps, optional)), [
  { size: 123456789.123, items: null, right: true },
  { size: 1e-300, items: 1319, right: false },
]);
const single = toDanfo(danfo, [{ size: 1 }, { size: 2 }]);
assert.deepEqual(rows(await fromDanfo(single, { size: "number" })), [{ size: 1 }, { size: 2 }]);
console.log(`danfo.js: ${table.numRows()} rows there and back, a selection, gaps, one column`);
