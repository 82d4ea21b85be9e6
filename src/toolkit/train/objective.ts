/** @file What is trained: examples packed into arrays, and a loss on symbolic tensors. The loop knows no more of a method. */
import type { TransformerConfig, TransformerParameters } from "../model/index.ts";
import { mul, type Numbers, reduceSum, reshape, type Spec, type Tensor } from "../tensor/index.ts";

/** Whatever is trained on says what it is: the loop names the examples of a batch that went wrong. */
export interface Identified {
  readonly id: string;
}

/** How many examples a batch holds, and the tokens of its rows. */
export interface BatchShape {
  /** B */
  readonly examples: number;
  /** T */
  readonly length: number;
  /** The first place of a row of which the loss counts anything; default 0. */
  readonly from?: number;
}

/** A sum over a batch and what divides it: those of several batches add up to the mean of all. */
export interface WeightedSum<Leaf> {
  /** scalar */
  readonly sum: Leaf;
  /** scalar; 0 where the batch has nothing to count */
  readonly weight: Leaf;
}

export interface Losses {
  readonly loss: WeightedSum<Tensor>;
  /** By name, whatever is worth a line. */
  readonly metrics: Readonly<Record<string, WeightedSum<Tensor>>>;
}

/** A method: what a batch is, and its loss. */
export interface Objective<Example extends Identified, Fields extends string = string> {
  readonly name: string;
  /** The token ids of each text that the example brings. @throws RangeError or TypeError for an example that cannot be trained on */
  texts(example: Example): readonly (readonly number[])[];
  /**
   * T that the example's rows need, and the first place of them whose prediction the loss counts; default: all of its longest
   * text but the last token, which is only predicted.
   */
  row?(example: Example): { readonly length: number; readonly from: number };
  /** The arrays of a batch: along the first axis of each, one example after another, so that a batch may be taken in parts. */
  specs(shape: BatchShape): Record<Fields, Spec>;
  /** At most shape.examples examples as arrays; what is not filled weighs nothing. */
  pack(examples: readonly Example[], shape: BatchShape): Record<Fields, Numbers>;
  loss(parameters: TransformerParameters<Tensor>, batch: Record<Fields, Tensor>, config: TransformerConfig): Losses;
}

/** The sum of all elements, a scalar. */
function total(x: Tensor): Tensor {
  return reshape(reduceSum(x), []);
}

/** The sum of values by their weights, both of one shape. */
export function weighedBy(values: Tensor, weights: Tensor): WeightedSum<Tensor> {
  return { sum: total(mul(values, weights)), weight: total(weights) };
}
