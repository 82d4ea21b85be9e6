/** @file Reverse-mode differentiation of graphs: the backward pass is made of ordinary ops (Baydin et al. 2018, section 3.2). */
import { wrong } from "../core/argument-checks.ts";
import { inTopologicalOrder } from "./graph.ts";
import { constant } from "./ops/inputs.ts";
import { broadcastTo } from "./ops/reduce-sum.ts";
import { addShares } from "./shares.ts";
import { apply, isTensor, type Op, OpMismatch, type Tensor } from "./tensor.ts";
import { flattenTree, type MapTree, rebuildTree } from "./tree.ts";

/**
 * d loss / d each tensor of `wrt`, zeros where the loss does not depend on it.
 *
 * @param loss a float32 scalar
 * @param wrt float32 tensors of the graph
 * @returns tensors shaped like those of `wrt`
 * @throws OpMismatch unless the loss is a float32 scalar
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  if (loss.shape.length !== 0 || loss.dtype !== "float32")
    throw new OpMismatch("gradients", "a float32 scalar loss", [loss]);
  const order = inTopologicalOrder([loss]);
  const needed = dependents(order, wrt);
  const upstreams = new Map<Tensor, Tensor[]>([[loss, [constant(1)]]]);
  for (const node of order.reverse()) {
    const arrived = upstreams.get(node);
    if (arrived === undefined || !node.inputs.some((input) => needed.has(input))) continue;
    const { op, inputs, attributes } = node;
    const upstream = addShares(arrived);
    upstreams.set(node, [upstream]);
    const shares = op.gradient({ inputs, attributes, output: node, upstream });
    for (const [index, input] of inputs.entries()) {
      const share = shares[index];
      if (share === undefined || !needed.has(input)) continue;
      upstreams.set(input, [...(upstreams.get(input) ?? []), share]);
    }
  }
  return wrt.map((tensor) => {
    const arrived = upstreams.get(tensor);
    return arrived === undefined ? broadcastTo(constant(0), tensor.shape) : addShares(arrived);
  });
}

/** The nodes that hang on any of `wrt`. */
function dependents(order: readonly Tensor[], wrt: readonly Tensor[]): Set<Tensor> {
  const needed = new Set(wrt);
  for (const node of order) if (node.inputs.some((input) => needed.has(input))) needed.add(node);
  return needed;
}

/** A loss and its gradients in its first argument, a tree of tensors. */
export type ValueAndGrad<P, Rest extends unknown[]> = (
  parameters: P,
  ...rest: Rest
) => { value: Tensor; gradient: MapTree<P, Tensor, Tensor> };

/**
 * The function that also gives the gradient of `loss` in its first argument.
 *
 * @param loss makes a float32 scalar of a tree of tensors and of whatever else it is given
 * @throws TypeError when the first argument holds anything but tensors
 */
export function valueAndGrad<P, Rest extends unknown[]>(
  loss: (parameters: P, ...rest: Rest) => Tensor,
): ValueAndGrad<P, Rest> {
  return (parameters, ...rest) => {
    const leaves = flattenTree(parameters, isTensor).map(({ leaf }) => leaf);
    const value = loss(parameters, ...rest);
    if (!isTensor(value)) throw wrong("valueAndGrad", "a loss that returns a tensor", value);
    return { value, gradient: rebuildTree(parameters, isTensor, gradients(value, leaves)) };
  };
}

/** As valueAndGrad, the gradient alone. */
export function grad<P, Rest extends unknown[]>(
  loss: (parameters: P, ...rest: Rest) => Tensor,
): (parameters: P, ...rest: Rest) => MapTree<P, Tensor, Tensor> {
  const both = valueAndGrad(loss);
  return (parameters, ...rest) => both(parameters, ...rest).gradient;
}

const stopGradientOp: Op = {
  name: "stopGradient",
  infer: (inputs) => inputs[0] as Tensor,
  gradient: () => [undefined],
  evaluate: (inputs, _attributes, output) => output.data.set((inputs[0] as { data: Float64Array }).data),
};

/** The same values, through which no gradient flows. */
export function stopGradient(tensor: Tensor): Tensor {
  return apply(stopGradientOp, [tensor], {});
}
