/** @file What a cluster or a job refuses: each is named, and nothing stays submitted. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { errorOf, type Fault, type Scenario, scenarioIn, shell, until } from "./scenario.ts";

/** @param apart a folder that the node of the partition "apart" does not see */
export const refusals = (apart: string): Fault[] => [
  [
    "an unknown partition, a store that no node sees, another engine, a machine without Slurm: refused, and nothing stays submitted",
    async (own) => {
      const scenario = own("refused", { seeds: [1], methods: [1] });
      const kindOf = async (...given: Parameters<Scenario["submit"]>): Promise<{ kind: string; message: string }> =>
        JSON.parse((await scenario.submit(...given).output).stdout);
      const partition = await kindOf({ partition: "nowhere" });
      assert.deepEqual(
        [partition.kind, /nvalid partition/.test(partition.message)],
        ["refused", true],
        partition.message,
      );
      assert.equal((await kindOf({}, { path: "/nonexistent" })).kind, "no Slurm");
      const hidden = scenarioIn(apart, "hidden", { seeds: [1], methods: [1] });
      const unseen = JSON.parse((await hidden.submit({ partition: "apart" }).output).stdout);
      assert.equal(unseen.kind, "not shared", unseen.message);
      assert.match(
        unseen.message,
        /of the cluster does not see .*hidden\/stages \(hint: put --store on a file system that all nodes/,
      );
      const queue = shell("squeue", "--noheader", "--format=%j").split("\n");
      assert.deepEqual(
        queue.filter((name) => /^(refused|hidden)-/.test(name)),
        [],
      );
    },
  ],
  [
    "jobs of a plan whose code has changed since refuse to run, and name both versions",
    async (own) => {
      const scenario = own("other-code", { seeds: [1], methods: [1] });
      scenario.provoke("base-1", "wait");
      const login = scenario.submit({ sbatch: ["--begin=now+8"] });
      const folder = join(scenario.store, ".slurm");
      const planIn = (): string[] => readdirSync(folder).filter((name) => name.startsWith("other-code-"));
      await until("it is submitted", () => login.told().includes("stages submitted"));
      const path = join(folder, planIn()[0] as string, "plan.jsonl");
      shell("sed", "-i", 's/"codeVersion":"[0-9a-f]*"/"codeVersion":"0ld0ld0ld0ld"/', path);
      const states = await login.states;
      assert.match(
        errorOf(states, "base-1"),
        /the code is [0-9a-f]{12} now and was 0ld0ld0ld0ld when the plan was submitted: nothing is done/,
      );
      assert.equal(scenario.tries("base-1").length, 0);
    },
  ],
];
