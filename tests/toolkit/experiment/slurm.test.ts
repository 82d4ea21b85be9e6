/** @file A plan on Slurm, as far as it shows without one: what sbatch is told, what becomes of its answers, and what is refused. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { codeVersion } from "../../../src/toolkit/experiment/code-version.ts";
import { allottedThreads } from "../../../src/toolkit/experiment/machine.ts";
import { ClusterError } from "../../../src/toolkit/experiment/slurm/cluster-error.ts";
import { layersOf } from "../../../src/toolkit/experiment/slurm/layers.ts";
import { cancelPlan, statusLines } from "../../../src/toolkit/experiment/slurm/plans-command.ts";
import { dryRunLines } from "../../../src/toolkit/experiment/slurm/run-on-slurm.ts";
import { quoted } from "../../../src/toolkit/experiment/slurm/script.ts";
import { slurmExecutor, submitStudy } from "../../../src/toolkit/experiment/slurm/slurm-executor.ts";
import { findPlans, type SubmittedPlan } from "../../../src/toolkit/experiment/slurm/submitted-plan.ts";
import { look, nothingSeen, watchPlan } from "../../../src/toolkit/experiment/slurm/watch.ts";
import { plan, type Stage } from "../../../src/toolkit/experiment/stage.ts";
import { openStageStore, type StageStore } from "../../../src/toolkit/experiment/stage-store.ts";
import { type StudyPlan, TOOLKIT } from "../../../src/toolkit/experiment/study-plan.ts";
import { sweepTable } from "../../../src/toolkit/experiment/sweep-table.ts";
import { fakeSlurm } from "./slurm-fake.ts";

async function scratchStore(t: TestContext): Promise<StageStore> {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return openStageStore(folder);
}

const add = (term: number, needs: Record<string, Stage> = {}): Stage => ({ work: "add", config: { term }, needs });

/** A base a seed, six policies of each, and one that compares them all: layers of 2, 12 and 1. */
function planFor(store: StageStore): StudyPlan {
  const version = codeVersion(TOOLKIT);
  const bases = [add(1), add(2)];
  const policies = bases.flatMap((base) => [10, 20, 30, 40, 50, 60].map((term) => add(term, { base })));
  const last = add(1000, Object.fromEntries(policies.map((policy, at) => [`policy ${at}`, policy])));
  return {
    name: "sums",
    works: new URL("./test-works.ts", import.meta.url).href,
    codeVersion: version,
    versions: { code: version },
    stages: plan([last], version),
    runs: [{ row: "all", column: "1", key: plan([last], version).at(-1)?.key as string, labels: {} }],
    results: join(store.folder, "results.jsonl"),
  };
}

const optionOf = (words: readonly string[], name: string): string | undefined =>
  words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);

test("a layer is an array, or several where it is longer than an array may be; each waits for all of the layer before", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const options = { partition: "gpu", time: "2:00:00", cpus: 4, gpus: 1, mem: "8G", account: "lab", atOnce: 6 };
  await submitStudy(planFor(store), store, { ...options, sbatch: ["--qos=low"] });
  const [probe, ...arrays] = slurm.submissions().map(({ words }) => words);
  assert.deepEqual(
    arrays.map((words) => [optionOf(words, "array"), optionOf(words, "dependency")]),
    [
      ["0-1%6", "afterok:101"],
      ["0-3%2", "afterok:101,afterany:102"],
      ["0-3%2", "afterok:101,afterany:102"],
      ["0-3%2", "afterok:101,afterany:102"],
      ["0-0%6", "afterok:101,afterany:103:104:105"],
    ],
  );
  for (const words of [probe, ...arrays]) {
    for (const word of [
      "--partition=gpu",
      "--account=lab",
      "--time=2:00:00",
      "--cpus-per-task=4",
      "--mem=8G",
      "--qos=low",
    ]) {
      assert.ok(words?.includes(word), `${word} in ${words}`);
    }
  }
  assert.ok(arrays[0]?.includes("--gpus-per-node=1") && arrays[0].includes("--requeue"));
});

test("a script does the stage that its task's line of the keys names, and gives nothing up that another try may do", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  await submitStudy(planFor(store), store, {});
  const first = slurm.submissions()[1];
  const path = join(slurm.folder, "array.sh");
  writeFileSync(path, first?.script ?? "");
  const run = (task: number) =>
    promisify(execFile)("bash", [path], {
      env: { ...process.env, SLURM_ARRAY_TASK_ID: String(task), SLURM_CPUS_PER_TASK: "3" },
    });
  await Promise.all([run(0), run(1)]);
  const done = await Promise.all([...(await store.keys())].map((key) => store.record(key)));
  assert.deepEqual(done.map((record) => record?.result).sort(), [1, 2]);
  assert.deepEqual(
    done.map((record) => record?.machine?.threads),
    [3, 3],
  );
  const { stdout } = await run(0);
  assert.match(stdout, /done already/);
});

test("what is done or queued is not submitted again, and what waits for a queued stage depends on its job", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const made = planFor(store);
  const { submitted } = await submitStudy(made, store, {});
  const [base = "", other = ""] = made.stages.filter(({ needs }) => needs.size === 0).map(({ key }) => key);
  const { work, config } = add(1);
  await (await store.attempt(base)).publish({
    key: base,
    work,
    config,
    result: 1,
    seconds: 1,
    versions: made.versions,
  });
  const first = `${submitted.id}.1.0`;
  slurm.queue([`102|0|COMPLETED|None|n1|${first}`, `102|1|RUNNING|None|n1|${first}`]);
  const before = slurm.submissions().length;
  const again = await submitStudy(made, store, {});
  assert.deepEqual(again.submission, { submitted: 13, queued: 1, probing: false });
  const [array] = slurm.submissions().slice(before);
  const keys = readFileSync(join(submitted.folder, "2", "0.keys"), "utf8");
  assert.ok(!keys.includes(base) && !keys.includes(other));
  assert.equal(slurm.submissions().slice(before).length, 4, "and no second probe");
  assert.equal(optionOf(array?.words ?? [], "dependency"), undefined, "policies of the base that is done");
  const waits = slurm
    .submissions()
    .slice(before)
    .flatMap(({ words }) => optionOf(words, "dependency") ?? []);
  assert.ok(
    waits.some((dependency) => dependency.split(":").includes("102")),
    waits.join(),
  );
});

test("when Slurm refuses in the middle, what was submitted is cancelled, and its words are told", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  slurm.refuse(4, "sbatch: error: AssocMaxSubmitJobLimit");
  await assert.rejects(submitStudy(planFor(store), store, {}), (error) => {
    assert.ok(error instanceof ClusterError);
    assert.deepEqual([error.kind, error.message], ["refused", "sbatch: AssocMaxSubmitJobLimit"]);
    return true;
  });
  assert.deepEqual(slurm.cancelled(), ["101 102 103"]);
});

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
  assert.equal(after[7]?.error, "not in the queue; RangeError: no");
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

test("a dry run shows scripts, jobs and hours, and submits nothing", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  const made = planFor(store);
  const unknown = await dryRunLines(made, store, {});
  assert.match(unknown.join("\n"), /15 jobs in 5 arrays\nestimated hours: unknown, since add has no earlier record$/);
  writeFileSync(made.results, `${JSON.stringify({ stage: "add", seconds: 360 })}\n`);
  const known = await dryRunLines(made, store, { atOnce: 4, cpus: 2 });
  assert.match(known.at(-1) ?? "", /^estimated: 3\.00 core hours, longest chain 18 min 0 s, 22 min 30 s at 4 at once$/);
  assert.equal(known.filter((line) => line.startsWith("# sbatch --job-name=sums-")).length, 5);
  assert.deepEqual(slurm.submissions(), []);
});

test("a machine without Slurm, and options that do not fit, are refused before anything is submitted", async (t) => {
  const slurm = fakeSlurm(t);
  const store = await scratchStore(t);
  for (const [options, message] of [
    [{ time: "two hours" }, /slurmExecutor requires time to be minutes.*got "two hours"/],
    [{ mem: "8 gigabytes" }, /slurmExecutor requires mem/],
    [{ cpus: 0 }, /slurmExecutor requires cpus to be an integer in \[1/],
    [
      { sbatch: ["--array=1-3"] },
      /slurmExecutor requires sbatch options that leave the plan its own, got "--array=1-3"/,
    ],
    [{ partitions: "gpu" }, /did you mean "partition"\?/],
  ] as const) {
    assert.throws(() => slurmExecutor(options as object), message);
  }
  assert.deepEqual(slurm.submissions(), []);
  process.env.PATH = "/nonexistent"; // the fake puts the old one back
  await assert.rejects(
    submitStudy(planFor(store), store, {}),
    (error) => error instanceof ClusterError && error.kind === "no Slurm",
  );
});

test("a stage whose code has changed, or whose needs failed, is not tried", async (t) => {
  fakeSlurm(t);
  const store = await scratchStore(t);
  const made = planFor(store);
  const { submitted } = await submitStudy({ ...made, codeVersion: "0ld" }, store, {});
  const path = join(submitted.folder, "plan.jsonl");
  const job = (key: string) => {
    const program = join(TOOLKIT, "experiment/slurm/stage-job.ts");
    return promisify(execFile)(process.execPath, ["--import", "tsx", program, path, store.folder, key]).then(
      () => 0,
      (error) => Number(error.code),
    );
  };
  const [base = "", policy = ""] = made.stages.map(({ key }) => key);
  assert.equal(await job(base), 3);
  assert.match(
    (await store.failures(base))[0]?.reason ?? "",
    /^the code is [0-9a-f]{12} now and was 0ld when the plan/,
  );
  writeFileSync(path, readFileSync(path, "utf8").replace('"codeVersion":"0ld"', `"codeVersion":"${made.codeVersion}"`));
  assert.equal(await job(policy), 4);
  assert.match(
    (await store.failures(policy))[0]?.reason ?? "",
    /^not tried: it needs base, stage [0-9a-f]{16}, which is not done$/,
  );
});

test("layers follow what is needed, not the order of the stages", () => {
  const base = add(1);
  const stages = plan([add(3, { base: add(2, { base }), other: base }), add(4)], "1");
  assert.deepEqual(
    layersOf(stages).map((layer) => layer.map(({ stage }) => stage.config.term)),
    [[1, 4], [2], [3]],
  );
});

test("threads are those that Slurm gave, and any path is one word of a script", () => {
  assert.equal(allottedThreads({ SLURM_CPUS_PER_TASK: "4", SLURM_CPUS_ON_NODE: "8" }), 4);
  assert.equal(allottedThreads({ SLURM_CPUS_ON_NODE: "8" }), 8);
  assert.ok(allottedThreads({}) >= 1);
  for (const word of ["/a b/c", "it's", "$HOME;ls", "plain-1.0"]) {
    assert.equal(execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" }), word);
  }
});
