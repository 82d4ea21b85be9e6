/** @file The stages of a study as the work of a worker: each reads what others left and leaves a policy, or records. */
import { join } from "node:path";
import { type Engine, openEngine } from "../../engine/index.ts";
import { initialiseParameters } from "../../model/index.ts";
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
import { sft } from "../../train/index.ts";
import type { Json } from "../stage.ts";
import type { Job, Work } from "../worker-pool.ts";
import { evaluatePolicy } from "./evaluate-policy.ts";
import { type FittedPolicy, fitPolicy } from "./fit-policy.ts";
import { solverOf } from "./greedy.ts";
import { needed, ROLLOUTS, readRollouts, VALUES } from "./job-files.ts";
import { baseTask, createLearner, knownExamples, type Learner, type LearnerSettings, problemsOf } from "./learner.ts";
import { type LearnedPolicy, loadPolicy, savePolicy } from "./policy-file.ts";
import { prefer } from "./prefer.ts";
import type { StudyConfig, TrainedSettings } from "./study-config.ts";
import { supervisedExamples } from "./supervised-examples.ts";

/** By the names that planStudy gives its stages. */
export const STUDY_WORKS: Readonly<Record<string, Work>> = {
  base: async (job, threads) => {
    const settings = job.config as unknown as LearnerSettings & StudyConfig["base"];
    const learner = createLearner(settings, "base");
    const task = baseTask(settings, settings.lengths);
    const examples = knownExamples(task, settings.knownOperators, settings.updates * settings.batchSize);
    const fitted = await fitPolicy({
      engine: await engineOf(threads),
      learner: { ...learner, task },
      parameters: initialiseParameters(learner.config, learner.stream.split("initial")),
      objective: sft(),
      examples,
      updates: settings.updates,
      budget: settings,
      validationProblems: settings.validationProblems,
    });
    await savePolicy(job.folder, learner.config, fitted.parameters);
    return historyOf(fitted);
  },

  supervise: async (job, threads) => {
    const settings = job.config as unknown as TrainedSettings & { kept?: number };
    const learner = createLearner(settings, `supervise ${settings.method}`);
    const { examples, selected } = await supervisedExamples(learner, settings, (name) => needed(job, name).folder);
    const fitted = await fitPolicy({
      engine: await engineOf(threads),
      learner,
      parameters: await loadPolicy(needed(job, "base").folder, learner.config),
      objective: sft(),
      examples,
      updates: settings.updates,
      budget: settings,
      validationProblems: settings.validationProblems,
    });
    return finish(job, threads, learner, fitted, settings, {
      examples: examples.length,
      kept: settings.kept ?? null,
      selected,
    });
  },

  rollouts: async (job, threads) => {
    const settings = job.config as unknown as LearnerSettings & { size: number; samples: number };
    const learner = createLearner(settings, "rollouts");
    const { task } = learner;
    const write = solverOf(task, await policyOf(job, "policy", learner, threads), 1);
    const records = await recordBatches<ReturnType<typeof problemsOf>[number], ProblemRollouts>({
      path: join(job.folder, ROLLOUTS),
      items: problemsOf(task, "train", settings.size),
      batchSize: PROBLEMS_AT_ONCE,
      work: (problems, batch) =>
        sampleRollouts(task, problems, write, { samples: settings.samples, stream: learner.stream.split(batch) }),
    });
    const counts = countVerdicts(records);
    const mixed = records.filter((record) => {
      const { right, wrong } = countVerdicts([record]);
      return right > 0 && wrong > 0;
    });
    return { ...counts, mixedProblems: mixed.length, problems: records.length };
  },

  values: async (job, threads) => {
    const settings = job.config as unknown as LearnerSettings & Omit<StudyConfig["rollouts"], "samples">;
    const learner = createLearner(settings, "values");
    const { task, stream } = learner;
    const rollouts = await readRollouts(needed(job, "rollouts").folder);
    const options = { stream: stream.split("select") };
    const wrong = selectNegatives(rollouts, { ...options, atMost: settings.negatives }).kept;
    const right =
      settings.positives === 0
        ? []
        : selectPositives(task, rollouts, { ...options, verifier: "answer", atMost: settings.positives }).kept;
    const write = solverOf(task, await policyOf(job, "policy", learner, threads), 1);
    const records = await recordBatches<Solution, ValuedSolution>({
      path: join(job.folder, VALUES),
      items: [...wrong, ...right],
      batchSize: SOLUTIONS_AT_ONCE,
      work: (solutions, batch) =>
        valueSteps(task, solutions, write, { samples: settings.valueSamples, stream: stream.split(batch) }),
    });
    return { wrong: wrong.length, right: right.length, solutions: records.length };
  },

  prefer: async (job, threads) => {
    const settings = job.config as unknown as TrainedSettings & Omit<StudyConfig["preference"], "updatesShare">;
    const learner = createLearner(settings, `prefer ${settings.method}`);
    const policy = await policyOf(job, "policy", learner, threads);
    const folders = {
      rollouts: needed(job, "rollouts").folder,
      values: job.needs.find(({ name }) => name === "values")?.folder,
    };
    const { fitted, selected, pairs } = await prefer(learner, policy, settings, folders);
    return finish(job, threads, learner, fitted, settings, { pairs, selected });
  },
};

const PROBLEMS_AT_ONCE = 500;
const SOLUTIONS_AT_ONCE = 500;

let engine: Promise<Engine> | undefined;

/** One engine a worker: the graphs that it compiled serve every job. */
function engineOf(threads: number): Promise<Engine> {
  engine ??= openEngine({ threads });
  return engine;
}

async function policyOf(job: Job, need: string, { config }: Learner, threads: number): Promise<LearnedPolicy> {
  return { engine: await engineOf(threads), config, parameters: await loadPolicy(needed(job, need).folder, config) };
}

/** Keeps the policy, and measures it on the test problems. */
async function finish(
  job: Job,
  threads: number,
  { config }: Learner,
  fitted: FittedPolicy,
  settings: TrainedSettings,
  data: Readonly<Record<string, Json>>,
): Promise<Json> {
  await savePolicy(job.folder, config, fitted.parameters);
  const policy = { engine: await engineOf(threads), config, parameters: fitted.parameters };
  const measures = (await evaluatePolicy(settings.task, policy, settings)) as object as {
    readonly [name: string]: Json;
  };
  const { method, size, seed } = settings;
  return { method, size, seed, ...measures, ...data, ...historyOf(fitted) };
}

function historyOf({ bestUpdate, checks, last }: FittedPolicy): { readonly [name: string]: Json } {
  return { bestUpdate, checks: checks.map(({ update, accuracy }) => [update, accuracy]), last };
}
