/** @file Training a policy for a study: of its checks the one of the best validation accuracy, and longer runs for as long as they do better. */
import { createStream } from "../../core/random-stream.ts";
import type { DeviceArray, Engine } from "../../engine/index.ts";
import type { TransformerParameters } from "../../model/index.ts";
import type { Numbers } from "../../tensor/index.ts";
import { readTree } from "../../train/device-trees.ts";
import { type Identified, type Objective, type TrainingObserver, train } from "../../train/index.ts";
import { greedyAccuracy } from "./greedy.ts";
import type { Learner } from "./learner.ts";
import type { TrainingBudget, ValidationSettings } from "./methods.ts";
import { sampledPassAtK } from "./sampled.ts";
import { updateRule } from "./update-rule.ts";

export interface FitOptions<Example extends Identified> {
  readonly engine: Engine;
  readonly learner: Learner;
  readonly parameters: TransformerParameters<Numbers>;
  readonly objective: Objective<Example>;
  readonly examples: readonly Example[];
  /** of the first run */
  readonly updates: number;
  readonly budget: TrainingBudget;
  readonly validation: ValidationSettings;
  /** which parameters to keep: of the best check, by default, or of the last update */
  readonly keep?: "best" | "last";
}

/** What one run gave. */
interface Run {
  readonly parameters: TransformerParameters<Numbers>;
  /** the update of the best check */
  readonly bestUpdate: number;
  /** update and validation accuracy of each check; update 0 is the policy that training began with */
  readonly checks: readonly { readonly update: number; readonly accuracy: number }[];
  /** the method's own figures at the last update: loss, and what its objective logs */
  readonly last: Readonly<Record<string, number>>;
}

export interface FittedPolicy extends Run {
  /** where longer runs may follow, each of them: how long it was, the tokens it was trained on, and the accuracy of its best check */
  readonly runs?: readonly { readonly updates: number; readonly tokens: number; readonly accuracy: number }[];
}

/**
 * Trains a policy. Where the budget allows longer runs, one follows, from the same start and by the same schedule, and
 * another, until so many in a row have no better check than the best run before them, which is kept.
 *
 * @throws Error when the loss is no number
 */
export async function fitPolicy<Example extends Identified>(options: FitOptions<Example>): Promise<FittedPolicy> {
  const { parameters, budget, updates } = options;
  const start = await accuracyOf(options, parameters);
  let kept = await run(options, updates, start);
  if (budget.longer === undefined) return kept.run;
  const { times, most, patience = 1 } = budget.longer;
  const runs = [kept];
  for (let followed = 1; followed <= most; followed++) {
    const longer = await run(options, updates * times ** followed, start);
    runs.push(longer);
    if (longer.accuracy > kept.accuracy) kept = longer;
    else if (followed - runs.indexOf(kept) === patience) break;
  }
  return { ...kept.run, runs: runs.map(({ run: _run, ...said }) => said) };
}

/** Validation accuracy: of greedy answers, or pass@1 where the study samples them. */
async function accuracyOf(
  {
    engine,
    learner: { task, config, stream },
    validation,
  }: Pick<FitOptions<Identified>, "engine" | "learner" | "validation">,
  parameters: TransformerParameters<DeviceArray | Numbers>,
): Promise<number> {
  const policy = { engine, config, parameters };
  const { validationProblems: problems, validationSamples: samples } = validation;
  if (samples === undefined) return greedyAccuracy(task, policy, "validation", problems);
  const passAt = await sampledPassAtK(task, policy, "validation", { problems, samples }, stream.split("validation"));
  return passAt(1);
}

async function run<Example extends Identified>(
  options: FitOptions<Example>,
  updates: number,
  start: number,
): Promise<{ run: Run; updates: number; tokens: number; accuracy: number }> {
  const { engine, learner, parameters, budget } = options;
  const checks = [{ update: 0, accuracy: start }];
  let best = { update: 0, accuracy: start, parameters };
  let last: Record<string, number> = {};
  let trainedOn = 0;
  const observer: TrainingObserver = {
    updated: ({ loss, metrics, tokens }) => {
      last = { loss, ...metrics };
      trainedOn = tokens;
    },
  };
  const outcome = await train({
    engine,
    config: learner.config,
    parameters,
    objective: options.objective,
    examples: options.examples,
    updates,
    batchSize: Math.min(budget.batchSize, options.examples.length),
    ...updateRule(budget.learningRate, updates),
    ...(budget.lowRank && { lowRank: budget.lowRank }),
    stream: createStream(learner.stream.split("batches").integer(Number.MAX_SAFE_INTEGER)),
    observers: [observer],
    evaluation: {
      every: Math.max(1, Math.ceil(updates / budget.checks)),
      evaluate: async (now, update) => {
        const accuracy = await accuracyOf(options, now);
        checks.push({ update, accuracy });
        if (accuracy > best.accuracy) best = { update, accuracy, parameters: await readTree(now) };
        return { accuracy };
      },
    },
  });
  if (!outcome.ok) throw new Error(outcome.reason);
  const parametersKept = options.keep === "last" ? outcome.parameters : best.parameters;
  return {
    run: { parameters: parametersKept, bestUpdate: best.update, checks, last },
    updates,
    tokens: trainedOn,
    accuracy: best.accuracy,
  };
}
