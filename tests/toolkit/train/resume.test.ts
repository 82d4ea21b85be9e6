/** @file A run that was stopped goes on bit for bit, also after kill -9 while a checkpoint was written; another run's checkpoints are refused. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { parseJsonLines } from "../../../src/toolkit/core/json-lines.ts";
import { readText } from "../../../src/toolkit/core/text-file.ts";
import { CheckpointError, listCheckpoints, readCheckpoint } from "../../../src/toolkit/model/index.ts";
import {
  metricsFile,
  type SftExample,
  type TrainingOutcome,
  type TrainOptions,
  train,
  type UpdateRecord,
} from "../../../src/toolkit/train/index.ts";
import { IN_FLOAT32, testOnEach } from "../engine/engines.ts";
import { REPEATS, runToKill, smallRun } from "./small-run.ts";

const root = mkdtempSync(join(tmpdir(), "eightfold-resume-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;
function fresh(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

class Stop extends Error {}

/** Runs until `update` is done, then throws, as if the process had ended there. */
async function stopped(options: TrainOptions<SftExample>, at: number): Promise<void> {
  const updated = ({ update }: UpdateRecord): void => {
    if (update === at) throw new Stop();
  };
  await assert.rejects(train({ ...options, observers: [...(options.observers ?? []), { updated }] }), Stop);
}

const VALIDATED: Partial<TrainOptions<SftExample>> = {
  updates: 7,
  accumulate: 2,
  clipNorm: 1,
  schedule: { shape: "cosine", peak: 0.02, warmUp: 2 },
  validation: { examples: REPEATS.slice(0, 3), every: 2 },
};

/** Without what a clock gives. */
async function linesOf(path: string): Promise<unknown[]> {
  return parseJsonLines(path, await readText(path)).map(({ record }) => {
    const { tokensPerSecond, secondsLeft, ...rest } = record;
    return rest;
  });
}

test("a stopped run gives the parameters, the optimiser and the log of one that was not", async () => {
  const whole = fresh();
  const log = (folder: string) => [metricsFile(join(folder, "metrics.jsonl"), { flushSeconds: 0 })];
  const run = (folder: string) => smallRun({ ...VALIDATED, checkpoints: { folder, every: 2 }, observers: log(folder) });
  const expected = await train(run(whole));
  const parts = fresh();
  for (const at of [2, 5, 6]) await stopped(run(parts), at); // before a checkpoint is written, and after
  assert.deepEqual(await train(run(parts)), expected);
  const last = async (folder: string) => readCheckpoint((await listCheckpoints(folder)).at(-1) as string);
  assert.deepEqual(await last(parts), await last(whole));
  assert.deepEqual(await linesOf(join(parts, "metrics.jsonl")), await linesOf(join(whole, "metrics.jsonl")));
});

testOnEach(
  (name) => `on ${name} too a stopped run goes on bit for bit`,
  async (engine) => {
    const run = (folder: string) => smallRun({ ...VALIDATED, engine, checkpoints: { folder, every: 2 } });
    const parts = fresh();
    await stopped(run(parts), 5);
    assert.deepEqual(await train(run(parts)), await train(run(fresh())));
  },
  IN_FLOAT32,
);

test("a run that is done gives its outcome again, without an update", async () => {
  const folder = fresh();
  const options = smallRun({ ...VALIDATED, checkpoints: { folder, every: 5 } });
  const first = await train(options);
  const updated = () => assert.fail("an update");
  assert.deepEqual(await train({ ...options, observers: [{ updated }] }), first);
});

test("a process killed while it writes a checkpoint leaves the one before, and the run goes on bit for bit", async () => {
  const folder = fresh();
  const script = join(import.meta.dirname, "test-worker.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script, folder], { stdio: "inherit" });
  const ended = once(child, "exit");
  const isDraft = (name: string): boolean => name.endsWith(".tmp");
  const names = (): string[] => readdirSync(folder);
  while (child.exitCode === null && !(names().some(isDraft) && names().length > 2)) await setTimeout(0);
  child.kill("SIGKILL");
  await ended;
  assert.ok(names().some(isDraft), "it was killed in mid-write");
  const outcome = await train(runToKill(folder));
  assert.ok(!names().some(isDraft)); // swept up
  assert.deepEqual(outcome, await train(runToKill(fresh())));
});

test("the checkpoints of another run are refused by what differs", async () => {
  const folder = fresh();
  const checkpoints = { folder, every: 3 };
  await train(smallRun({ checkpoints }));
  const other = (change: Partial<TrainOptions<SftExample>>): Promise<TrainingOutcome> =>
    train(smallRun({ checkpoints, ...change }));
  const anotherRun = (message: RegExp) => (error: unknown) =>
    error instanceof CheckpointError && error.kind === "another run" && message.test(error.message);
  await assert.rejects(
    other({ updates: 9 }),
    anotherRun(/of another run: updates was 6, is 9 \(hint: name another folder/),
  );
  await assert.rejects(other({ examples: REPEATS.slice(1) }), anotherRun(/examples was "[0-9a-f]{16}", is/));
  await assert.rejects(other({ stream: smallRun().stream.split("other") }), anotherRun(/stream was/));
  await assert.rejects(other({ adamW: { beta1: 0.8 } }), anotherRun(/adamW was/));
  assert.ok((await other({ updates: 9, checkpoints: { ...checkpoints, resume: false } })).ok);
});

test("a run that is begun anew keeps its own checkpoints, and none of the run before stays behind them", async () => {
  const folder = fresh();
  await train(smallRun({ checkpoints: { folder, every: 3 } }));
  const anew = smallRun({ updates: 4, checkpoints: { folder, every: 1, resume: false } });
  const names: string[][] = [];
  const updated = async ({ update }: { update: number }) => {
    if (update === 2) names.push((await listCheckpoints(folder)).map((path) => basename(path)));
  };
  await train({ ...anew, observers: [{ updated }] });
  assert.deepEqual(names, [["update-00000001.safetensors"]]);
  assert.deepEqual(
    (await listCheckpoints(folder)).map((path) => basename(path)),
    ["update-00000003.safetensors", "update-00000004.safetensors"],
  );
});

test("a broken update names the last good checkpoint", async () => {
  const folder = fresh();
  const options = smallRun({ checkpoints: { folder, every: 2 }, schedule: { shape: "constant", peak: 1e30 } });
  const outcome = await train(options);
  assert.ok(!outcome.ok);
  assert.equal(outcome.checkpoint, (await listCheckpoints(folder)).at(-1));
  assert.match(outcome.reason, /^the (loss|gradient's norm) is (NaN|-?Infinity) at update \d/);
});
