/** @file What a training run is told. */
import { requireCount, requirePositive } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import type { DeviceArray, Engine } from "../engine/index.ts";
import {
  type LowRankOptions,
  requireLowRank,
  requireParameters,
  type TransformerConfig,
  type TransformerParameters,
} from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { ADAM_W, type AdamWOptions, requireAdamW } from "./adam-w.ts";
import type { Identified, Objective } from "./objective.ts";
import type { TrainingObserver } from "./observer.ts";
import { learningRateAt, type Schedule } from "./schedule.ts";
import { requireValidation, type ValidationOptions } from "./validation.ts";

export interface TrainOptions<Example extends Identified> {
  readonly engine: Engine;
  readonly config: TransformerConfig;
  /** Where training starts. */
  readonly parameters: TransformerParameters<Numbers>;
  /** Trains low-rank adapters beside the parameters, which stay as they are; what comes back has them merged. Default: all is trained. */
  readonly lowRank?: LowRankOptions;
  /** The method: sft(), dpo(...), ... */
  readonly objective: Objective<Example>;
  readonly examples: readonly Example[];
  /** How many updates, a count >= 1. */
  readonly updates: number;
  /** Examples a batch, a count >= 1. */
  readonly batchSize: number;
  /** Batches an update, whose gradients are accumulated; default 1. */
  readonly accumulate?: number;
  readonly schedule: Schedule;
  /** Default: see ADAM_W. */
  readonly adamW?: Partial<AdamWOptions>;
  /** Largest global norm of the gradient, > 0; default: not clipped. */
  readonly clipNorm?: number;
  /** Orders the examples, and seeds what the loss draws; not moved on. */
  readonly stream: RandomStream;
  readonly validation?: ValidationOptions<Example>;
  readonly evaluation?: EvaluationOptions;
  readonly checkpoints?: CheckpointOptions;
  readonly observers?: readonly TrainingObserver[];
}

/** Where and how often a run is saved. */
export interface CheckpointOptions {
  /** A folder of its own for each run, made where there is none. */
  readonly folder: string;
  /** Updates between two checkpoints, a count >= 1; after the last update there is one too. */
  readonly every: number;
  /** How many checkpoints stay, the last ones, a count >= 1; default 2. */
  readonly keep?: number;
  /** Whether to go on from the folder's last checkpoint, where there is one; default true. Else those there go with the first that is written. */
  readonly resume?: boolean;
  /** The words of the vocabulary in the order of their ids, to be kept with the policy. */
  readonly tokenizer?: readonly string[];
}

/** The caller's own look at the policy, such as its accuracy on sampled completions. */
export interface EvaluationOptions {
  /** Updates between two evaluations, a count >= 1; after the last update there is one too. */
  readonly every: number;
  /** @param parameters on the device, for the time of the call; not to be disposed of */
  evaluate(parameters: TransformerParameters<DeviceArray>, update: number): Promise<Readonly<Record<string, number>>>;
}

/** @throws RangeError that names the option */
export function requireRun<Example extends Identified>(options: TrainOptions<Example>): void {
  const { updates, batchSize, accumulate = 1, schedule, clipNorm, validation, evaluation, checkpoints } = options;
  requireCount("train", "updates", updates, 1, Number.MAX_SAFE_INTEGER);
  requireCount("train", "batchSize", batchSize, 1, 2 ** 20);
  requireCount("train", "accumulate", accumulate, 1, 2 ** 20);
  learningRateAt(schedule, updates, updates);
  requireAdamW("train", { ...ADAM_W, ...options.adamW });
  requireParameters("train", options.config, options.parameters);
  if (options.lowRank !== undefined) requireLowRank("train", options.lowRank);
  if (clipNorm !== undefined) requirePositive("train", "clipNorm", clipNorm);
  if (validation !== undefined) requireValidation(validation);
  if (checkpoints !== undefined) {
    requireCount("train", "checkpoints.every", checkpoints.every, 1, Number.MAX_SAFE_INTEGER);
    requireCount("train", "checkpoints.keep", checkpoints.keep ?? 2, 1, Number.MAX_SAFE_INTEGER);
  }
  if (evaluation !== undefined) requireCount("train", "evaluation.every", evaluation.every, 1, Number.MAX_SAFE_INTEGER);
}
