/** @file Where each stage is, by the store, the queue, the accounts and what a try left word of; watched, told and cancelled. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cancelPlan, statusLines } from "../../../../src/toolkit/experiment/slurm/plans-command.ts";
import { submitStudy } from "../../../../src/toolkit/experiment/slurm/slurm-executor.ts";
import { findPlans, type SubmittedPlan } from "../../../../src/toolkit/experiment/slurm/submitted-plan.ts";
import { look, nothingSeen, watchPlan } from "../../../../src/toolkit/experiment/slurm/watch.ts";
import { sweepTable } from "../../../../src/toolkit/experiment/sweep-table.ts";
import { fakeSlurm } from "./fake-slurm.ts";
import { planFor, scratchStore } from "./sums.ts";

test("states come from the store, the queue, the accounts and what a try left word of", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const made = planFor(store);
  const { submitted } = await submitStudy(made, store, {});
  const keys = made.stages.map(({ key }) => key);
  const [base = ""] = keys;
  const name = (array: number): string => `${submitted.id}.1.${array}`;
  slurm.queue([
    `102|0|RUNNING|None|n1|${name(0)}`,
    `102|1|TIMEOUT|TimeLimit|n2|${name(0)}`,
    `103|0|PENDING|Dependency||${name(1)}`,
    `103|1|PENDING|PartitionConfig||${name(1)}`,
  ]);
  slurm.accounts(["104_0|CANCELLED by 7|n3"]);
  const states = await look(submitted, nothingSeen());
  const byStatus = (status: string) => states.filter((state) => state.status === status);
  assert.equal(byStatus("running").length, 1);
  assert.equal(byStatus("running")[0]?.planned.key, base);
  const failedBase = byStatus("failed").find(({ planned }) => planned.needs.size === 0);
  assert.match(failedBase?.error ?? "", /^job 102_1 TIMEOUT on n2 \(hint: a longer --time.*0_1\.log$/);
  assert.ok(byStatus("blocked").length >= 7, "six policies of the base that failed, and what compares all");
  const table = sweepTable(made.runs, states, 1);
  assert.ok(
    table.some((line) => line === "waiting for: PartitionConfig 1"),
    table.join("\n"),
  );
  assert.ok(states.some(({ error }) => /job 104_0 CANCELLED on n3/.test(error ?? "")));
  await (await store.attempt(keys[7] as string)).fail({ reason: "RangeError: no\n at x" });
  slurm.queue([`102|0|FAILED|NonZeroExitCode|n1|${name(0)}`]);
  const after = await look(submitted, nothingSeen());
  assert.match(after[0]?.error ?? "", /^job 102_0 FAILED on n1; log/);
  assert.match(after[7]?.error ?? "", /^not in the queue; RangeError: no; log .*0_1\.log$/);
});

test("a job that was killed for its memory is told as such where Slurm itself only says that it failed", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const { submitted } = await submitStudy(planFor(store), store, {});
  writeFileSync(join(submitted.folder, "1", "0_0.log"), "slurmstepd: error: Exceeded job memory limit\n");
  slurm.queue([`102|0|FAILED|NonZeroExitCode|n1|${submitted.id}.1.0`]);
  const [state] = await look(submitted, nothingSeen());
  assert.match(state?.error ?? "", /^job 102_0 OUT_OF_MEMORY on n1 \(hint: a larger --mem\)/);
});

test("a watcher outlives a controller that does not answer, ends when all is over, and stops when it is told to", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const { submitted } = await submitStudy(planFor(store), store, {});
  slurm.silence("squeue: error: Unable to contact slurm controller (connect failure)");
  const notes: string[] = [];
  const note = (line: string): void => {
    notes.push(line);
    if (notes.length === 1) slurm.silence(undefined);
  };
  const { states } = await watchPlan(submitted, nothingSeen(), { note });
  assert.match(notes.join("\n"), /Unable to contact.*the jobs go on, it is asked again\nSlurm answers again$/);
  assert.equal(states.filter(({ status }) => status === "failed").length, 2, "the bases are in no queue");
  slurm.queue([`102|0|RUNNING|None|n1|${submitted.id}.1.0`]);
  const stopped = await watchPlan(submitted, nothingSeen(), { signal: AbortSignal.timeout(50) });
  assert.equal(stopped.states[0]?.status, "running");
});

test("status and cancel find a plan by its name in the store alone, and a name that was never submitted is told", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  await assert.rejects(
    findPlans(store, undefined),
    /no plan was submitted from .* \(hint: name the store with --store\)/,
  );
  const { submitted } = await submitStudy(planFor(store), store, {});
  const [found] = await findPlans(store, "sums");
  assert.deepEqual(
    found?.plan.stages.map(({ key, needs }) => [key, [...needs]]),
    submitted.plan.stages.map(({ key, needs }) => [key, [...needs]]),
  );
  await assert.rejects(findPlans(store, "other"), /no plan called other was submitted .*there are sums-/);
  slurm.queue([`102|0|RUNNING|None|n1|${submitted.id}.1.0`, `102|1|PENDING|Priority||${submitted.id}.1.0`]);
  assert.match(
    (await statusLines([found as SubmittedPlan])).join("\n"),
    /shared: add 0\/14 1>[\s\S]*waiting for: Priority 1/,
  );
  assert.equal(await cancelPlan(submitted), 2);
  assert.deepEqual(slurm.cancelled(), ["102"]);
});
