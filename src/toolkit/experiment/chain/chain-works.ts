/** @file The stages of the chain study as the work of a worker: each reads what others left and leaves a policy, or records. */
import { initialiseParameters } from "../../model/index.ts";
import type { Job, Works } from "../job.ts";
import type { FittedPolicy } from "../methods/fit-policy.ts";
import { historyOf, keepPolicy, policyOf } from "../methods/job-policy.ts";
import type { Learner } from "../methods/learner.ts";
import type { Method } from "../methods/methods.ts";
import { type PreferSettings, prefer } from "../methods/prefer.ts";
import { rolloutStage, valueStage } from "../methods/rollout-stages.ts";
import { supervisedExamples } from "../methods/supervised-examples.ts";
import { fitBase, fitFromBase, type SupervisedSettings } from "../methods/supervised-fit.ts";
import type { Json } from "../stage.ts";
import type { ChainConfig } from "./chain-config.ts";
import { baseTask, type ChainSettings, createChainLearner, knownExamples } from "./chain-learner.ts";
import { evaluatePolicy } from "./evaluate-policy.ts";

/** What the stages that give a compared policy are told besides how to train it. */
interface Compared extends ChainSettings, Pick<ChainConfig, "testProblems" | "sampled" | "credit"> {
  readonly method: Method;
  readonly size: number;
}

/** By the names that planChainStudy gives its stages. */
export const works: Works = {
  base: async (job, threads) => {
    const settings = job.config as unknown as ChainSettings & ChainConfig["base"];
    const learner = createChainLearner(settings, "base");
    const task = baseTask(settings, settings.lengths);
    const examples = knownExamples(task, settings.knownOperators, settings.updates * settings.batchSize);
    const parameters = initialiseParameters(learner.config, learner.stream.split("initial"));
    return fitBase(job, threads, { ...learner, task }, settings, parameters, examples);
  },

  supervise: async (job, threads) => {
    const settings = job.config as unknown as Compared & SupervisedSettings & { readonly kept?: number };
    const learner = createChainLearner(settings, `supervise ${settings.method}`);
    const { examples, selected } = await supervisedExamples(job, learner, settings);
    const fitted = await fitFromBase(job, threads, learner, settings, examples);
    const data = { examples: examples.length, kept: settings.kept ?? null, selected };
    return finish(job, threads, learner, settings, fitted, data);
  },

  rollouts: async (job, threads) => {
    const learner = createChainLearner(job.config as unknown as ChainSettings, "rollouts");
    return rolloutStage(job, learner, await policyOf(job, threads, learner));
  },

  values: async (job, threads) => {
    const learner = createChainLearner(job.config as unknown as ChainSettings, "values");
    return valueStage(job, learner, await policyOf(job, threads, learner));
  },

  prefer: async (job, threads) => {
    const settings = job.config as unknown as Compared & PreferSettings;
    const learner = createChainLearner(settings, `prefer ${settings.method}`);
    const { fitted, ...data } = await prefer(job, learner, await policyOf(job, threads, learner), settings);
    return finish(job, threads, learner, settings, fitted, data);
  },
};

/** Keeps the policy, and measures it on the test problems. */
async function finish(
  job: Job,
  threads: number,
  learner: Learner,
  settings: Compared,
  fitted: FittedPolicy,
  data: Readonly<Record<string, Json>>,
): Promise<Json> {
  const policy = await keepPolicy(job, threads, learner, fitted);
  const measures = (await evaluatePolicy(settings.task, policy, settings)) as object as {
    readonly [name: string]: Json;
  };
  const { method, size, seed } = settings;
  return { method, size, seed, ...measures, ...data, ...historyOf(fitted) };
}
