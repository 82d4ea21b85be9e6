/** @file Softmax policies over a graph: the base policy tilted by a sum of feature weights, tabular or with features shared. */
import { requireOneOf, wrong } from "../core/argument-checks.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** A table of numbers, one for each action of each state. */
export type StepTable = readonly (readonly number[])[];

/**
 * All policies pi(a|s) = base(a|s) exp(sum of the weights of a's features) / Z(s). Weights of 0 are the base policy, so
 * training from a policy starts at 0; a step that the base never writes stays unwritten, whatever the weights.
 */
export interface SoftmaxFamily {
  readonly graph: StepGraph;
  readonly base: Policy;
  /** the name of each weight */
  readonly features: readonly string[];
  /** the weights that each action's logit is the sum of: featuresOf[state][action] */
  readonly featuresOf: readonly (readonly (readonly number[])[])[];
}

/**
 * The family of softmax policies around a base policy.
 *
 * @param graph problems and their steps
 * @param base the policy at weights 0
 * @param features "tabular": a weight for each step of each state, so that every policy on base's support is in the family;
 *   "shared": the weights that the graph names, so that steps of one feature move together
 * @returns the family, its features in order of first mention
 * @throws RangeError or TypeError when an argument is not well formed
 */
export function softmaxFamily(
  graph: StepGraph,
  base: Policy,
  features: "tabular" | "shared" = "tabular",
): SoftmaxFamily {
  requireStepGraph("softmaxFamily", graph);
  requirePolicy("softmaxFamily", graph, base);
  requireOneOf("softmaxFamily", "features", features, ["tabular", "shared"]);
  const index = new Map<string, number>();
  const indexOf = (name: string): number => {
    const known = index.get(name) ?? index.size;
    index.set(name, known);
    return known;
  };
  const featuresOf = graph.states.map(({ actions }, state) =>
    actions.map((action, at) => (features === "shared" ? action.features : [`${state}/${at}`]).map(indexOf)),
  );
  return { graph, base, features: [...index.keys()], featuresOf };
}

/** The policy of given weights, with its logarithms. */
export interface WeightedPolicy {
  readonly policy: Policy;
  /** natural logarithms; -Infinity for a step that is never written */
  readonly logPolicy: StepTable;
}

/**
 * The policy at given weights: pi(a|s) = base(a|s) exp(logit) / Z(s).
 *
 * @param family softmax policies over a graph
 * @param weights one for each feature of the family
 * @returns chances and their natural logarithms
 * @throws TypeError when there is not a weight for each feature
 */
export function policyAt(family: SoftmaxFamily, weights: ArrayLike<number>): WeightedPolicy {
  if (weights.length !== family.features.length) {
    throw wrong("policyAt", `${family.features.length} weights`, Array.from(weights));
  }
  const policy: number[][] = [];
  const logPolicy: number[][] = [];
  for (const [state, features] of family.featuresOf.entries()) {
    const logits = features.map((own, action) => {
      let logit = Math.log(family.base[state]?.[action] ?? 0);
      for (const feature of own) logit += weights[feature] ?? 0;
      return logit;
    });
    const largest = Math.max(...logits); // -Infinity only where there is no action
    const logZ = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
    logPolicy.push(logits.map((logit) => logit - logZ));
    policy.push(logits.map((logit) => Math.exp(logit - logZ)));
  }
  return { policy, logPolicy };
}

/**
 * The chain rule through the softmax: dL/dw_f = sum over steps of slope (has f - chance in that state of a step that has f).
 *
 * @param family softmax policies over a graph
 * @param policy the policy at the weights in question
 * @param slope dL / d log pi(a|s), each log-probability seen as free
 * @returns dL / dw, one for each feature
 */
export function throughSoftmax(family: SoftmaxFamily, policy: Policy, slope: StepTable): Float64Array {
  const gradient = new Float64Array(family.features.length);
  for (const [state, features] of family.featuresOf.entries()) {
    const row = slope[state] ?? [];
    let total = 0;
    for (const part of row) total += part;
    for (const [action, own] of features.entries()) {
      // d log pi(b|s) / d logit(a) = [a = b] - pi(a|s), summed over b with its slope
      const byLogit = (row[action] ?? 0) - total * (policy[state]?.[action] ?? 0);
      for (const feature of own) gradient[feature] = (gradient[feature] ?? 0) + byLogit;
    }
  }
  return gradient;
}
