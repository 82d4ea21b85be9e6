/** @file Results survive: what is written comes back, what a crash leaves is named, what JSON would change is refused. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import {
  appendJsonLines,
  parseJsonLines,
  readJsonLines,
  writeJsonLines,
} from "../../../src/toolkit/core/json-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-lines-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.jsonl`);

const recordsOf = async (path: string) => (await readJsonLines(path)).map(({ record }) => record);

test("what is written and added comes back, in order", async () => {
  const path = fresh();
  const json = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(json, json, async (first, more) => {
      await writeJsonLines(path, first);
      await appendJsonLines(path, more);
      assert.deepEqual(await recordsOf(path), JSON.parse(JSON.stringify([...first, ...more])));
    }),
    { seed: 3, numRuns: 30 },
  );
});

test("appending makes the file, and appends at the same time keep their lines whole", async () => {
  const path = fresh();
  const wide = "x".repeat(10_000);
  await Promise.all(Array.from({ length: 30 }, (_, seed) => appendJsonLines(path, [{ seed, wide }])));
  const seeds = (await recordsOf(path)).map((record) => record.seed as number);
  assert.deepEqual(
    seeds.sort((one, other) => one - other),
    Array.from({ length: 30 }, (_, seed) => seed),
  );
});

test("a write leaves no draft beside the file, and a refused one leaves the file as it was", async () => {
  const path = fresh();
  await writeJsonLines(path, [{ seed: 1 }]);
  await assert.rejects(writeJsonLines(path, [{ seed: 2 }, { loss: { last: Number.NaN } }]), {
    name: "RangeError",
    message: 'writeJsonLines requires records[1]: "last" to be what JSON can hold, got NaN',
  });
  assert.equal(readFileSync(path, "utf8"), '{"seed":1}\n');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith(".tmp")),
    [],
  );
  await assert.rejects(writeJsonLines(join(folder, "none", "a.jsonl"), []), /ENOENT/);
});

test("a line that a crash tore is named with its number, and later lines stay apart from it", async () => {
  const path = fresh();
  writeFileSync(path, '{"seed":1}\n{"seed":2,"err');
  await assert.rejects(readJsonLines(path), /jsonl, line 2: no JSON: .*\(hint: the file ends inside this line/);
  await appendJsonLines(path, [{ seed: 3 }]);
  assert.equal(readFileSync(path, "utf8"), '{"seed":1}\n{"seed":2,"err\n{"seed":3}\n');
  await assert.rejects(readJsonLines(path), /jsonl, line 2: no JSON: (?!.*hint)/);
});

test("what is no record, and what JSON would change, is refused by name", async () => {
  assert.throws(() => parseJsonLines("runs", "{}\n[1]\n"), {
    message: "runs, line 2: expected a JSON object {...}, got [1]",
  });
  await assert.rejects(readJsonLines(join(folder, "none.jsonl")), /none\.jsonl: no such file \(hint: /);
  for (const value of [undefined, () => 1, 1n, Infinity, Symbol("a")]) {
    await assert.rejects(appendJsonLines(fresh(), [{ value }]), /appendJsonLines requires records\[0\]: "value" to be/);
  }
  await assert.rejects(appendJsonLines(fresh(), [null as unknown as object]), /records\[0\] to be a plain object/);
});

test("a byte order mark, Windows line ends and empty lines are read over", () => {
  assert.deepEqual(parseJsonLines("runs", '\uFEFF{"a": 1}\r\n\r\n{"a": 2}'), [
    { line: 1, record: { a: 1 } },
    { line: 3, record: { a: 2 } },
  ]);
});
