/** @file A history of years: what a query reads, keeps and forgets. */
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type History, openHistory } from "../../../src/kernel/kernel-thread/history.ts";
import { createHistoryReader, type HistoryLine } from "../../../src/kernel/kernel-thread/history-file.ts";

function emptyFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-history-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "history.jsonl");
}

const lineOf = (session: string, line: number, input = `${session}${line}`): string =>
  `${JSON.stringify({ session, line, input })}\n`;

function open(file: string | undefined): History {
  return openHistory(file, (line) => assert.fail(line));
}

const all = { access: "search", pattern: "*", n: undefined, unique: false } as const;

test("a reader gives each line once, also one that came in two parts, within a character", (t) => {
  const file = emptyFile(t);
  const reader = createHistoryReader(file);
  const read = (): { lines: string[]; starts: number } => {
    const lines: string[] = [];
    let starts = 0;
    reader.read(
      ({ input }: HistoryLine) => lines.push(input ?? ""),
      () => starts++,
    );
    return { lines, starts };
  };
  assert.deepEqual(read(), { lines: [], starts: 0 });
  appendFileSync(file, lineOf("a", 1));
  assert.deepEqual(read(), { lines: ["a1"], starts: 1 });
  assert.deepEqual(read(), { lines: [], starts: 0 });
  const bytes = Buffer.from(lineOf("a", 2, "∂"));
  appendFileSync(file, bytes.subarray(0, bytes.indexOf("∂") + 1));
  assert.deepEqual(read(), { lines: [], starts: 0 });
  appendFileSync(file, bytes.subarray(bytes.indexOf("∂") + 1));
  assert.deepEqual(read(), { lines: ["∂"], starts: 0 });
  writeFileSync(file, lineOf("b", 1));
  assert.deepEqual(read(), { lines: ["b1"], starts: 1 });
});

test("a file of more than one chunk is read whole", (t) => {
  const file = emptyFile(t);
  const text = "x".repeat(90_000);
  writeFileSync(file, Array.from({ length: 30 }, (_, at) => lineOf("a", at + 1, `${at} ${text}`)).join(""));
  const found = open(file).find(all);
  assert.deepEqual(
    found.map(({ line, input }) => [line, input.length]),
    Array.from({ length: 30 }, (_, at) => [at + 1, `${at} `.length + text.length]),
  );
});

test("the oldest cells of a long file are forgotten, and their sessions keep their numbers", (t) => {
  const file = emptyFile(t);
  const cells = (session: string, count: number): string =>
    Array.from({ length: count }, (_, at) => lineOf(session, at + 1)).join("");
  writeFileSync(file, cells("a", 3) + cells("b", 15_000) + cells("c", 6000));
  const found = open(file).find(all);
  assert.equal(found.length >= 10_000 && found.length <= 20_000, true, `${found.length}`);
  assert.deepEqual([found.at(-1)?.session, found.at(-1)?.input], [3, "c6000"]);
  assert.equal(found[0]?.session, 2);
});

test("a session that its file has lost still has its own cells, and counts from what is left", async (t) => {
  const file = emptyFile(t);
  writeFileSync(file, lineOf("a", 1));
  const history = open(file);
  history.addInput(1, "mine");
  history.addOutput(1, "42");
  await history.written();
  const mine = { line: 1, input: "mine", output: "42" };
  assert.deepEqual(history.find(all).at(-1), { session: 2, ...mine });
  rmSync(file);
  writeFileSync(file, "");
  assert.deepEqual(history.find(all), [{ session: 1, ...mine }]);
});

test("a session without a file forgets its own oldest cells", () => {
  const history = open(undefined);
  for (let line = 1; line <= 20_001; line++) history.addInput(line, String(line));
  const found = history.find(all);
  assert.deepEqual([found.length, found[0]?.line, found.at(-1)?.line], [10_000, 10_002, 20_001]);
});
