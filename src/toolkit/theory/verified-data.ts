/** @file Positive data: solutions whose answer verifies, a teacher's (SFT) or the policy's own (RFT), as weights of steps. */
import { requireCount } from "../core/argument-checks.ts";
import { exactValues } from "./exact-values.ts";
import type { StepTable } from "./softmax-family.ts";
import { type Solution, solutionsOf } from "./solutions.ts";
import type { Policy, StepGraph } from "./step-graph.ts";

/**
 * The policy whose solutions are another's correct ones: pi+(a|s) = pi(a|s) q(s, a) / V(s) = pi(a|s) (1 + A(s, a) / V(s)).
 * So learning from positives multiplies each step's chance by 1 + A/V, and leaves a step of advantage 0 as common as it was.
 *
 * @param graph problems and their steps
 * @param policy who writes
 * @returns the policy conditioned on success; the policy itself in states from which it never succeeds
 * @throws RangeError or TypeError when an argument is not well formed
 * @source Doob's transform of a Markov chain by its chance of success; for RFT Yuan et al. 2023, arXiv:2308.01825
 */
export function verifiedPolicy(graph: StepGraph, policy: Policy): Policy {
  const { values, qValues } = exactValues(graph, policy);
  return policy.map((row, state) => {
    const value = values[state] ?? 0;
    return value > 0 ? row.map((chance, action) => (chance * (qValues[state]?.[action] ?? 0)) / value) : row;
  });
}

/**
 * How often each step stands in a correct solution of one sample a problem: visits(s) pi(a|s) q(s, a).
 *
 * @param graph problems and their steps
 * @param policy who writes: the teacher for SFT, the policy itself for RFT
 * @returns expected counts a problem, in [0, 1]; problems that are solved more often weigh more
 * @throws RangeError or TypeError when an argument is not well formed
 */
export function verifiedSteps(graph: StepGraph, policy: Policy): StepTable {
  const { qValues, visits } = exactValues(graph, policy);
  return policy.map((row, state) =>
    row.map((chance, action) => (visits[state] ?? 0) * chance * (qValues[state]?.[action] ?? 0)),
  );
}

/** How samples become data. */
export interface RejectionOptions {
  /** solutions drawn for each problem, a count >= 1 */
  samples: number;
  /** keep each different solution of a problem once */
  distinct: boolean;
  /** does the verifier keep this solution? default: its reward alone decides (the final answer) */
  keeps?: (solution: Solution) => number;
}

/**
 * How often each step stands in the solutions that rejection sampling keeps. A solution of chance p is among n samples n p
 * times, and at least once with chance 1 - (1 - p)^n; so with duplicates dropped and n growing, every correct solution comes
 * to count once, however odd its steps.
 *
 * @param graph problems and their steps, few enough solutions to list
 * @param policy who writes
 * @param options samples a problem, whether duplicates are dropped, what the verifier keeps
 * @returns expected counts a problem, >= 0
 * @throws RangeError or TypeError when an argument is not well formed
 * @source Yuan et al. 2023, arXiv:2308.01825: distinct correct solutions of k samples
 */
export function rejectionSteps(graph: StepGraph, policy: Policy, options: RejectionOptions): StepTable {
  const { samples, distinct, keeps = ({ reward }: Solution) => reward } = options;
  requireCount("rejectionSteps", "samples", samples, 1, Number.MAX_SAFE_INTEGER);
  const counts = policy.map((row) => row.map(() => 0));
  for (const solution of solutionsOf(graph, policy)) {
    const chance = solution.chanceInProblem;
    const copies = distinct ? -Math.expm1(samples * Math.log1p(-chance)) : samples * chance;
    const weight = solution.problemShare * copies * keeps(solution);
    for (const { state, action } of solution.steps) {
      const row = counts[state];
      if (row !== undefined) row[action] = (row[action] ?? 0) + weight;
    }
  }
  return counts;
}
