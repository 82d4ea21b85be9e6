/** @file The faults of a cluster, each on a real slurmctld: faults.ts SCRATCH CLUSTER APART [WORDS]. After each, every stage stands once, bit by bit as on one machine. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { notebookSweep, watchStudy } from "@eightfold/toolkit/experiment";
import { ctrlC } from "./ctrl-c.ts";
import { refusals } from "./refusals.ts";
import { sameBits } from "./same-bits.ts";
import { sameNotebooks } from "./same-notebooks.ts";
import { allDone, errorOf, type Fault, type Scenario, scenarioIn, shell, statusOf, until } from "./scenario.ts";

const [root = "", cluster = "", apart = "", ...words] = process.argv.slice(2);
process.umask(0); // two users share the folders
/** slurmctld writes what it has been told at most five seconds later; what it had not written, a killed one has forgotten. */
const SAVED_MS = 7000;

const CLUSTER_SCRIPT = join(import.meta.dirname, "cluster.sh");

/** The node and the number of the job that a stage's latest try runs as. */
function placeOf(own: Scenario, stage: string): { node: string; job: string } {
  const environment = readFileSync(`/proc/${own.tries(stage).at(-1)}/environ`, "utf8").split("\0");
  const value = (name: string): string =>
    environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
  return { node: value("SLURMD_NODENAME").slice(1), job: value("SLURM_ARRAY_JOB_ID") };
}

/** Another user, who can read this repository; else the same one, which is said. */
function secondUser(): { user?: number } {
  const user = 65534;
  try {
    execFileSync(process.execPath, ["--import", "tsx", "-e", "0"], { uid: user, gid: user, stdio: "ignore" });
    return { user };
  } catch {
    console.log(`user ${user} cannot read ${process.cwd()}: two processes of one user submit at once`);
    return {};
  }
}

/** Those that end a daemon of the cluster, which all others would feel, come last and one at a time. */
const FAULTS: readonly Fault[] = [
  [
    "a stage beyond its time limit is told with a hint, its dependants are blocked, and the same command with more time does them",
    async (own) => {
      const scenario = own("time-out");
      scenario.provoke("base-1", "wait");
      const states = await scenario.submit({ time: "1" }).states;
      assert.match(errorOf(states, "base-1"), /^job \d+_0 TIMEOUT on n\d \(hint: a longer --time.*; log \/.*0_0\.log$/);
      assert.deepEqual([statusOf(states, "policy-1-1"), statusOf(states, "policy-2-1")], ["blocked", "done"]);
      scenario.calm("base-1", "wait");
      allDone(await scenario.submit({ time: "5" }).states);
      await scenario.isWhole();
    },
  ],
  ["a study without faults has the files of one machine, bit by bit", async (own) => sameBits(own("same-bits").folder)],
  [
    "notebooks as jobs leave what they leave here, in one report",
    async (own) => sameNotebooks(own("notebooks").folder),
  ],
  ["ctrl-c asks: the jobs are left, or cancelled", async (own) => ctrlC(own("ctrl-c").folder)],
  [
    "a stage whose process is killed is tried again in its job, and goes on where it was",
    async (own) => {
      const scenario = own("killed");
      scenario.provoke("base-1", "wait");
      const login = scenario.submit();
      await until("base-1 runs", () => scenario.tries("base-1").length === 1);
      process.kill(scenario.tries("base-1")[0] as number, "SIGKILL");
      scenario.calm("base-1", "wait");
      allDone(await login.states);
      assert.equal(scenario.tries("base-1").length, 2);
      await scenario.isWhole();
    },
  ],
  [
    "a stage of a node that is lost is done by another one",
    async (own) => {
      const scenario = own("node-lost");
      scenario.provoke("base-1", "wait");
      const login = scenario.submit();
      await until("base-1 runs", () => scenario.tries("base-1").length === 1);
      const { node } = placeOf(scenario, "base-1");
      shell(CLUSTER_SCRIPT, "kill-node", cluster, node);
      scenario.calm("base-1", "wait");
      allDone(await login.states);
      assert.equal(scenario.tries("base-1").length, 2);
      shell(CLUSTER_SCRIPT, "start-node", cluster, node);
      await scenario.isWhole();
    },
  ],
  [
    "slurmctld is killed and comes back: the watcher says so, and misses nothing",
    async (own) => {
      const scenario = own("controller");
      scenario.provoke("base-2", "wait");
      const login = scenario.submit();
      await until("base-2 runs", () => scenario.tries("base-2").length === 1);
      await setTimeout(SAVED_MS);
      shell(CLUSTER_SCRIPT, "kill-controller", cluster);
      scenario.calm("base-2", "wait");
      await until("the watcher misses Slurm", () => login.told().includes("the jobs go on, it is asked again"));
      shell(CLUSTER_SCRIPT, "start-controller", cluster);
      allDone(await login.states);
      assert.match(login.told(), /Slurm answers again/);
      await scenario.isWhole();
    },
  ],
  [
    "a stage that needs more memory than it was given is told as such, and done with more",
    async (own) => {
      const scenario = own("memory", { seeds: [1], methods: [1] });
      scenario.provoke("base-1", "memory");
      const states = await scenario.submit({ mem: "500M" }).states;
      assert.match(errorOf(states, "base-1"), /^job \d+_0 OUT_OF_MEMORY on n\d \(hint: a larger --mem\); log/);
      assert.equal(statusOf(states, "policy-1-1"), "blocked");
      scenario.calm("base-1", "memory");
      allDone(await scenario.submit({ mem: "800M" }).states);
      await scenario.isWhole();
    },
  ],
  [
    "half of an array is cancelled: the other half and what needs it go on, and the same command does the rest",
    async (own) => {
      const scenario = own("scancel");
      scenario.provoke("base-1", "wait");
      scenario.provoke("base-2", "wait");
      const login = scenario.submit();
      await until("both bases run", () => scenario.tries("base-1").length + scenario.tries("base-2").length === 2);
      shell("scancel", `${placeOf(scenario, "base-1").job}_0`);
      scenario.calm("base-2", "wait");
      scenario.calm("base-1", "wait");
      const states = await login.states;
      assert.match(errorOf(states, "base-1"), /CANCELLED on n\d/);
      assert.deepEqual([statusOf(states, "policy-1-2"), statusOf(states, "policy-2-2")], ["blocked", "done"]);
      allDone(await scenario.submit().states);
      await scenario.isWhole();
    },
  ],
  [
    "on a full disk stages fail and say why; with room again the same command does what is left",
    async (own) => {
      const scenario = own("disk", { fills: 400_000 });
      shell("mount", "-t", "tmpfs", "-o", "size=1700k,mode=777", "none", scenario.store);
      try {
        const states = await scenario.submit().states;
        const failed = states.filter(([, status]) => status === "failed");
        assert.ok(failed.length > 0, JSON.stringify(states));
        assert.ok(
          failed.some(([, , error]) => /ENOSPC/.test(error)),
          JSON.stringify(failed),
        );
        assert.ok(
          states.some(([, status]) => status === "done"),
          "what had room is done",
        );
        shell("mount", "-o", "remount,size=100M", scenario.store);
        allDone(await scenario.submit().states);
        await scenario.isWhole();
      } finally {
        shell("umount", "--lazy", scenario.store);
      }
    },
  ],
  [
    "a stage that always fails is tried twice and told with its log, its dependants are blocked, and the rest goes on",
    async (own) => {
      const scenario = own("fails");
      scenario.provoke("base-2", "fail");
      const states = await scenario.submit().states;
      assert.match(errorOf(states, "base-2"), /FAILED.*; RangeError: it fails always; log \/.*0_1\.log$/);
      const log = /log (.*)$/.exec(errorOf(states, "base-2"))?.[1] ?? "";
      assert.match(readFileSync(log, "utf8"), /RangeError: it fails always\n {4}at /);
      assert.equal(scenario.tries("base-2").length, 2);
      assert.deepEqual([statusOf(states, "policy-2-1"), statusOf(states, "policy-1-1")], ["blocked", "done"]);
      const { stdout } = await scenario.study("status").output;
      assert.match(stdout, /\n {3}1 {4}2\n1 {2}1\/1 {2}0\/1 1!\n/);
      assert.match(stdout, /learn [0-9a-f]{16}: 2 tries failed, given up: job \d+_1 FAILED/);
      assert.match((await scenario.study("logs").output).stdout, /RangeError: it fails always/);
      scenario.calm("base-2", "fail");
      allDone(await scenario.submit().states);
      await scenario.isWhole();
    },
  ],
  [
    "two users submit the same study at once: one submission, and both get all records",
    async (own) => {
      const scenario = own("two-users");
      const second = join(scenario.folder, "second.jsonl");
      const [one, two] = [scenario.submit(), scenario.submit({}, { results: second, ...secondUser() })];
      for (const login of [one, two]) allDone(await login.states);
      const told = `${one.told()}${two.told()}`;
      assert.match(told, /6 stages submitted/);
      assert.match(told, /0 stages submitted/);
      assert.equal(["base-1", "base-2"].flatMap((stage) => scenario.tries(stage)).length, 2);
      await scenario.isWhole();
      await scenario.isWhole(second);
    },
  ],
  [
    "a login node dies while it watches: another one, and a notebook, watch on to the end",
    async (own) => {
      const scenario = own("login-dies");
      scenario.provoke("base-1", "wait");
      const login = scenario.submit();
      await until("base-1 runs", () => scenario.tries("base-1").length === 1);
      login.process.kill("SIGKILL");
      const watching = scenario.study("watch");
      let shown = "";
      const update = (value: unknown): void => {
        shown =
          (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]?.()["text/plain"] ??
          "";
      };
      const onChange = notebookSweep((value) => {
        update(value);
        return { update };
      });
      const notebook = watchStudy({ store: scenario.store, onChange });
      scenario.calm("base-1", "wait");
      const { stdout, code } = await watching.output;
      assert.match(stdout, /results\.jsonl: 4 of 4 policies/);
      assert.equal(code, 0);
      assert.equal((await notebook).finished, 4);
      assert.match(shown, /6\/6 stages, 0 running, 0 s left/);
      await scenario.isWhole();
    },
  ],
  [
    "cancel ends what waits and runs, from another process",
    async (own) => {
      const scenario = own("cancel", { seeds: [1], methods: [1] });
      scenario.provoke("base-1", "wait");
      const login = scenario.submit();
      await until("base-1 runs", () => scenario.tries("base-1").length === 1);
      assert.match((await scenario.study("cancel", "cancel").output).stdout, /: 2 stages cancelled/);
      assert.match(errorOf(await login.states, "base-1"), /CANCELLED/);
    },
  ],
  ...refusals(apart),
];

const chosen = FAULTS.filter(([claim]) => words.length === 0 || words.some((word) => claim.includes(word)));
const alone = chosen.filter(([claim]) => /node that is lost|slurmctld is killed/.test(claim));
let failed = 0;

async function tryAll(faults: Fault[]): Promise<void> {
  for (let next = faults.shift(); next !== undefined; next = faults.shift()) {
    const [claim, run] = next;
    const started = performance.now();
    let verdict = "passed";
    await run((name, settings) => scenarioIn(root, name, settings)).catch((error: Error) => {
      verdict = "FAILED";
      failed++;
      console.log(error.stack);
    });
    console.log(`${verdict} in ${((performance.now() - started) / 1000).toFixed(1)} s: ${claim}`);
  }
}

/** So many at a time: each has a few jobs, and the nodes six places. */
const AT_ONCE = 4;
const together = chosen.filter((fault) => !alone.includes(fault));
await Promise.all(Array.from({ length: AT_ONCE }, () => tryAll(together)));
await tryAll([...alone]);
console.log(`${chosen.length - failed} passed, ${failed} failed`);
if (failed === 0) rmSync(root, { recursive: true, force: true });
process.exitCode = failed === 0 ? 0 : 1;
