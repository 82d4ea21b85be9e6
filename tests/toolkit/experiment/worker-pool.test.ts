/** @file A pool of workers outlives them: whoever dies, at work or idle, the jobs that wait are done by new ones. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Job, JobOutcome } from "../../../src/toolkit/experiment/job.ts";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";

const WORKS = new URL("./test-works.ts", import.meta.url).href;

function pool(t: TestContext, works = WORKS): (work: string) => Promise<JobOutcome> {
  const scratch = mkdtempSync(join(tmpdir(), "pool-"));
  const { run, close } = createWorkerPool(works, { size: 2, threads: 2 });
  t.after(async () => {
    await close();
    rmSync(scratch, { recursive: true, force: true });
  });
  const job = (work: string): Job => ({ work, config: {}, folder: mkdtempSync(join(scratch, "job-")), needs: [] });
  return (work) => run(job(work));
}

test("when every worker dies, the jobs that wait are done all the same", async (t) => {
  const run = pool(t);
  const outcomes = await Promise.all(["dieOnce", "dieOnce", "threads", "dieOnce", "threads", "threads"].map(run));
  const told = outcomes.map((outcome) => (outcome.ok ? [outcome.result, outcome.machine?.threads] : outcome.reason));
  const died = "the worker died (SIGKILL) in dieOnce";
  const done = [1, 1];
  assert.deepEqual(told, [died, died, done, died, done, done]);
});

test("an idle worker that is killed is missed by no job", async (t) => {
  const run = pool(t);
  const first = await run("process");
  assert.ok(first.ok);
  process.kill(Number(first.result), "SIGKILL");
  await setTimeout(200); // until its end is known
  const second = await run("process");
  assert.ok(second.ok && second.result !== first.result);
});

test("works that cannot be loaded are told as the job's outcome", async (t) => {
  const run = pool(t, new URL("./no-such-works.ts", import.meta.url).href);
  const outcome = await run("add");
  assert.match(outcome.ok ? "" : outcome.reason, /Cannot find module .*no-such-works\.ts/);
});
