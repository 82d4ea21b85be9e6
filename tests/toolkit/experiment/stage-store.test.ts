/** @file A store of stages is safe for many processes: each try has its folder, the first whole one stands, the others find it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { endianness, tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { type Machine, machineDifference, thisMachine } from "../../../src/toolkit/experiment/machine.ts";
import { publishFolder } from "../../../src/toolkit/experiment/publish-folder.ts";
import type { StageRecord } from "../../../src/toolkit/experiment/stage.ts";
import { openStageStore, StoreMismatch } from "../../../src/toolkit/experiment/stage-store.ts";

const KEY = "0123456789abcdef";

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "store-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function recordOf(result: number, machine?: Machine): StageRecord {
  const record = { key: KEY, work: "add", config: {}, result, seconds: 1, versions: { code: "c0de" } };
  return machine === undefined ? record : { ...record, machine };
}

test("of two tries at once the first that is whole stands, and the second gets its record", async (t) => {
  const folder = scratch(t);
  const [here, there] = [await openStageStore(folder), await openStageStore(folder)];
  const [one, two] = [await here.attempt(KEY), await there.attempt(KEY)];
  assert.notEqual(one.folder, two.folder);
  writeFileSync(join(two.folder, "policy"), "two");
  assert.equal((await two.publish(recordOf(2))).result, 2);
  assert.equal((await one.publish(recordOf(1))).result, 2, "its folder is gone by then");
  assert.equal((await here.record(KEY))?.result, 2);
  assert.equal(readFileSync(join(here.folderOf(KEY), "policy"), "utf8"), "two");
  assert.deepEqual(readdirSync(join(folder, ".attempts")), []);
  assert.deepEqual([...(await here.keys())], [KEY]);
});

test("six processes that try one stage at the same time leave one whole record, which all of them tell", async (t) => {
  const folder = scratch(t);
  const store = new URL("../../../src/toolkit/experiment/stage-store.ts", import.meta.url).href;
  const script = `
    const { openStageStore } = await import(${JSON.stringify(store)});
    const attempt = await (await openStageStore(${JSON.stringify(folder)})).attempt("${KEY}");
    const record = { key: "${KEY}", work: "add", config: {}, result: process.pid, seconds: 1, versions: {} };
    console.log((await attempt.publish(record)).result);`;
  const run = () => promisify(execFile)(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
  const told = await Promise.all(Array.from({ length: 6 }, run));
  const results = new Set(told.map(({ stdout }) => Number(stdout)));
  assert.equal(results.size, 1, [...results].join(" "));
  assert.deepEqual([(await (await openStageStore(folder)).record(KEY))?.result], [...results]);
});

test("a try begins with the files of the one before it, and not with why that one failed", async (t) => {
  const store = await openStageStore(scratch(t));
  const first = await store.attempt(KEY);
  writeFileSync(join(first.folder, "rollouts.jsonl"), "1\n2\n");
  writeFileSync(join(first.folder, "rollouts.jsonl.1.tmp"), "1\n");
  await first.fail({ reason: "no room", host: "n1" });
  const second = await store.attempt(KEY);
  assert.deepEqual(readdirSync(second.folder), ["rollouts.jsonl"]);
  await second.fail({ reason: "no luck" });
  assert.deepEqual(
    (await store.failures(KEY)).map(({ reason }) => reason),
    ["no room", "no luck"],
  );
  const third = await store.attempt(KEY);
  await third.publish(recordOf(3));
  assert.deepEqual(await store.failures(KEY), []);
  assert.deepEqual(readdirSync(store.folderOf(KEY)).sort(), ["record.json", "rollouts.jsonl"]);
});

test("a record that is torn when it is first read is read again", async (t) => {
  const store = await openStageStore(scratch(t));
  mkdirSync(store.folderOf(KEY));
  const path = join(store.folderOf(KEY), "record.json");
  writeFileSync(path, '{"key":"01');
  const found = store.record(KEY);
  await setTimeout(100);
  writeFileSync(path, JSON.stringify(recordOf(5)));
  assert.equal((await found)?.result, 5);
});

test("a folder that holds files is never replaced", async (t) => {
  const folder = scratch(t);
  for (const name of ["draft", "place"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "place", "a"), "first");
  assert.equal(await publishFolder(join(folder, "draft"), join(folder, "place")), false);
  assert.equal(readFileSync(join(folder, "place", "a"), "utf8"), "first");
  assert.equal(existsSync(join(folder, "draft")), false);
  await assert.rejects(publishFolder(join(folder, "gone"), join(folder, "elsewhere")), /ENOENT/);
});

test("a store of another engine or of another order of bytes is refused, with what to do", async (t) => {
  const folder = scratch(t);
  await openStageStore(folder, { engine: "native" });
  await openStageStore(folder, { engine: "native" });
  await assert.rejects(openStageStore(folder, { engine: "" }), (error) => {
    assert.ok(error instanceof StoreMismatch);
    return /EIGHTFOLD_ENGINE "native", here it is unset \(hint: set it so, or give another store/.test(error.message);
  });
  const other = endianness() === "LE" ? "BE" : "LE";
  writeFileSync(join(folder, ".store", "first.json"), JSON.stringify({ byteOrder: other, engine: "native" }));
  await assert.rejects(openStageStore(folder, { engine: "native" }), StoreMismatch);
});

test("a stage that ran on another machine than the first of its code says so in its record", async (t) => {
  const store = await openStageStore(scratch(t));
  const machine = await thisMachine(2);
  const first = await (await store.attempt(KEY)).publish(recordOf(1, machine));
  assert.equal(first.unlikeSiblings, undefined);
  const other = "fedcba9876543210";
  const attempt = await store.attempt(other);
  await attempt.publish({ ...recordOf(2, { ...machine, cpu: "another", threads: 4 }), key: other });
  assert.equal((await store.record(other))?.unlikeSiblings, `cpu another, not ${machine.cpu}; threads 4, not 2`);
});

test("what Slurm gave a job is told: node, threads, devices, number", async () => {
  const told = await thisMachine(3, {
    SLURMD_NODENAME: "gpu7",
    SLURM_JOB_ID: "41",
    SLURM_ARRAY_JOB_ID: "40",
    SLURM_ARRAY_TASK_ID: "1",
    CUDA_VISIBLE_DEVICES: "2,3",
  });
  assert.deepEqual([told.host, told.threads, told.gpus, told.job], ["gpu7", 3, "2,3", "40/1"]);
  assert.equal(machineDifference(told, { ...told, host: "gpu8" }), undefined);
});
