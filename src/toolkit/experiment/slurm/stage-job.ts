/** @file A stage of a plan in a process of its own, wherever a scheduler starts it: stage-job PLAN STORE KEY.
 *
 * For KEY may stand the path of a file of keys, of which SLURM_ARRAY_TASK_ID says the line. Exit code 0: the stage's record stands.
 */
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { allottedThreads } from "../../core/allotted-threads.ts";
import { secondsNow } from "../../core/clock.ts";
import { codeVersion } from "../code-version.ts";
import { doJob, type JobNeed } from "../job.ts";
import { readPlannedStage, type StageLine } from "../plan-file.ts";
import { openStageStore, type StageStore } from "../stage-store.ts";
import { TOOLKIT } from "../study-plan.ts";
import { STAGE_EXIT } from "./script.ts";

const [planPath = "", storeFolder = "", keyOrKeys = ""] = process.argv.slice(2);
const environment = process.env;
const { SLURM_ARRAY_JOB_ID: array, SLURM_ARRAY_TASK_ID: task, SLURM_RESTART_COUNT: restarts } = environment;
const where = {
  host: environment.SLURMD_NODENAME ?? hostname(),
  ...(array !== undefined && { job: `${array}_${task}` }),
};

/** Seconds that a finished need may take to be seen here: opened folders are asked for anew, so that caches hold it back no longer. */
const PATIENCE = 15;

process.exit(await main());

/** @returns the exit code */
async function main(): Promise<number> {
  if (keyOrKeys === "") {
    console.error("stage-job requires PLAN STORE KEY: a scheduler's script gives them");
    return STAGE_EXIT.otherCode;
  }
  const store = await openStageStore(storeFolder);
  const { shared, stage } = await readPlannedStage(planPath, await keyOf(keyOrKeys));
  const tell = (line: string): void => console.log(`${stage.work} ${stage.key}: ${line}`);
  if ((await store.record(stage.key)) !== undefined) {
    tell("done already");
    return STAGE_EXIT.done;
  }
  const refuse = async (reason: string, code: number): Promise<number> => {
    tell(reason);
    await (await store.attempt(stage.key)).fail({ reason, ...where });
    return code;
  };
  const version = codeVersion(TOOLKIT);
  if (version !== shared.codeVersion) {
    const reason = `the code is ${version} now and was ${shared.codeVersion} when the plan was submitted: nothing is done`;
    return refuse(`${reason} (hint: submit it again, or bring that code back)`, STAGE_EXIT.otherCode);
  }
  const found = await needsOf(stage, store);
  if (!found.ok) return refuse(found.reason, STAGE_EXIT.blocked);
  return tryStage(store, stage, found.needs, shared, tell);
}

async function tryStage(
  store: StageStore,
  { key, work, config }: StageLine,
  needs: readonly JobNeed[],
  { works, versions }: { readonly works: string; readonly versions: Readonly<Record<string, string>> },
  tell: (line: string) => void,
): Promise<number> {
  const threads = allottedThreads();
  const restarted = restarts === undefined ? "" : `, after ${restarts} restarts`;
  tell(`starts on ${where.host} with ${threads} ${threads === 1 ? "thread" : "threads"}${restarted}`);
  const started = secondsNow();
  const attempt = await store.attempt(key);
  const outcome = await doJob(works, { work, config, folder: attempt.folder, needs }, threads);
  if (!outcome.ok) {
    if ((await store.record(key)) !== undefined) {
      tell("another try was first"); // and has cleared this one's folder away
      return STAGE_EXIT.done;
    }
    tell(outcome.reason);
    await attempt.fail({ reason: outcome.reason, ...where });
    return STAGE_EXIT.failed;
  }
  const { result, machine } = outcome;
  const seconds = secondsNow() - started;
  const stands = await attempt.publish({ key, work, config, result, seconds, versions, ...(machine && { machine }) });
  tell(stands.seconds === seconds ? `done in ${seconds.toFixed(1)} s` : "another try was first");
  if (stands.unlikeSiblings !== undefined) tell(`unlike its siblings: ${stands.unlikeSiblings}`);
  return STAGE_EXIT.done;
}

async function keyOf(word: string): Promise<string> {
  if (/^[0-9a-f]{16}$/.test(word)) return word;
  const key = (await readFile(word, "utf8")).split("\n")[Number(task)];
  if (key === undefined || key === "") throw new Error(`${word} has no line for task ${task}`);
  return key;
}

/** Slurm starts a stage when those before it are over: one that has no record has failed, or is not seen on this host yet. */
async function needsOf(
  { needs }: StageLine,
  store: StageStore,
): Promise<{ ok: true; needs: JobNeed[] } | { ok: false; reason: string }> {
  const end = secondsNow() + PATIENCE;
  const found: JobNeed[] = [];
  for (const [name, key] of Object.entries(needs)) {
    let record = await store.record(key);
    while (record === undefined) {
      if ((await store.failures(key)).length > 0 || secondsNow() > end) {
        return { ok: false, reason: `not tried: it needs ${name}, stage ${key}, which is not done` };
      }
      await setTimeout(300);
      await store.keys();
      record = await store.record(key);
    }
    found.push({ name, folder: store.folderOf(key), result: record.result });
  }
  return { ok: true, needs: found };
}
