/** @file One training run: equal updates for every method, and of its checks the policy of the best validation accuracy. */
import { createStream } from "../../core/random-stream.ts";
import type { DeviceArray, Engine } from "../../engine/index.ts";
import type { TransformerParameters } from "../../model/index.ts";
import type { Numbers } from "../../tensor/index.ts";
import { readTree } from "../../train/device-trees.ts";
import { type Identified, type Objective, type TrainingObserver, train } from "../../train/index.ts";
import { greedyAccuracy } from "./greedy.ts";
import type { Learner } from "./learner.ts";
import type { TrainingBudget } from "./methods.ts";

export interface FitOptions<Example extends Identified> {
  readonly engine: Engine;
  readonly learner: Learner;
  readonly parameters: TransformerParameters<Numbers>;
  readonly objective: Objective<Example>;
  readonly examples: readonly Example[];
  readonly updates: number;
  readonly budget: TrainingBudget;
  readonly validationProblems: number;
  /** which parameters to keep: of the best check, by default, or of the last update */
  readonly keep?: "best" | "last";
}

export interface FittedPolicy {
  readonly parameters: TransformerParameters<Numbers>;
  /** the update of the best check */
  readonly bestUpdate: number;
  /** update and validation accuracy of each check; update 0 is the policy that training began with */
  readonly checks: readonly { readonly update: number; readonly accuracy: number }[];
  /** the method's own figures at the last update: loss, and what its objective logs */
  readonly last: Readonly<Record<string, number>>;
}

/** @throws Error when the loss is no number */
export async function fitPolicy<Example extends Identified>(options: FitOptions<Example>): Promise<FittedPolicy> {
  const { engine, learner, parameters, updates, budget, validationProblems } = options;
  const { task, config, stream } = learner;
  const check = (policy: TransformerParameters<DeviceArray | Numbers>): Promise<number> =>
    greedyAccuracy(task, { engine, config, parameters: policy }, "validation", validationProblems);
  const checks = [{ update: 0, accuracy: await check(parameters) }];
  let best = { update: 0, accuracy: checks[0]?.accuracy ?? 0, parameters };
  let last: Record<string, number> = {};
  const observer: TrainingObserver = {
    updated: ({ loss, metrics }) => {
      last = { loss, ...metrics };
    },
  };
  const outcome = await train({
    engine,
    config,
    parameters,
    objective: options.objective,
    examples: options.examples,
    updates,
    batchSize: Math.min(budget.batchSize, options.examples.length),
    schedule: {
      shape: "cosine",
      peak: budget.learningRate,
      warmUp: Math.min(WARM_UP, Math.floor(updates / 2)),
      floor: 0.05,
    },
    clipNorm: 1,
    stream: createStream(stream.split("batches").integer(Number.MAX_SAFE_INTEGER)),
    observers: [observer],
    evaluation: {
      every: Math.max(1, Math.ceil(updates / budget.checks)),
      evaluate: async (now, update) => {
        const accuracy = await check(now);
        checks.push({ update, accuracy });
        if (accuracy > best.accuracy) best = { update, accuracy, parameters: await readTree(now) };
        return { accuracy };
      },
    },
  });
  if (!outcome.ok) throw new Error(outcome.reason);
  const parametersKept = options.keep === "last" ? outcome.parameters : best.parameters;
  return { parameters: parametersKept, bestUpdate: best.update, checks, last };
}

const WARM_UP = 50; // updates
