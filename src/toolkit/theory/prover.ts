/** @file Process advantage verifiers: rewarding progress under a prover other than the policy, and what the first update gains. */
import { exactValues } from "./exact-values.ts";
import type { StepTable } from "./softmax-family.ts";
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** How a prover's advantages A_mu fit a policy. All are averages over the policy's own steps. */
export interface ProverFit {
  /** variance of A_mu over the steps of a state: can the prover tell steps apart at all? >= 0 */
  readonly distinguishability: number;
  /** mean of A_mu A_pi: does it tell them apart as the policy's own future does? */
  readonly alignment: number;
  /** mean of A_pi squared: what the policy's own advantages give, >= 0 */
  readonly own: number;
  /** d success / d gamma of the update pi exp(gamma (q_pi + alpha A_mu)) / Z at gamma = 0: own + alpha alignment */
  readonly gain: number;
}

/**
 * Distinguishability, alignment and exact first-order gain of a prover.
 *
 * @param graph problems and their steps
 * @param policy the policy that is trained
 * @param proverAdvantages A_mu(s, a) of any prover mu; a constant a state changes nothing
 * @param alpha factor of the prover's advantages beside the policy's own q-values, >= 0
 * @returns averages over states as the policy visits them
 * @throws RangeError or TypeError when an argument is not well formed
 * @source Setlur et al. 2024, arXiv:2410.08146, Theorem 3.1; the gain is the performance difference lemma to first order
 */
export function proverFit(graph: StepGraph, policy: Policy, proverAdvantages: StepTable, alpha: number): ProverFit {
  requireStepGraph("proverFit", graph);
  requirePolicy("proverFit", graph, policy);
  const { advantages, visits } = exactValues(graph, policy);
  let [distinguishability, alignment, own] = [0, 0, 0];
  for (const [state, row] of policy.entries()) {
    const visit = visits[state] ?? 0;
    const prover = proverAdvantages[state] ?? [];
    const mean = row.reduce((sum, chance, action) => sum + chance * (prover[action] ?? 0), 0);
    for (const [action, chance] of row.entries()) {
      const often = visit * chance;
      const [byProver, byPolicy] = [(prover[action] ?? 0) - mean, advantages[state]?.[action] ?? 0];
      distinguishability += often * byProver ** 2;
      alignment += often * byProver * byPolicy;
      own += often * byPolicy ** 2;
    }
  }
  return { distinguishability, alignment, own, gain: own + alpha * alignment };
}
