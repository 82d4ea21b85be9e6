/** @file The stages of the star graph's study as the work of a worker. */
import { initialiseParameters } from "../../model/index.ts";
import type { StarGraph } from "../../tasks/index.ts";
import type { Json } from "../stage.ts";
import type { FittedPolicy } from "../study/fit-policy.ts";
import { needed } from "../study/job-files.ts";
import { engineOf, historyOf, policyOf } from "../study/job-policy.ts";
import { type Learner, problemsOf, taught } from "../study/learner.ts";
import { savePolicy } from "../study/policy-file.ts";
import { type PreferSettings, pairsOf, preferPairs } from "../study/prefer.ts";
import { rolloutStage, valueStage } from "../study/rollout-stages.ts";
import type { Method, TrainingBudget } from "../study/study-config.ts";
import { supervisedExamples } from "../study/supervised-examples.ts";
import { fitBase, fitFromBase } from "../study/supervised-fit.ts";
import type { Job, Work } from "../worker-pool.ts";
import { evaluatePaths } from "./evaluate-paths.ts";
import type { StarStudyConfig } from "./star-config.ts";
import { baseGraphs, createStarLearner, type StarSettings } from "./star-learner.ts";

type Supervised = StarSettings &
  TrainingBudget & { method: Method | "reversed"; updates: number; kept: number; testProblems: number };

/** By the names that planStarStudy gives its stages. */
export const STAR_WORKS: Readonly<Record<string, Work>> = {
  "star-base": async (job, threads) => {
    const settings = job.config as unknown as StarSettings & StarStudyConfig["base"];
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
    const { examples, selected } = await supervisedExamples(
      learner,
      { ...settings, method: method === "reversed" ? "sft" : method },
      (name) => needed(job, name).folder,
    );
    const keep = method === "sft" ? "last" : "best"; // the SFT policies are what so many updates make of a learner
    const fitted = await fitFromBase(job, threads, learner, settings, examples, keep);
    return finish(job, threads, learner, fitted, { examples: examples.length, selected });
  },

  "star-rollouts": async (job, threads) => {
    const learner = createStarLearner(job.config as unknown as StarSettings, "rollouts");
    return rolloutStage(job, learner, await policyOf(job, "policy", learner, threads));
  },

  "star-values": async (job, threads) => {
    const learner = createStarLearner(job.config as unknown as StarSettings, "values");
    return valueStage(job, learner, await policyOf(job, "policy", learner, threads));
  },

  "star-prefer": async (job, threads) => {
    const settings = job.config as unknown as StarSettings & PreferSettings & { testProblems: number };
    const learner = createStarLearner(settings, `prefer ${settings.method}`);
    const policy = await policyOf(job, "policy", learner, threads);
    const selection = await pairsOf(learner, settings, {
      rollouts: needed(job, "rollouts").folder,
      values: job.needs.find(({ name }) => name === "values")?.folder,
    });
    if (!selection.ok) {
      // a policy that leaves no pair is a finding: the method leaves it as it is
      const kept: FittedPolicy = { parameters: policy.parameters, bestUpdate: 0, checks: [], last: {} };
      return finish(job, threads, learner, kept, { pairs: 0, selected: { kept: 0, ...selection.skipped } });
    }
    const { fitted, pairs, selected } = await preferPairs(learner, policy, settings, selection);
    return finish(job, threads, learner, fitted, { pairs, selected });
  },
};

/** Keeps the policy, and measures it. */
async function finish(
  job: Job,
  threads: number,
  { task, config }: Learner<StarGraph>,
  fitted: FittedPolicy,
  data: Readonly<Record<string, Json>>,
): Promise<Json> {
  const settings = job.config as unknown as { testProblems: number; size: number };
  await savePolicy(job.folder, config, fitted.parameters);
  const policy = { engine: await engineOf(threads), config, parameters: fitted.parameters };
  const { train, ...test } = await evaluatePaths(task, policy, settings);
  const sampled = job.needs.find(({ name }) => name === "rollouts")?.result ?? null;
  return { ...test, train: { ...train }, sampled, ...data, ...historyOf(fitted) };
}
