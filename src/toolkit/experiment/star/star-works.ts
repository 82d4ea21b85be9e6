/** @file The stages of the star graph's study as the work of a worker. */
import { initialiseParameters } from "../../model/index.ts";
import type { StarGraph } from "../../tasks/index.ts";
import type { Job, Works } from "../job.ts";
import type { FittedPolicy } from "../methods/fit-policy.ts";
import { historyOf, keepPolicy, policyOf } from "../methods/job-policy.ts";
import { type Learner, problemsOf, taught } from "../methods/learner.ts";
import type { Method } from "../methods/methods.ts";
import { type PreferSettings, preferIfAny } from "../methods/prefer.ts";
import { rolloutStage, valueStage } from "../methods/rollout-stages.ts";
import { supervisedExamples } from "../methods/supervised-examples.ts";
import { fitBase, fitFromBase, type SupervisedSettings } from "../methods/supervised-fit.ts";
import type { Json } from "../stage.ts";
import { evaluatePaths } from "./evaluate-paths.ts";
import type { StarConfig } from "./star-config.ts";
import { baseGraphs, createStarLearner, type StarSettings } from "./star-learner.ts";

interface Supervised extends StarSettings, SupervisedSettings {
  readonly method: Method | "reversed";
  readonly kept: number;
}

/** By the names that planStarStudy gives its stages. */
export const works: Works = {
  "star-base": async (job, threads) => {
    const settings = job.config as unknown as StarSettings & StarConfig["base"];
    const learner = createStarLearner(settings, "base");
    const task = baseGraphs(settings);
    const parameters = initialiseParameters(learner.config, learner.stream.split("initial"), settings);
    const examples = problemsOf(task, "train", settings.problems).map((problem) => taught(task, problem));
    return fitBase(job, threads, { ...learner, task }, settings, parameters, examples);
  },

  "star-supervise": async (job, threads) => {
    const settings = job.config as unknown as Supervised;
    const { method } = settings;
    const learner = createStarLearner(settings, `supervise ${method}`, method === "reversed" ? "reversed" : "forward");
    const { examples, selected } = await supervisedExamples(job, learner, {
      ...settings,
      method: method === "reversed" ? "sft" : method,
    });
    const keep = method === "sft" ? "last" : "best"; // the SFT policies are what so many updates make of a learner
    const fitted = await fitFromBase(job, threads, learner, settings, examples, keep);
    return finish(job, threads, learner, fitted, { examples: examples.length, selected });
  },

  "star-rollouts": async (job, threads) => {
    const learner = createStarLearner(job.config as unknown as StarSettings, "rollouts");
    return rolloutStage(job, learner, await policyOf(job, threads, learner));
  },

  "star-values": async (job, threads) => {
    const learner = createStarLearner(job.config as unknown as StarSettings, "values");
    return valueStage(job, learner, await policyOf(job, threads, learner));
  },

  "star-prefer": async (job, threads) => {
    const settings = job.config as unknown as StarSettings & PreferSettings;
    const learner = createStarLearner(settings, `prefer ${settings.method}`);
    const policy = await policyOf(job, threads, learner);
    const { fitted, ...data } = await preferIfAny(job, learner, policy, settings);
    return finish(job, threads, learner, fitted, data);
  },
};

/** Keeps the policy, and measures it. */
async function finish(
  job: Job,
  threads: number,
  learner: Learner<StarGraph>,
  fitted: FittedPolicy,
  data: Readonly<Record<string, Json>>,
): Promise<Json> {
  const settings = job.config as unknown as { testProblems: number; size: number };
  const policy = await keepPolicy(job, threads, learner, fitted);
  const { train, ...test } = await evaluatePaths(learner.task, policy, settings);
  const sampled = job.needs.find(({ name }) => name === "rollouts")?.result ?? null;
  return { ...test, train: { ...train }, sampled, ...data, ...historyOf(fitted) };
}
