/** @file Preference training: the pairs of each method, and the policy they give. */
import {
  farthestPairs,
  type PreferencePair,
  type ProblemRollouts,
  randomPairs,
  type Selection,
  stepPairs,
} from "../../rollout/index.ts";
import type { Task } from "../../tasks/index.ts";
import { dpo, stepDpo, withReferenceLogProbs } from "../../train/index.ts";
import type { Job } from "../job.ts";
import type { Json } from "../stage.ts";
import { type FittedPolicy, fitPolicy } from "./fit-policy.ts";
import { readRollouts, readValues } from "./job-files.ts";
import type { Learner } from "./learner.ts";
import type { Method, PreferenceSettings, ValidationSettings } from "./methods.ts";
import type { LearnedPolicy } from "./policy-file.ts";

export interface PreferSettings extends PreferenceSettings, ValidationSettings {
  readonly method: Method;
  readonly updates: number;
}

/**
 * @param policy where training starts, and the reference
 * @param job needs its rollouts, and their values where the method asks for credit
 * @throws Error when no pair is left, with the reasons counted
 */
export async function prefer(
  job: Job,
  learner: Learner,
  policy: LearnedPolicy,
  settings: PreferSettings,
): Promise<{ fitted: FittedPolicy; pairs: number; selected: Json }> {
  const selection = await pairsOf(job, learner, settings);
  if (!selection.ok) throw new Error(selection.reason);
  return preferPairs(learner, policy, settings, selection);
}

/** The same; a policy that leaves no pair is a finding, and the method leaves it as it is. */
export async function preferIfAny(
  job: Job,
  learner: Learner,
  policy: LearnedPolicy,
  settings: PreferSettings,
): Promise<{ fitted: FittedPolicy; pairs: number; selected: Json }> {
  const selection = await pairsOf(job, learner, settings);
  if (selection.ok) return preferPairs(learner, policy, settings, selection);
  const fitted: FittedPolicy = { parameters: policy.parameters, bestUpdate: 0, checks: [], last: {} };
  return { fitted, pairs: 0, selected: { kept: 0, ...selection.skipped } };
}

async function preferPairs(
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
    validation: settings,
  });
  return { fitted, pairs: pairs.length, selected: { kept: pairs.length, ...selection.skipped } };
}

/** The pairs of a method, or why there is none. */
async function pairsOf(
  job: Job,
  { task, stream }: Learner,
  { method, pairs: atMost }: PreferSettings,
): Promise<Selection<PreferencePair>> {
  const rollouts = await readRollouts(job);
  const options = { atMost, stream: stream.split("pairs") };
  if (method === "dpo") return randomPairs(rollouts, options);
  if (method === "dpo-farthest") return farthestPairs(rollouts, options);
  const wrong = (await readValues(job)).filter(({ verdict }) => verdict === "wrong");
  const right = method === "step-dpo-full-teacher" ? rollouts.map((record) => taughtAlone(task, record)) : rollouts;
  return stepPairs(wrong, right, {
    ...options,
    form: method.startsWith("step-dpo-full") ? "full" : "forked",
    fork: method.endsWith("shuffled") ? "random" : "first pit",
  });
}

/** A problem's rollouts with the teacher's solution as the only right one. */
function taughtAlone(task: Task, record: ProblemRollouts): ProblemRollouts {
  const completion = task.teach(task.problem(record.split, record.index));
  const wrong = record.rollouts.filter(({ verdict }) => verdict !== "right");
  return { ...record, rollouts: [...wrong, { completion, verdict: "right", count: 1 }] };
}
