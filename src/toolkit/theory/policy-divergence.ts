/** @file How far a policy has moved: the Kullback-Leibler divergence of whole solutions, the one clock that all methods share. */
import { visitsOf } from "./exact-values.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/**
 * KL(policy || reference) of whole solutions, in nats: the sum over states of visits(s) KL(policy(.|s) || reference(.|s)). Training
 * time is no fair clock between methods, since their losses pull with different force; the distance from where all started is.
 *
 * @param graph problems and their steps
 * @param policy who writes, and whose visits count
 * @param reference the policy it is compared with
 * @returns nats a solution, >= 0; Infinity where the policy writes a step that the reference never does
 * @throws RangeError or TypeError when graph or a policy is not well formed
 * @source the chain rule of the Kullback-Leibler divergence: Cover & Thomas 2006, "Elements of Information Theory", theorem 2.5.3
 */
export function policyDivergence(graph: StepGraph, policy: Policy, reference: Policy): number {
  requireStepGraph("policyDivergence", graph);
  requirePolicy("policyDivergence", graph, policy);
  requirePolicy("policyDivergence", graph, reference);
  const visits = visitsOf(graph, policy);
  const nats = policy.map((row, state) => (visits[state] ?? 0) * rowDivergence(row, reference[state] ?? []));
  return nats.reduce((sum, part) => sum + part, 0);
}

/** Steps that are never written add nothing. */
function rowDivergence(row: readonly number[], reference: readonly number[]): number {
  return row.reduce((sum, chance, action) => {
    return chance === 0 ? sum : sum + chance * Math.log(chance / (reference[action] ?? 0));
  }, 0);
}
