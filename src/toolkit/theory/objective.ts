/** @file A training objective over a graph: its expected loss, and the slope of that loss in each step's log-probability. */
import type { StepTable, WeightedPolicy } from "./softmax-family.ts";
import { policyAt, type SoftmaxFamily, throughSoftmax } from "./softmax-family.ts";

/** An expected loss, by enumeration of all that could be sampled: no noise. Smaller is better. */
export interface Objective {
  /** what is trained on, for legends */
  readonly name: string;
  /** the loss at a policy, and dL / d log pi(a|s) with each log-probability seen as free */
  at(policy: WeightedPolicy): Slope;
}

/** A loss and its slopes. */
export interface Slope {
  readonly loss: number;
  readonly slope: StepTable;
}

/**
 * The loss of an objective and its gradient by the weights of a family.
 *
 * @param family softmax policies over a graph
 * @param objective what is trained on
 * @param weights one for each feature of the family
 * @returns loss and dL / dw
 */
export function lossAndGradient(
  family: SoftmaxFamily,
  objective: Objective,
  weights: ArrayLike<number>,
): { loss: number; gradient: Float64Array } {
  const weighted = policyAt(family, weights);
  const { loss, slope } = objective.at(weighted);
  return { loss, gradient: throughSoftmax(family, weighted.policy, slope) };
}

/**
 * A sum of objectives, as when a likelihood term is kept beside a preference term.
 *
 * @param name for legends
 * @param parts objectives with their factors
 */
export function sumOfObjectives(name: string, parts: readonly { objective: Objective; factor: number }[]): Objective {
  return {
    name,
    at(policy) {
      const terms = parts.map(({ objective, factor }) => ({ factor, ...objective.at(policy) }));
      const loss = terms.reduce((sum, term) => sum + term.factor * term.loss, 0);
      const slope = policy.policy.map((row, state) =>
        row.map((_, action) => terms.reduce((sum, term) => sum + term.factor * (term.slope[state]?.[action] ?? 0), 0)),
      );
      return { loss, slope };
    },
  };
}

/** A table of zeros in the shape of another. */
export function zerosLike(table: StepTable): number[][] {
  return table.map((row) => row.map(() => 0));
}
