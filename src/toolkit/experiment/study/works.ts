/** @file The stages of a study as the work of a worker: each reads what others left and leaves a policy, or records. */
import { initialiseParameters } from "../../model/index.ts";
import type { Json } from "../stage.ts";
import type { Job, Work } from "../worker-pool.ts";
import { evaluatePolicy } from "./evaluate-policy.ts";
import type { FittedPolicy } from "./fit-policy.ts";
import { needed } from "./job-files.ts";
import { engineOf, historyOf, policyOf } from "./job-policy.ts";
import { baseTask, createLearner, knownExamples, type Learner, type LearnerSettings } from "./learner.ts";
import { savePolicy } from "./policy-file.ts";
import { prefer } from "./prefer.ts";
import { rolloutStage, valueStage } from "./rollout-stages.ts";
import type { StudyConfig, TrainedSettings } from "./study-config.ts";
import { supervisedExamples } from "./supervised-examples.ts";
import { fitBase, fitFromBase } from "./supervised-fit.ts";

/** By the names that planStudy gives its stages. */
export const STUDY_WORKS: Readonly<Record<string, Work>> = {
  base: async (job, threads) => {
    const settings = job.config as unknown as LearnerSettings & StudyConfig["base"];
    const learner = createLearner(settings, "base");
    const task = baseTask(settings, settings.lengths);
    const examples = knownExamples(task, settings.knownOperators, settings.updates * settings.batchSize);
    const parameters = initialiseParameters(learner.config, learner.stream.split("initial"));
    return fitBase(job, threads, { ...learner, task }, settings, parameters, examples);
  },

  supervise: async (job, threads) => {
    const settings = job.config as unknown as TrainedSettings & { kept?: number };
    const learner = createLearner(settings, `supervise ${settings.method}`);
    const { examples, selected } = await supervisedExamples(learner, settings, (name) => needed(job, name).folder);
    const fitted = await fitFromBase(job, threads, learner, settings, examples);
    return finish(job, threads, learner, fitted, settings, {
      examples: examples.length,
      kept: settings.kept ?? null,
      selected,
    });
  },

  rollouts: async (job, threads) => {
    const learner = createLearner(job.config as unknown as LearnerSettings, "rollouts");
    return rolloutStage(job, learner, await policyOf(job, "policy", learner, threads));
  },

  values: async (job, threads) => {
    const learner = createLearner(job.config as unknown as LearnerSettings, "values");
    return valueStage(job, learner, await policyOf(job, "policy", learner, threads));
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
