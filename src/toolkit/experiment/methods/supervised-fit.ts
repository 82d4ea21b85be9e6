/** @file Supervised fine-tuning as the stages of the studies run it: of an untrained base learner, and of the base that a stage needs. */
import type { TransformerParameters } from "../../model/index.ts";
import type { Numbers } from "../../tensor/index.ts";
import { type SftExample, sft } from "../../train/index.ts";
import type { Job } from "../job.ts";
import type { Json } from "../stage.ts";
import { engineOf } from "../stage-engine.ts";
import { type FitOptions, type FittedPolicy, fitPolicy } from "./fit-policy.ts";
import { needed } from "./job-files.ts";
import { historyOf } from "./job-policy.ts";
import type { Learner } from "./learner.ts";
import type { TrainingBudget, ValidationSettings } from "./methods.ts";
import { loadPolicy, savePolicy } from "./policy-file.ts";

export interface SupervisedSettings extends TrainingBudget, ValidationSettings {
  readonly updates: number;
}

/** Trains the base learner, and leaves its policy in the job's folder. */
export async function fitBase(
  job: Job,
  threads: number,
  learner: Learner,
  settings: SupervisedSettings,
  parameters: TransformerParameters<Numbers>,
  examples: readonly SftExample[],
): Promise<Json> {
  const fitted = await fit(threads, learner, settings, { parameters, examples });
  await savePolicy(job.folder, learner.config, fitted.parameters);
  return historyOf(fitted);
}

/** Trains the base that the job needs. */
export async function fitFromBase(
  job: Job,
  threads: number,
  learner: Learner,
  settings: SupervisedSettings,
  examples: readonly SftExample[],
  keep: "best" | "last" = "best",
): Promise<FittedPolicy> {
  const parameters = await loadPolicy(needed(job, "base").folder, learner.config);
  return fit(threads, learner, settings, { parameters, examples, keep });
}

async function fit(
  threads: number,
  learner: Learner,
  settings: SupervisedSettings,
  given: Pick<FitOptions<SftExample>, "parameters" | "examples" | "keep">,
): Promise<FittedPolicy> {
  const { updates } = settings;
  const engine = await engineOf(threads);
  return fitPolicy({ engine, learner, objective: sft(), updates, budget: settings, validation: settings, ...given });
}
