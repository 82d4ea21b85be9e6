/** @file Two stages: what a policy writes for its training problems, and what the steps of some of it are worth. */
import { join } from "node:path";
import {
  countVerdicts,
  type ProblemRollouts,
  recordBatches,
  type Solution,
  sampleRollouts,
  selectNegatives,
  selectPositives,
  type ValuedSolution,
  valueSteps,
} from "../../rollout/index.ts";
import type { Problem } from "../../tasks/index.ts";
import type { Job } from "../job.ts";
import type { Json } from "../stage.ts";
import { solverOf } from "./greedy.ts";
import { ROLLOUTS, readRollouts, VALUES } from "./job-files.ts";
import { type Learner, problemsOf } from "./learner.ts";
import type { RolloutSettings } from "./methods.ts";
import type { LearnedPolicy } from "./policy-file.ts";

const PROBLEMS_AT_ONCE = 500;
const SOLUTIONS_AT_ONCE = 500;

/** Samples completions; a killed try is gone on with. @returns counts of verdicts, and of problems with right and wrong ones */
export async function rolloutStage(job: Job, { task, stream }: Learner, policy: LearnedPolicy): Promise<Json> {
  const { size, samples } = job.config as unknown as { size: number; samples: number };
  const write = solverOf(task, policy, 1);
  const records = await recordBatches<Problem, ProblemRollouts>({
    path: join(job.folder, ROLLOUTS),
    items: problemsOf(task, "train", size),
    batchSize: PROBLEMS_AT_ONCE,
    work: (problems, batch) => sampleRollouts(task, problems, write, { samples, stream: stream.split(batch) }),
  });
  const mixed = records.filter((record) => {
    const { right, wrong } = countVerdicts([record]);
    return right > 0 && wrong > 0;
  });
  return { ...countVerdicts(records), mixedProblems: mixed.length, problems: records.length };
}

/** Values the steps of wrong and right samples. @returns how many of each */
export async function valueStage(job: Job, { task, stream }: Learner, policy: LearnedPolicy): Promise<Json> {
  const settings = job.config as unknown as Omit<RolloutSettings, "samples">;
  const rollouts = await readRollouts(job);
  const options = { stream: stream.split("select") };
  const wrong = selectNegatives(rollouts, { ...options, atMost: settings.negatives }).kept;
  const right =
    settings.positives === 0
      ? []
      : selectPositives(task, rollouts, { ...options, verifier: "answer", atMost: settings.positives }).kept;
  const write = solverOf(task, policy, 1);
  const records = await recordBatches<Solution, ValuedSolution>({
    path: join(job.folder, VALUES),
    items: [...wrong, ...right],
    batchSize: SOLUTIONS_AT_ONCE,
    work: (solutions, batch) =>
      valueSteps(task, solutions, write, { samples: settings.valueSamples, stream: stream.split(batch) }),
  });
  return { wrong: wrong.length, right: right.length, solutions: records.length };
}
