/** @file Preference training of a study: the pairs of each method, and the policy they give. */

import { farthestPairs, type PreferencePair, randomPairs, type Selection, stepPairs } from "../../rollout/index.ts";
import { dpo, stepDpo, withReferenceLogProbs } from "../../train/index.ts";
import type { Json } from "../stage.ts";
import { type FittedPolicy, fitPolicy } from "./fit-policy.ts";
import { readRollouts, readValues } from "./job-files.ts";
import type { Learner } from "./learner.ts";
import type { LearnedPolicy } from "./policy-file.ts";
import type { StudyConfig, TrainedSettings } from "./study-config.ts";

export type PreferSettings = Pick<TrainedSettings, "method" | "updates" | "validationProblems"> &
  Omit<StudyConfig["preference"], "updatesShare">;

export interface PreferFolders {
  readonly rollouts: string;
  /** of the values of wrong solutions, where the method asks for credit */
  readonly values: string | undefined;
}

/**
 * @param policy where training starts, and the reference
 * @param folders of its rollouts and values
 * @throws Error when no pair is left, with the reasons counted
 */
export async function prefer(
  learner: Learner,
  policy: LearnedPolicy,
  settings: PreferSettings,
  folders: PreferFolders,
): Promise<{ fitted: FittedPolicy; pairs: number; selected: Json }> {
  const selection = await pairsOf(learner, settings, folders);
  if (!selection.ok) throw new Error(selection.reason);
  return preferPairs(learner, policy, settings, selection);
}

/** The same, when the pairs are at hand. */
export async function preferPairs(
  learner: Learner,
  policy: LearnedPolicy,
  settings: PreferSettings,
  selection: Selection<PreferencePair>,
): Promise<{ fitted: FittedPolicy; pairs: number; selected: Json }> {
  const pairs = selection.kept.map((pair, at) => ({ ...pair, id: `${pair.id} (pair ${at})` }));
  const options = { beta: settings.beta };
  const fitted = await fitPolicy({
    engine: policy.engine,
    learner,
    parameters: policy.parameters,
    objective: settings.method.startsWith("step") ? stepDpo(options) : dpo(options),
    examples: await withReferenceLogProbs(policy, pairs),
    updates: settings.updates,
    budget: settings,
    validationProblems: settings.validationProblems,
  });
  return { fitted, pairs: pairs.length, selected: { kept: pairs.length, ...selection.skipped } };
}

/** The pairs of a method, or why there is none. */
export async function pairsOf(
  { stream }: Learner,
  { method, pairs: atMost }: PreferSettings,
  folders: PreferFolders,
): Promise<Selection<PreferencePair>> {
  const rollouts = await readRollouts(folders.rollouts);
  const options = { atMost, stream: stream.split("pairs") };
  if (method === "dpo") return randomPairs(rollouts, options);
  if (method === "dpo-farthest") return farthestPairs(rollouts, options);
  if (folders.values === undefined) throw new Error(`${method} requires the values of steps`);
  const wrong = (await readValues(folders.values)).filter(({ verdict }) => verdict === "wrong");
  const form = method === "step-dpo-full" ? "full" : "forked";
  return stepPairs(wrong, rollouts, {
    ...options,
    form,
    fork: method === "step-dpo-shuffled" ? "random" : "first pit",
  });
}
