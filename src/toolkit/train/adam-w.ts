/** @file AdamW as a pure pair of init and update in graph ops: decay apart from the gradient (Loshchilov & Hutter 2019; the pair after optax). */
import { requirePositive, requireWithin } from "../core/argument-checks.ts";
import { isSpec } from "../tensor/graph.ts";
import { add, div, exp, mul, sqrt, sub, type Tensor, tanh } from "../tensor/index.ts";
import { type Spec, sizeOf } from "../tensor/spec.ts";
import { isTensor } from "../tensor/tensor.ts";
import { flattenTree, type MapTree, rebuildTree } from "../tensor/tree.ts";

export interface AdamWOptions {
  /** Share of the running mean of gradients that stays at an update, in [0, 1). */
  readonly beta1: number;
  /** The same for their squares. */
  readonly beta2: number;
  /** Added to the root of the mean square. */
  readonly epsilon: number;
  /** Share of a weight that learningRate 1 would take away at an update. */
  readonly weightDecay: number;
  /** Which parameters decay: matrices alone (not gains and biases), or all of them. */
  readonly decays: "matrices" | "all";
}

/** PyTorch's defaults, save that gains and biases do not decay. */
export const ADAM_W: AdamWOptions = {
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  decays: "matrices",
};

/** @throws RangeError that names the option */
export function requireAdamW(caller: string, { beta1, beta2, epsilon, weightDecay }: AdamWOptions): void {
  requireWithin(caller, "beta1", beta1, 0, 1 - 1e-9);
  requireWithin(caller, "beta2", beta2, 0, 1 - 1e-9);
  requirePositive(caller, "epsilon", epsilon);
  requireWithin(caller, "weightDecay", weightDecay, 0, Number.MAX_VALUE);
}

/** Running means of gradients and of their squares, each shaped like the parameters. */
export interface AdamWState<Parameters> {
  readonly means: Parameters;
  readonly squares: Parameters;
}

/** The state before the first update: zeros. */
export function adamWInit<Specs>(specs: Specs): AdamWState<MapTree<Specs, Spec, Float32Array>> {
  const zeros = (): MapTree<Specs, Spec, Float32Array> =>
    rebuildTree(
      specs,
      isSpec,
      flattenTree(specs, isSpec).map(({ leaf }) => new Float32Array(sizeOf(leaf.shape))),
    );
  return { means: zeros(), squares: zeros() };
}

/** What changes from update to update. */
export interface UpdateInputs {
  /** float32 scalar: 1 at the first update */
  readonly count: Tensor;
  /** float32 scalar */
  readonly learningRate: Tensor;
}

/** A gradient that is still to be multiplied. */
export interface ScaledGradient<Parameters> {
  readonly gradient: Parameters;
  /** float32 scalar */
  readonly scale: Tensor;
}

/**
 * One update by g = scale gradient: m' = b1 m + (1 - b1) g, v' = b2 v + (1 - b2) g^2,
 * p' = p (1 - rate decay) - rate m' / (1 - b1^count) / (sqrt(v' / (1 - b2^count)) + epsilon).
 *
 * @param parameters a tree of tensors
 * @param scaled a tree like it, and a factor that joins those of the means: no pass of its own
 * @source Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2
 */
export function adamWUpdate<P>(
  parameters: P,
  { gradient, scale }: ScaledGradient<P>,
  state: AdamWState<P>,
  { count, learningRate }: UpdateInputs,
  { beta1, beta2, epsilon, weightDecay, decays }: AdamWOptions,
): { parameters: P; state: AdamWState<P> } {
  const rate = div(learningRate, bias(beta1, count));
  const rootBias = sqrt(bias(beta2, count));
  const intoMean = mul(scale, 1 - beta1);
  const intoRoot = mul(scale, Math.sqrt(1 - beta2));
  const kept = sub(1, mul(learningRate, weightDecay));
  const leaves = (tree: P): Tensor[] => flattenTree(tree, isTensor).map(({ leaf }) => leaf);
  const [gradients, means, squares] = [leaves(gradient), leaves(state.means), leaves(state.squares)];
  const updated = leaves(parameters).map((parameter, at) => {
    const g = gradients[at] as Tensor;
    const root = mul(g, intoRoot); // not squared before it is scaled: the gradient of a sum may be large
    const mean = add(mul(means[at] as Tensor, beta1), mul(g, intoMean));
    const square = add(mul(squares[at] as Tensor, beta2), mul(root, root));
    // the bias of v under the root, moved to the numerator and to epsilon: one pass over the tensor less
    const step = mul(div(mean, add(sqrt(square), mul(rootBias, epsilon))), mul(rate, rootBias));
    const decayed = weightDecay > 0 && (decays === "all" || parameter.shape.length >= 2);
    return { parameter: sub(decayed ? mul(parameter, kept) : parameter, step), mean, square };
  });
  const tree = (part: "parameter" | "mean" | "square"): P =>
    rebuildTree(
      parameters,
      isTensor,
      updated.map((leaf) => leaf[part]),
    ) as P;
  return { parameters: tree("parameter"), state: { means: tree("mean"), squares: tree("square") } };
}

/** 1 - beta^count = -(e^x - 1) with x = count log beta, by tanh(x/2) (e^x + 1): float32 keeps its digits for beta near 1. */
function bias(beta: number, count: Tensor): Tensor {
  if (beta === 0) return add(mul(count, 0), 1);
  const x = mul(count, Math.log(beta));
  return mul(tanh(mul(x, -0.5)), add(exp(x), 1));
}
