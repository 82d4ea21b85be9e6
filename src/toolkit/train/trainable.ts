/** @file What a run trains: all of a policy's parameters, or low-rank adapters beside frozen ones. */

import type { RandomStream } from "../core/random-stream.ts";
import {
  initialiseLowRank,
  type LowRank,
  type LowRankOptions,
  lowRankSpecs,
  mergeLowRank,
  parameterSpecs,
  type TransformerConfig,
  type TransformerParameters,
  withLowRank,
} from "../model/index.ts";
import type { Numbers, Spec, Tensor } from "../tensor/index.ts";

/** The tree that updates replace. */
export type TrainedTree<Leaf> = TransformerParameters<Leaf> | LowRank<Leaf>;

/** The tree beside it that stays: nothing where all is trained. */
export type FrozenTree<Leaf> = TransformerParameters<Leaf> | Readonly<Record<never, Leaf>>;

export interface Trainable {
  readonly specs: TrainedTree<Spec>;
  readonly frozenSpecs: FrozenTree<Spec>;
  /** The policy whose loss is taken. */
  policyOf(trained: TrainedTree<Tensor>, frozen: FrozenTree<Tensor>): TransformerParameters<Tensor>;
}

/** All parameters. */
export function allParameters(config: TransformerConfig): Trainable {
  return {
    specs: parameterSpecs(config),
    frozenSpecs: {},
    policyOf: allTrained,
  };
}

/** The policy where nothing is frozen. */
export function allTrained(trained: TrainedTree<Tensor>): TransformerParameters<Tensor> {
  return trained as TransformerParameters<Tensor>;
}

function adaptersAlone(config: TransformerConfig, options: LowRankOptions): Trainable {
  return {
    specs: lowRankSpecs(config, options),
    frozenSpecs: parameterSpecs(config),
    policyOf: (adapters, frozen) =>
      withLowRank(frozen as TransformerParameters<Tensor>, adapters as LowRank<Tensor>, options),
  };
}

/** A run's, with its numbers. */
export interface TrainableRun extends Trainable {
  /** before the first update */
  readonly start: TrainedTree<Numbers>;
  readonly frozen: FrozenTree<Numbers>;
  /** The policy as others read it, its adapters merged. */
  policy(trained: TrainedTree<Numbers>): TransformerParameters<Numbers>;
}

export interface TrainableOptions {
  readonly config: TransformerConfig;
  readonly parameters: TransformerParameters<Numbers>;
  readonly lowRank?: LowRankOptions;
  readonly stream: RandomStream;
}

export function trainableOf({ config, parameters, lowRank, stream }: TrainableOptions): TrainableRun {
  if (lowRank === undefined) {
    const policy = (trained: TrainedTree<Numbers>) => trained as TransformerParameters<Numbers>;
    return { ...allParameters(config), start: parameters, frozen: {}, policy };
  }
  return {
    ...adaptersAlone(config, lowRank),
    start: initialiseLowRank(config, lowRank, stream.split("adapters")),
    frozen: parameters,
    policy: (adapters) => mergeLowRank(parameters, adapters as LowRank<Numbers>, lowRank),
  };
}
