/** @file What sbatch is told of a plan, what is left out, and what is refused; by a Slurm that only writes down what it hears. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { ClusterError } from "../../../../src/toolkit/experiment/slurm/cluster-error.ts";
import { layersOf } from "../../../../src/toolkit/experiment/slurm/layers.ts";
import { dryRunLines } from "../../../../src/toolkit/experiment/slurm/run-on-slurm.ts";
import { slurmExecutor, submitStudy } from "../../../../src/toolkit/experiment/slurm/slurm-executor.ts";
import { plan } from "../../../../src/toolkit/experiment/stage.ts";
import { TOOLKIT } from "../../../../src/toolkit/experiment/study-plan.ts";
import { fakeSlurm } from "./fake-slurm.ts";
import { add, planFor, scratchStore } from "./sums.ts";

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

test("layers follow what is needed, not the order of the stages", () => {
  const base = add(1);
  const stages = plan([add(3, { base: add(2, { base }), other: base }), add(4)], "1");
  assert.deepEqual(
    layersOf(stages).map((layer) => layer.map(({ stage }) => stage.config.term)),
    [[1, 4], [2], [3]],
  );
});

test("the command takes any option of sbatch as it stands, and tells a refusal in a line", async (t) => {
  fakeSlurm(t);
  const store = await scratchStore(t);
  const cli = join(TOOLKIT, "experiment/cli.ts");
  const run = (...words: string[]) =>
    promisify(execFile)(process.execPath, [
      "--import",
      "tsx",
      cli,
      "quick",
      "--on",
      "slurm",
      "--store",
      store.folder,
      "--dry-run",
      ...words,
    ]);
  const { stdout } = await run(
    "--results",
    join(store.folder, "out.jsonl"),
    "--sbatch",
    "--qos=low",
    "--sbatch",
    "--nice",
  );
  assert.match(stdout, /^# sbatch --job-name=quick-.* --qos=low --nice$/m);
  await assert.rejects(run("--time", "soon"), (error: { stderr?: string; code?: number }) => {
    assert.match(error.stderr ?? "", /^slurmExecutor requires time to be minutes.*got "soon"[^\n]*\n$/);
    return error.code === 2;
  });
});

test("what only a submission takes is refused without --on slurm, and no study begins", async (t) => {
  const store = await scratchStore(t);
  const cli = join(TOOLKIT, "experiment/cli.ts");
  const words = ["--import", "tsx", cli, "quick", "--store", store.folder];
  for (const [option, given] of [
    [["--detach"], "no --on"],
    [["--cpus", "4", "--on", "local"], "--on local"],
    [["--sbatch", "--nice"], "no --on"],
  ] as const) {
    const refused = promisify(execFile)(process.execPath, [...words, ...option]);
    await assert.rejects(refused, (error: { stderr?: string; code?: number }) => {
      assert.equal(error.stderr, `npm run study requires --on slurm for ${option[0]}, got ${given}\n`);
      return error.code === 2;
    });
  }
});
