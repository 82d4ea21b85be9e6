/** @file The graphs of an update, as functions of symbolic tensors: all of it at once, or the gradients of several batches added up. */
import type { TransformerConfig, TransformerParameters } from "../model/index.ts";
import { inTopologicalOrder } from "../tensor/graph.ts";
import { add, concat, eachPart, reshape, slice, sumOfParts, type Tensor, valueAndGrad } from "../tensor/index.ts";
import { isTensor } from "../tensor/tensor.ts";
import { flattenTree, rebuildTree } from "../tensor/tree.ts";
import { type AdamWOptions, type AdamWState, adamWUpdate, type UpdateInputs } from "./adam-w.ts";
import { clipByGlobalNorm } from "./clip.ts";
import type { Identified, Losses, Objective } from "./objective.ts";
import { allTrained, type FrozenTree, type TrainedTree } from "./trainable.ts";

/** What an update replaces. */
export interface Trained<Tree> {
  readonly parameters: Tree;
  readonly optimiser: AdamWState<Tree>;
}

type Batch = Readonly<Record<string, Tensor>>;

/** What a loss is taken of; `frozen` where not all is trained. */
interface LossInputs {
  readonly frozen?: FrozenTree<Tensor>;
  readonly batch: Batch;
}

export interface UpdateGraphs<Tree> {
  /** Forward, backward, clipping and AdamW; the last of `sums` is the gradient's norm. */
  whole(inputs: Trained<Tree> & UpdateInputs & LossInputs, parts: number): Trained<Tree> & { sums: Tensor };
  /** The gradient of the loss's sum, and its weight, added to those before. */
  accumulate(
    inputs: LossInputs & { parameters: Tree; sofar: Tree; weight: Tensor },
    parts: number,
  ): { sofar: Tree; weight: Tensor; sums: Tensor };
  /** Clipping and AdamW with the gradient of a sum, divided by its weight. */
  apply(inputs: Trained<Tree> & UpdateInputs & { sofar: Tree; weight: Tensor }): Trained<Tree> & { norm: Tensor };
  /** The loss alone. */
  measure(inputs: LossInputs & { parameters: Tree }, parts: number): Tensor;
  /** The metrics of `sums`, known after a trace. */
  metricNames(): readonly string[];
}

/**
 * `sums` is one vector, so that a single read brings everything: the loss's sum and weight, then each metric's. A batch is
 * taken in `parts`, a count that divides its examples, one after another in one run (see partsOf).
 *
 * @param clipNorm largest global norm of the gradient; undefined: not clipped
 * @param policyOf the policy of what is trained and what is not; default: all parameters are trained
 */
export function updateGraphs<
  Example extends Identified,
  Tree extends TrainedTree<Tensor> = TransformerParameters<Tensor>,
>(
  objective: Objective<Example>,
  config: TransformerConfig,
  adamW: AdamWOptions,
  clipNorm: number | undefined,
  policyOf: (trained: Tree, frozen: FrozenTree<Tensor>) => TransformerParameters<Tensor> = allTrained,
): UpdateGraphs<Tree> {
  let names: readonly string[] = [];
  const lossOf = (parameters: Tree, { frozen = {}, batch }: LossInputs): Losses => {
    const losses = objective.loss(policyOf(parameters, frozen), batch, config);
    names = Object.keys(losses.metrics);
    return losses;
  };
  const differentiate = (
    parameters: Tree,
    { frozen = {}, batch }: LossInputs,
    parts: number,
  ): { gradient: Tree; sums: Tensor } => {
    const rows = eachOf(batch, parts);
    let ofPart: Tensor | undefined;
    const found = valueAndGrad((at: Tree) => {
      const losses = lossOf(at, { frozen, batch: rows });
      ofPart = sumsOf(losses);
      return losses.loss.sum;
    })(parameters);
    const gradient = found.gradient as Tree;
    const sums = ofPart as Tensor;
    if (mustBeWhole(sums, parts)) return differentiate(parameters, { frozen, batch }, 1);
    return { gradient: mapTensors(gradient, (leaf) => sumOfParts(leaf, parts)), sums: sumOfParts(sums, parts) };
  };
  const measure = (inputs: LossInputs & { parameters: Tree }, parts: number): Tensor => {
    const { parameters, frozen = {}, batch } = inputs;
    const sums = sumsOf(lossOf(parameters, { frozen, batch: eachOf(batch, parts) }));
    return mustBeWhole(sums, parts) ? measure(inputs, 1) : sumOfParts(sums, parts);
  };
  const step = ({ parameters, optimiser, ...inputs }: Trained<Tree> & UpdateInputs, gradient: Tree, weight: Tensor) => {
    const { scale, norm } = clipByGlobalNorm(gradient, weight, clipNorm);
    const next = adamWUpdate(parameters, { gradient, scale }, optimiser, inputs, adamW);
    return { parameters: next.parameters, optimiser: next.state, norm };
  };
  return {
    whole: (inputs, parts) => {
      const { gradient, sums } = differentiate(inputs.parameters, inputs, parts);
      const { norm, ...trained } = step(inputs, gradient, weightOf(sums));
      return { ...trained, sums: concat([sums, reshape(norm, [1])], 0) };
    },
    accumulate: ({ parameters, sofar, weight, ...inputs }, parts) => {
      const { gradient, sums } = differentiate(parameters, inputs, parts);
      const added = tensors(gradient);
      const next = mapTensors(sofar, (leaf, at) => add(leaf, added[at] as Tensor));
      return { sofar: next, weight: add(weight, weightOf(sums)), sums };
    },
    apply: ({ sofar, weight, ...inputs }) => step(inputs, sofar, weight),
    measure,
    metricNames: () => names,
  };
}

function eachOf(batch: Batch, parts: number): Batch {
  return Object.fromEntries(Object.entries(batch).map(([name, x]) => [name, eachPart(x, parts)]));
}

/** A loss that draws random numbers: each part would be dealt the same. */
function mustBeWhole(sums: Tensor, parts: number): boolean {
  return parts > 1 && inTopologicalOrder([sums]).some(({ op }) => op.name === "uniform");
}

function sumsOf({ loss, metrics }: Losses): Tensor {
  return concat(
    [loss, ...Object.values(metrics)].flatMap(({ sum, weight }) => [reshape(sum, [1]), reshape(weight, [1])]),
    0,
  );
}

/** Of the loss: what stands behind its sum. */
function weightOf(sums: Tensor): Tensor {
  return reshape(slice(sums, 0, 1, 2), []);
}

function tensors(tree: unknown): Tensor[] {
  return flattenTree(tree, isTensor).map(({ leaf }) => leaf);
}

function mapTensors<Tree>(tree: Tree, f: (leaf: Tensor, at: number) => Tensor): Tree {
  return rebuildTree(tree, isTensor, tensors(tree).map(f)) as Tree;
}
