/** @file A sweep does each stage once, resumes after a crash, tries failures again, and blocks only what hangs on them. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { progressLine, sweepProgress } from "../../../src/toolkit/experiment/progress.ts";
import { plan, type Stage, stageKey } from "../../../src/toolkit/experiment/stage.ts";
import { openStageStore } from "../../../src/toolkit/experiment/stage-store.ts";
import { runSweep, type SweepResult } from "../../../src/toolkit/experiment/sweep.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

const WORKS = new URL("./test-works.ts", import.meta.url).href;

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sweep-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function sweep(folder: string, roots: readonly Stage[], codeVersion = "1"): Promise<SweepResult> {
  const store = await openStageStore(folder);
  const workers = createWorkerPool(WORKS, { size: 2, threads: 2 });
  try {
    return await runSweep(plan(roots, codeVersion), { store, workers, versions: { node: process.versions.node } });
  } finally {
    await workers.close();
  }
}

const add = (term: number, needs: Record<string, Stage> = {}): Stage => ({ work: "add", config: { term }, needs });

/** 1 + (10 + 1) + (100 + 1): a diamond, whose base is needed twice. */
function diamond(): Stage {
  const base = add(1);
  return add(0, { left: add(10, { base }), right: add(100, { base: add(1) }) });
}

test("workers of no size are refused, and those that throw cost their stage alone", async (t) => {
  const store = await openStageStore(scratch(t));
  const versions = { node: process.versions.node };
  const workers = { size: 2, run: async () => Promise.reject(new Error("no queue")), close: async () => {} };
  const options = { store, versions, retries: 0 };
  const stages = plan([add(1), add(2)], "1");
  await assert.rejects(runSweep(stages, { ...options, workers: { ...workers, size: 0 } }), /workers\.size/);
  const { states } = await runSweep(stages, { ...options, workers });
  assert.deepEqual(
    states.map(({ status, error }) => [status, error]),
    [1, 2].map(() => ["failed", "the workers failed: no queue"]),
  );
});

test("a stage runs once whoever needs it, and a second sweep runs nothing", async (t) => {
  const folder = scratch(t);
  const root = diamond();
  const first = await sweep(folder, [root]);
  assert.deepEqual(
    first.states.map(({ status }) => status),
    ["done", "done", "done", "done"],
  );
  assert.equal(first.records.get(stageKey(root, "1"))?.result, 112);
  const second = await sweep(folder, [root]);
  assert.deepEqual(
    second.states.map(({ status }) => status),
    ["reused", "reused", "reused", "reused"],
  );
  assert.deepEqual(second.records, first.records); // two that wait for nothing of each other end in any order
  const keys = readdirSync(folder).filter((name) => !name.startsWith("."));
  const runs = keys.map((key) => readFileSync(join(folder, key, "runs"), "utf8"));
  assert.deepEqual(runs, ["x", "x", "x", "x"]);
});

test("a changed configuration redoes what hangs on it and no more; a changed code version redoes all", async (t) => {
  const folder = scratch(t);
  await sweep(folder, [diamond()]);
  const base = add(1);
  const changed = add(0, { left: add(20, { base }), right: add(100, { base }) });
  const after = await sweep(folder, [changed]);
  assert.deepEqual(
    after.states.map(({ status }) => status),
    ["reused", "done", "reused", "done"],
  );
  const newCode = await sweep(folder, [changed], "2");
  assert.deepEqual(
    newCode.states.map(({ status }) => status),
    ["done", "done", "done", "done"],
  );
});

test("a failure and a death are tried again; what fails for good blocks only what needs it", async (t) => {
  const failing: Stage = { work: "failAlways", config: {}, needs: {} };
  const { states } = await sweep(scratch(t), [
    { work: "failOnce", config: {}, needs: {} },
    { work: "dieOnce", config: {}, needs: {} },
    add(1, { failing }),
    add(2),
    { work: "unheardOf", config: {}, needs: {} },
  ]);
  const by = new Map(states.map((state) => [`${state.planned.stage.work}${state.planned.needs.size}`, state]));
  assert.equal(by.get("failOnce0")?.status, "done");
  assert.equal(by.get("failOnce0")?.failures, 1);
  assert.equal(by.get("dieOnce0")?.status, "done");
  assert.match(by.get("dieOnce0")?.error ?? "", /the worker died \(SIGKILL\) in dieOnce/);
  assert.equal(by.get("failAlways0")?.status, "failed");
  assert.match(by.get("failAlways0")?.error ?? "", /RangeError: no try succeeds/);
  assert.equal(by.get("add1")?.status, "blocked");
  assert.equal(by.get("add0")?.status, "done");
  assert.match(by.get("unheardOf0")?.error ?? "", /no work is called unheardOf/);
  assert.match(progressLine(sweepProgress(states, 2)), /^3\/6 stages, 0 running, 2 failed, 1 blocked, 0 s left$/);
});

test("threads are shared out among the workers", async (t) => {
  const store = await openStageStore(scratch(t));
  const workers = createWorkerPool(WORKS, { size: 2, threads: 8 });
  const stage: Stage = { work: "threads", config: {}, needs: {} };
  const { records } = await runSweep(plan([stage], "1"), { store, workers, versions: {} });
  await workers.close();
  assert.equal(records.get(stageKey(stage, "1"))?.result, 4);
});

test("a damaged record is named, with what to do", async (t) => {
  const folder = scratch(t);
  const stage = add(1);
  await sweep(folder, [stage]);
  const key = stageKey(stage, "1");
  writeFileSync(join(folder, key, "record.json"), '{"key"');
  await assert.rejects(sweep(folder, [stage]), /record\.json: no JSON \(hint: delete its folder/);
});

test("equal configurations have equal keys whatever the order of their names, and values JSON would change are refused", () => {
  const a: Stage = { work: "add", config: { x: 1, y: [2, { p: true, q: null }] }, needs: {} };
  const b: Stage = { work: "add", config: { y: [2, { q: null, p: true }], x: 1 }, needs: {} };
  assert.equal(stageKey(a, "1"), stageKey(b, "1"));
  assert.throws(() => stageKey(add(Number.NaN), "1"), /stageKey requires a configuration that JSON can hold, got NaN/);
  assert.equal(plan([a, b], "1").length, 1);
});
