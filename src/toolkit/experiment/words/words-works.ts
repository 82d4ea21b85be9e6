/** @file The stages of the study of word problems as the work of a worker. */
import { initialiseParameters, parameterCount, type TransformerParameters } from "../../model/index.ts";
import type { WordProblems } from "../../tasks/index.ts";
import type { Numbers } from "../../tensor/index.ts";
import { sft, train } from "../../train/index.ts";
import type { Job, Works } from "../job.ts";
import type { FittedPolicy } from "../methods/fit-policy.ts";
import { historyOf, keepPolicy, policyOf } from "../methods/job-policy.ts";
import { type Learner, problemsOf, taught } from "../methods/learner.ts";
import type { Method } from "../methods/methods.ts";
import { savePolicy } from "../methods/policy-file.ts";
import { type PreferSettings, preferIfAny } from "../methods/prefer.ts";
import { rolloutStage, valueStage } from "../methods/rollout-stages.ts";
import { supervisedExamples } from "../methods/supervised-examples.ts";
import { fitBase, fitFromBase, type SupervisedSettings } from "../methods/supervised-fit.ts";
import { updateRule } from "../methods/update-rule.ts";
import { openModel } from "../open-model.ts";
import type { Json } from "../stage.ts";
import { engineOf } from "../stage-engine.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { evaluateWords } from "./evaluate-words.ts";
import type { SumsBudget, WordsConfig } from "./words-config.ts";
import { baseProblems, createWordsLearner, foreignStories, sums, type WordsSettings } from "./words-learner.ts";

/** What the stages that give a compared policy are told besides how to train it. */
interface Compared extends WordsSettings, Pick<WordsConfig, "testProblems" | "sampled"> {
  readonly method: Method;
  readonly size: number;
}

/** By the names that planWordsStudy gives its stages. */
export const works: Works = {
  "words-base": async (job, threads) => {
    const settings = job.config as unknown as WordsSettings & WordsConfig["base"];
    const learner = await createWordsLearner(settings, "base");
    const task = baseProblems(settings);
    const examples = problemsOf(task, "train", settings.problems).map((problem) => taught(task, problem));
    const reader = { ...learner, task: { ...task, longest: learner.task.longest } };
    return fitBase(job, threads, reader, settings, await practise(threads, learner, settings.sums), examples);
  },

  "words-checkpoint": async (job) => {
    const settings = job.config as unknown as WordsSettings & { readonly checkpoint: CheckpointFile };
    const { config } = await createWordsLearner(settings, "checkpoint");
    const { parameters } = await openModel(settings.checkpoint.path, config.contextLength);
    await savePolicy(job.folder, config, parameters);
    return { parameters: parameterCount(config), contextLength: config.contextLength };
  },

  "words-supervise": async (job, threads) => {
    const settings = job.config as unknown as Compared & SupervisedSettings & { readonly kept: number };
    const learner = await createWordsLearner(settings, `supervise ${settings.method}`);
    const { examples, selected } = await supervisedExamples(job, learner, settings);
    const fitted = await fitFromBase(job, threads, learner, settings, examples);
    return finish(job, threads, learner, fitted, { examples: examples.length, selected });
  },

  "words-rollouts": async (job, threads) => {
    const learner = await createWordsLearner(job.config as unknown as WordsSettings, "rollouts");
    return rolloutStage(job, learner, await policyOf(job, threads, learner));
  },

  "words-values": async (job, threads) => {
    const learner = await createWordsLearner(job.config as unknown as WordsSettings, "values");
    return valueStage(job, learner, await policyOf(job, threads, learner));
  },

  "words-prefer": async (job, threads) => {
    const settings = job.config as unknown as WordsSettings & PreferSettings;
    const learner = await createWordsLearner(settings, `prefer ${settings.method}`);
    const policy = await policyOf(job, threads, learner);
    const { fitted, ...data } = await preferIfAny(job, learner, policy, settings);
    return finish(job, threads, learner, fitted, data);
  },
};

/** A learner that has done sums and read nothing. */
async function practise(
  threads: number,
  { task, config, stream }: Learner<WordProblems>,
  { updates, batchSize, learningRate }: SumsBudget,
): Promise<TransformerParameters<Numbers>> {
  const outcome = await train({
    ...{ engine: await engineOf(threads), config, objective: sft(), updates, batchSize },
    parameters: initialiseParameters(config, stream.split("initial")),
    examples: sums(task, updates * batchSize, stream.split("sums")),
    ...updateRule(learningRate, updates),
    stream: stream.split("batches of sums"),
  });
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.parameters;
}

/** Keeps the policy, and measures it. */
async function finish(
  job: Job,
  threads: number,
  learner: Learner<WordProblems>,
  fitted: FittedPolicy,
  data: Readonly<Record<string, Json>>,
): Promise<Json> {
  const settings = job.config as unknown as Compared;
  const policy = await keepPolicy(job, threads, learner, fitted);
  const measures = await evaluateWords(learner.task, foreignStories(learner.task), policy, settings);
  const { method, size, seed } = settings;
  return {
    method,
    size,
    seed,
    ...(measures as object as { readonly [name: string]: Json }),
    ...data,
    ...historyOf(fitted),
  };
}
