/** @file Maximum likelihood on weighted steps: SFT, RFT, advantage-filtered and advantage-weighted learning are its cases. */
import { type Objective, zerosLike } from "./objective.ts";
import type { StepTable } from "./softmax-family.ts";
import type { Policy } from "./step-graph.ts";

/**
 * The loss -sum over steps of weight(s, a) log pi(a|s).
 *
 * @param name for legends
 * @param weights how often each step stands in the data, times its weight there, >= 0
 * @returns an objective; its slope is minus the weights
 */
export function weightedLikelihood(name: string, weights: StepTable): Objective {
  const slope = weights.map((row) => row.map((weight) => -weight));
  return {
    name,
    at({ logPolicy }) {
      let loss = 0;
      for (const [state, row] of weights.entries()) {
        for (const [action, weight] of row.entries()) {
          if (weight > 0) loss -= weight * (logPolicy[state]?.[action] ?? 0); // a step of weight 0 may have log 0
        }
      }
      return { loss, slope };
    },
  };
}

/**
 * The policy that maximises the likelihood when every policy can be expressed: pi(a|s) = weight(s, a) / sum_b weight(s, b).
 *
 * @param weights how often each step stands in the data, times its weight there, >= 0
 * @param fallback the policy in states that the data never visit
 * @returns the optimum
 */
export function likelihoodOptimum(weights: StepTable, fallback: Policy): Policy {
  return zerosLike(weights).map((zeros, state) => {
    const row = weights[state] ?? zeros;
    const total = row.reduce((sum, weight) => sum + weight, 0);
    return total > 0 ? row.map((weight) => weight / total) : (fallback[state] ?? zeros);
  });
}
