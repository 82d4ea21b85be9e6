/** @file What a policy is worth, exactly: values, q-values, advantages and visits by one pass over the graph each way. */
import { requireCount } from "../core/argument-checks.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** Exact quantities of one policy. */
export interface ExactValues {
  /** chance of a correct end from each state, in [0, 1]: V(s) = sum_a pi(a|s) q(s, a) */
  readonly values: readonly number[];
  /** chance of a correct end after each step, in [0, 1]: q(s, a) = V(next state) */
  readonly qValues: Policy;
  /** A(s, a) = q(s, a) - V(s), in [-1, 1]; 0 on average over the policy's own steps */
  readonly advantages: readonly (readonly number[])[];
  /** chance that a solution passes through each state, in [0, 1] */
  readonly visits: readonly number[];
  /** chance of a correct solution over all problems, in [0, 1] */
  readonly success: number;
}

/**
 * Values, q-values, advantages, visits and success of a policy, without sampling.
 *
 * @param graph problems and their steps
 * @param policy the chance of each action in each state
 * @returns exact quantities, up to rounding
 * @throws RangeError or TypeError when graph or policy is not well formed
 * @source Sutton & Barto 2018, "Reinforcement Learning", sections 3.5 and 4.1; advantages as in arXiv:2406.14532
 */
export function exactValues(graph: StepGraph, policy: Policy): ExactValues {
  requireStepGraph("exactValues", graph);
  requirePolicy("exactValues", graph, policy);
  const values = valuesOf(graph, policy);
  const qValues = graph.states.map(({ actions }) => actions.map(({ next }) => values[next] ?? 0));
  const advantages = qValues.map((row, state) => row.map((q) => q - (values[state] ?? 0)));
  const success = graph.starts.reduce((sum, start) => sum + start.probability * (values[start.state] ?? 0), 0);
  return { values, qValues, advantages, visits: visitsOf(graph, policy), success };
}

/** Chance of a correct end from each state, from the last state to the first; arguments are checked by the caller. */
export function valuesOf(graph: StepGraph, policy: Policy): number[] {
  const values = new Array<number>(graph.states.length).fill(0);
  for (let state = graph.states.length - 1; state >= 0; state--) {
    const { actions, reward } = graph.states[state] as StepGraph["states"][number];
    let value = reward;
    for (const [index, { next }] of actions.entries()) value += (policy[state]?.[index] ?? 0) * (values[next] ?? 0);
    values[state] = value;
  }
  return values;
}

/** Chance that a solution passes through each state, from the first state to the last; arguments are checked by the caller. */
export function visitsOf(graph: StepGraph, policy: Policy): number[] {
  const visits = new Array<number>(graph.states.length).fill(0);
  for (const { state, probability } of graph.starts) visits[state] = (visits[state] ?? 0) + probability;
  for (const [state, { actions }] of graph.states.entries()) {
    const here = visits[state] ?? 0;
    for (const [index, { next }] of actions.entries()) {
      visits[next] = (visits[next] ?? 0) + here * (policy[state]?.[index] ?? 0);
    }
  }
  return visits;
}

/**
 * The chance that at least one of k independent solutions is correct, when one is with chance q: 1 - (1 - q)^k.
 *
 * @param q chance of a correct end, in [0, 1]
 * @param k solutions written, a count >= 1
 * @returns a probability in [q, 1]
 * @throws RangeError when k is no such count
 * @example bestOfK(0.5, 2) // => 0.75
 * @source arXiv:2406.14532: the policy that writes the rollouts is best-of-5 of the SFT policy
 */
export function bestOfK(q: number, k: number): number {
  requireCount("bestOfK", "k", k, 1, Number.MAX_SAFE_INTEGER);
  return k === 1 ? q : -Math.expm1(k * Math.log1p(-Math.min(q, 1))); // a value that sums to 1 may stand an ulp above it
}

/**
 * The chance that k solutions of a problem hold a correct one, over all problems: sum_x P(x) (1 - (1 - V(x))^k).
 *
 * @param graph problems and their steps
 * @param policy the chance of each action in each state
 * @param k solutions a problem, a count >= 1
 * @returns a probability in [0, 1]; the success itself when k = 1
 * @throws RangeError or TypeError when an argument is not well formed
 * @source Chen et al. 2021, arXiv:2107.03374: what pass@k estimates
 */
export function exactPassAtK(graph: StepGraph, policy: Policy, k: number): number {
  const { values } = exactValues(graph, policy);
  return graph.starts.reduce((sum, { state, probability }) => sum + probability * bestOfK(values[state] ?? 0, k), 0);
}
