/** @file Gradients clipped by their global norm (Pascanu, Mikolov, Bengio 2013). */
import { add, constant, div, less, mul, reduceSum, reshape, sqrt, type Tensor, where } from "../tensor/index.ts";
import { isTensor } from "../tensor/tensor.ts";
import { flattenTree } from "../tensor/tree.ts";

/**
 * The norm of a mean gradient over all of its tensors together, and what makes it of the sum: 1 / weight, and times
 * min(1, largest / (norm + 1e-6)) where it is clipped.
 *
 * @param gradient of a sum, a tree of tensors
 * @param weight what divides the sum, a scalar
 * @param largest a norm > 0; undefined leaves the mean as it is
 * @returns scalars: the factor for the gradient, and the norm before clipping
 * @source Pascanu et al. 2013, arXiv:1211.5063, algorithm 1; 1e-6 as in PyTorch's clip_grad_norm_
 */
export function clipByGlobalNorm(
  gradient: unknown,
  weight: Tensor,
  largest: number | undefined,
): { scale: Tensor; norm: Tensor } {
  const leaves = flattenTree(gradient, isTensor).map(({ leaf }) => leaf);
  const squares = leaves.map((leaf) => reshape(reduceSum(mul(leaf, leaf)), []));
  const norm = div(sqrt(squares.reduce((sum, square) => add(sum, square))), weight);
  const mean = div(1, weight);
  if (largest === undefined) return { scale: mean, norm };
  const limit = constant(largest);
  const enlarged = add(norm, 1e-6);
  return { scale: where(less(limit, enlarged), mul(mean, div(limit, enlarged)), mean), norm };
}
