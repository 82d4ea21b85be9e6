/** @file A file is replaced whole or not at all: text or bytes, by one writer or by many. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { replaceFile } from "../../../src/toolkit/core/replace-file.ts";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "replace-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("text and bytes in parts stand there as given, and no draft beside them", async (t) => {
  const folder = scratch(t);
  const path = join(folder, "a");
  await replaceFile(path, "née\n");
  assert.equal(readFileSync(path, "utf8"), "née\n");
  await replaceFile(path, [new Uint8Array([1, 2]), new Uint8Array([3, 4]).subarray(1), new Uint8Array()]);
  assert.deepEqual([...readFileSync(path)], [1, 2, 4]);
  await replaceFile(path, "");
  assert.equal(readFileSync(path, "utf8"), "");
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("writers at the same time leave the file of one of them, whole", async (t) => {
  const folder = scratch(t);
  const path = join(folder, "a");
  const texts = Array.from({ length: 20 }, (_, at) => `${at} `.repeat(10_000));
  await Promise.all(texts.map((text) => replaceFile(path, text)));
  assert.ok(texts.includes(readFileSync(path, "utf8")));
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("drafts that a dead process of the same number left are no obstacle", async (t) => {
  const path = join(scratch(t), "a");
  for (let at = 0; at < 100; at++) writeFileSync(`${path}.${process.pid}.${at}.tmp`, "a longer text, cut o");
  await replaceFile(path, "new");
  assert.equal(readFileSync(path, "utf8"), "new");
});

test("what cannot be replaced stays, and no draft beside it", async (t) => {
  const folder = scratch(t);
  mkdirSync(join(folder, "a"));
  await assert.rejects(replaceFile(join(folder, "a"), "text"), /EISDIR|EPERM/);
  assert.deepEqual(readdirSync(folder), ["a"]);
});
