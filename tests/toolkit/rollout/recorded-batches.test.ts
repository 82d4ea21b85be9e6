/** @file Recorded work: a run that was killed and started again has the records of one that was not, and bad lines are named. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createStream } from "../../../src/toolkit/core/random-stream.ts";
import { recordBatches, sampleRollouts } from "../../../src/toolkit/rollout/index.ts";
import { problems, scripted, TASK } from "./scripted.ts";

async function fileFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "eightfold-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "rollouts.jsonl");
}

/** Rollouts of ten problems in batches of four; tells which batches were worked on. */
async function record(path: string): Promise<{ records: object[]; batches: number[] }> {
  const batches: number[] = [];
  const stream = createStream(3);
  const records = await recordBatches({
    path,
    items: problems(10),
    batchSize: 4,
    work: (items, batch) => {
      batches.push(batch);
      return sampleRollouts(TASK, items, scripted(), { samples: 3, stream: stream.split(batch) });
    },
  });
  return { records, batches };
}

test("wherever a run is killed, starting again completes the same file and repeats no whole batch", async (t) => {
  const path = await fileFor(t);
  const whole = await record(path);
  const text = await readFile(path, "utf8");
  assert.deepEqual(whole.batches, [0, 1, 2]);
  const lines = text
    .split("\n")
    .slice(0, -1)
    .map((line) => line.length + 1);
  const bytesOf = (count: number) => lines.slice(0, count).reduce((sum, length) => sum + length, 0);
  const cases: [bytes: number, again: number[]][] = [
    [0, [0, 1, 2]],
    [bytesOf(4), [1, 2]],
    [bytesOf(5), [1, 2]],
    [bytesOf(8) + 17, [2]],
    [bytesOf(10) - 1, [2]],
    [bytesOf(10), []],
  ];
  for (const [bytes, again] of cases) {
    await writeFile(path, text);
    await truncate(path, bytes);
    const resumed = await record(path);
    assert.deepEqual(resumed.batches, again, `${bytes} bytes`);
    assert.deepEqual(resumed.records, whole.records);
    assert.equal(await readFile(path, "utf8"), text);
  }
});

test("a line that is no record, or is one of other problems, is named with its file", async (t) => {
  const path = await fileFor(t);
  await record(path);
  const lines = (await readFile(path, "utf8")).split("\n");
  const spoilt = async (line: string, message: RegExp) => {
    await writeFile(path, lines.with(2, line).join("\n"));
    await assert.rejects(record(path), message);
  };
  await spoilt('{"split":"train"', /rollouts\.jsonl, line 3: no JSON/);
  await spoilt(
    lines[3] as string,
    /rollouts\.jsonl, line 3: expected problem 2 of "train", ".*" \(hint: the file is of another run/,
  );
  await writeFile(path, [...lines.slice(0, -1), lines[0], ""].join("\n"));
  await assert.rejects(record(path), /rollouts\.jsonl: 11 records, expected 10/);
});

test("no item at all leaves a file without a record, so that who reads it finds it", async (t) => {
  const path = await fileFor(t);
  const work = () => Promise.reject(new Error("there is nothing to do"));
  assert.deepEqual(await recordBatches({ path, items: [], batchSize: 4, work }), []);
  assert.equal(await readFile(path, "utf8"), "");
});
