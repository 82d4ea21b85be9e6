/** @file Gradients clipped by their global norm (Pascanu, Mikolov, Bengio 2013). */
import { add, constant, div, less, mul, reduceSum, reshape, sqrt, type Tensor, where } from "../tensor/index.ts";
import { isTensor } from "../tensor/tensor.ts";
import { flattenTree, rebuildTree } from "../tensor/tree.ts";

/**
 * The gradients times min(1, largest / (norm + 1e-6)), norm taken over all of them together.
 *
 * @param gradient a tree of tensors
 * @param largest a norm > 0; undefined leaves them as they are
 * @returns the clipped tree and the norm before clipping, a scalar
 * @source Pascanu et al. 2013, arXiv:1211.5063, algorithm 1; 1e-6 as in PyTorch's clip_grad_norm_
 */
export function clipByGlobalNorm<P>(gradient: P, largest: number | undefined): { gradient: P; norm: Tensor } {
  const leaves = flattenTree(gradient, isTensor).map(({ leaf }) => leaf);
  const squares = leaves.map((leaf) => reshape(reduceSum(mul(leaf, leaf)), []));
  const norm = sqrt(squares.reduce((sum, square) => add(sum, square)));
  if (largest === undefined) return { gradient, norm };
  const limit = constant(largest);
  const enlarged = add(norm, 1e-6);
  const scale = where(less(limit, enlarged), div(limit, enlarged), 1);
  return {
    gradient: rebuildTree(
      gradient,
      isTensor,
      leaves.map((leaf) => mul(leaf, scale)),
    ) as P,
    norm,
  };
}
