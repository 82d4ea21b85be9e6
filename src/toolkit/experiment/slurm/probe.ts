/** @file The first job of a plan in a partition: does a node see the store's folder, and this Node? What it cannot see no stage could. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { secondsNow } from "../../core/clock.ts";
import { ClusterError } from "./cluster-error.ts";
import { quoted } from "./script.ts";
import { isLive, sbatch, squeue } from "./slurm-commands.ts";
import { type SlurmOptions, sbatchOptions } from "./slurm-options.ts";
import type { SubmittedPlan } from "./submitted-plan.ts";

/** A probe on its way: stages depend on its job. */
export interface Probe {
  readonly job: string;
  readonly name: string;
  readonly answer: string;
}

/**
 * Submits the probe, unless one has answered for this store, partition and Node already.
 *
 * @throws ClusterError in Slurm's words, for what it refuses: the partition, the account, a limit
 */
export async function sendProbe(
  { store, id }: SubmittedPlan,
  folder: string,
  options: SlurmOptions,
): Promise<Probe | undefined> {
  const what = JSON.stringify([options.partition, options.sbatch, process.execPath]);
  const place = join(folder, "..", "..", `.probe-${createHash("sha256").update(what).digest("hex").slice(0, 8)}`);
  const answer = join(place, "answer");
  await mkdir(place, { recursive: true });
  if ((await readAnswer(answer)) !== undefined) return undefined;
  await writeFile(join(place, "question"), `${store.folder}\n`);
  const name = `${id}.probe`;
  const job = await sbatch(
    `#!/bin/bash
test -r ${quoted(join(place, "question"))} || exit 11
version=$(${quoted(process.execPath)} --version 2>&1) || version="no Node: $version"
echo "$(hostname): $version" >${quoted(answer)}
`,
    [`--job-name=${name}`, "--output=/dev/null", ...sbatchOptions({ ...options, gpus: 0 })],
  );
  return { job, name, answer };
}

/**
 * Waits for the answer, as long as it can be expected soon.
 *
 * @param seconds that a probe may wait in the queue; the stages wait behind it all the same
 * @returns whether it came
 * @throws ClusterError when a node does not see the folder, or has no such Node
 */
export async function awaitProbe({ job, name, answer }: Probe, store: string, seconds: number): Promise<boolean> {
  const end = secondsNow() + seconds;
  for (let over = 0; ; ) {
    const told = await readAnswer(answer);
    if (told !== undefined) {
      if (told.includes("no Node")) {
        const hint = "install Node where all nodes see it, such as in your home folder";
        throw new ClusterError("not shared", `a node cannot run ${process.execPath}: ${told} (hint: ${hint})`);
      }
      return true;
    }
    const task = (await squeue([name])).findLast((one) => one.job === job);
    if (task === undefined || !isLive(task)) over++;
    if (over > ANSWERS_AFTER) {
      const where = task === undefined || task.node === "" ? "a node" : `node ${task.node}`;
      const hint = "put --store on a file system that all nodes mount; df tells which one a folder is on";
      throw new ClusterError("not shared", `${where} of the cluster does not see ${store} (hint: ${hint})`);
    }
    if (over === 0 && secondsNow() > end) return false;
    await setTimeout(POLL);
  }
}

const POLL = 300; // ms
const ANSWERS_AFTER = 10; // polls from the end of the job until what it wrote is seen here

async function readAnswer(path: string): Promise<string | undefined> {
  await readdir(join(path, "..")); // opened anew, a network's folder shows what others have made
  const text = await readFile(path, "utf8").catch(() => "");
  return text.endsWith("\n") ? text.trim() : undefined;
}
