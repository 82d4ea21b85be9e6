/** @file Learning from steps by their advantage: keep those above 0 (filtered), or weigh all by exp(A / beta) (weighted). */
import { requirePositive } from "../core/argument-checks.ts";
import { exactValues } from "./exact-values.ts";
import type { StepTable } from "./softmax-family.ts";
import type { Policy, StepGraph } from "./step-graph.ts";

/** Below this an advantage is the rounding of 0. */
export const ZERO_ADVANTAGE = 1e-12;

/**
 * How often each step of positive advantage is written, in wrong solutions too: visits(s) pi(a|s) where A(s, a) > 0.
 *
 * @param graph problems and their steps
 * @param policy who writes, and whose advantages count
 * @returns expected counts a problem, in [0, 1]
 * @throws RangeError or TypeError when an argument is not well formed
 * @source arXiv:2406.14532: SFT on the steps of high advantage alone
 */
export function advantageFilteredSteps(graph: StepGraph, policy: Policy): StepTable {
  return weighed(graph, policy, (advantage) => (advantage > ZERO_ADVANTAGE ? 1 : 0));
}

/**
 * How often each step is written, times exp(A(s, a) / beta): the likelihood weights of advantage-weighted regression.
 *
 * @param graph problems and their steps
 * @param policy who writes, and whose advantages count
 * @param beta strength of the pull to the policy, > 0
 * @returns weights >= 0
 * @throws RangeError or TypeError when an argument is not well formed
 * @source Peng et al. 2019, arXiv:1910.00177; in arXiv:2406.14532 the right side of Theorem 6.1
 */
export function advantageWeightedSteps(graph: StepGraph, policy: Policy, beta: number): StepTable {
  requirePositive("advantageWeightedSteps", "beta", beta);
  return weighed(graph, policy, (advantage) => Math.exp(advantage / beta));
}

function weighed(graph: StepGraph, policy: Policy, weight: (advantage: number) => number): StepTable {
  const { advantages, visits } = exactValues(graph, policy);
  return policy.map((row, state) =>
    row.map((chance, action) => (visits[state] ?? 0) * chance * weight(advantages[state]?.[action] ?? 0)),
  );
}

/**
 * The policy that both sides of Theorem 6.1 have as their optimum: reference(a|s) exp(A(s, a) / beta) / Z(s).
 *
 * @param reference the reference policy
 * @param advantages A(s, a), or anything that differs from it by a constant a state
 * @param beta strength of the pull to the reference, > 0
 * @returns the optimum; 0 where the reference is 0
 * @throws RangeError when beta is not positive
 * @source arXiv:2406.14532, Theorem 6.1
 * @example advantageWeightedOptimum([[0.5, 0.5]], [[Math.log(3), 0]], 1)[0][0].toFixed(9) // => "0.750000000"
 */
export function advantageWeightedOptimum(reference: Policy, advantages: StepTable, beta: number): Policy {
  requirePositive("advantageWeightedOptimum", "beta", beta);
  return reference.map((row, state) => {
    const exponents = row.map((_, action) => (advantages[state]?.[action] ?? 0) / beta);
    const largest = Math.max(...exponents);
    const tilted = row.map((chance, action) => chance * Math.exp((exponents[action] ?? 0) - largest));
    const total = tilted.reduce((sum, part) => sum + part, 0);
    return tilted.map((part) => part / total);
  });
}
