/** @file What each supervised method trains on: the teacher's solutions, and what the policy adds to them. */
import { advantageFiltered, selectPositives } from "../../rollout/index.ts";
import { rejectionFineTuningExamples, type SftExample } from "../../train/index.ts";
import type { Job } from "../job.ts";
import type { Json } from "../stage.ts";
import { readRollouts, readValues } from "./job-files.ts";
import { type Learner, problemsOf, taught } from "./learner.ts";
import type { Method } from "./methods.ts";

/**
 * @param job needs the rollouts, or the values, of the policy
 * @returns the examples, and what was kept and left out of the policy's own
 */
export async function supervisedExamples(
  job: Job,
  { task, stream }: Learner,
  { method, size, kept = 1 }: { readonly method: Method; readonly size: number; readonly kept?: number },
): Promise<{ examples: SftExample[]; selected: Json }> {
  const examples = problemsOf(task, "train", size).map((problem) => taught(task, problem));
  if (method === "sft" || method === "sft-early") return { examples, selected: null };
  if (method === "advantage-filtered") {
    const selection = advantageFiltered(await readValues(job));
    return {
      examples: [...examples, ...selection.kept],
      selected: { kept: selection.kept.length, ...selection.skipped },
    };
  }
  const selection = selectPositives(task, await readRollouts(job), {
    verifier: method === "rft-process" ? "process" : "answer",
    atMost: kept,
    stream: stream.split("select"),
  });
  const own = selection.kept.map(({ split, index, id, completion }) => {
    return { id, prompt: task.prompt(task.problem(split, index)), completion };
  });
  if (method === "rft-no-teacher") {
    if (own.length === 0)
      throw new Error("no right sample to train on (hint: a base learner that solves some problems)");
    return { examples: own, selected: { kept: own.length, ...selection.skipped } };
  }
  return { examples: rejectionFineTuningExamples(examples, own), selected: { kept: own.length, ...selection.skipped } };
}
