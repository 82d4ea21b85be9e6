/** @file A stage in a process of its own, as any scheduler starts it: done once, refused for other code, blocked by what failed. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { allottedThreads } from "../../../../src/toolkit/core/allotted-threads.ts";
import { codeVersion } from "../../../../src/toolkit/experiment/code-version.ts";
import { planForOthers, type StageForOthers } from "../../../../src/toolkit/experiment/slurm/plan-for-others.ts";
import { quoted } from "../../../../src/toolkit/experiment/slurm/script.ts";
import { submitStudy } from "../../../../src/toolkit/experiment/slurm/slurm-executor.ts";
import { placePlan } from "../../../../src/toolkit/experiment/slurm/submitted-plan.ts";
import { plan } from "../../../../src/toolkit/experiment/stage.ts";
import { TOOLKIT } from "../../../../src/toolkit/experiment/study-plan.ts";
import { fakeSlurm } from "./fake-slurm.ts";
import { add, planFor, scratchStore } from "./sums.ts";

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

test("another scheduler does the plan by the commands of its file alone, in any order that its needs allow", async (t) => {
  const store = await scratchStore(t);
  const version = codeVersion(TOOLKIT);
  const root = add(100, { base: add(1) });
  const made = { ...planFor(store), stages: plan([root], version) };
  const { stages } = JSON.parse(planForOthers(await placePlan(made, store))) as { stages: StageForOthers[] };
  for (const { needs, output, command } of stages) {
    for (const need of needs) assert.ok(stages.find(({ key }) => key === need && existsSync(stages[0]?.output ?? "")));
    execFileSync("sh", ["-c", command], { cwd: "/", stdio: "ignore" });
    assert.ok(existsSync(output), output);
  }
  assert.equal((await store.record(stages.at(-1)?.key ?? ""))?.result, 101);
});

test("threads are those that Slurm gave, and any path is one word of a script", () => {
  assert.equal(allottedThreads({ SLURM_CPUS_PER_TASK: "4", SLURM_CPUS_ON_NODE: "8" }), 4);
  assert.equal(allottedThreads({ SLURM_CPUS_ON_NODE: "8" }), 8);
  assert.equal(allottedThreads({ EIGHTFOLD_THREADS: "2", SLURM_CPUS_PER_TASK: "4" }), 2);
  assert.ok(allottedThreads({}) >= 1);
  for (const word of ["/a b/c", "it's", "$HOME;ls", "plain-1.0"]) {
    assert.equal(execFileSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" }), word);
  }
});
