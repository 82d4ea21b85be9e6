/** @file Every solution that a policy may write, with its chance: what expected losses on whole responses are sums over. */
import { type Policy, requirePolicy, requireStepGraph, type StepGraph } from "./step-graph.ts";

/** One step of a solution: an action of a state. */
export interface StepPlace {
  readonly state: number;
  readonly action: number;
}

/** A whole solution of one problem. */
export interface Solution {
  /** index into graph.starts */
  readonly problem: number;
  /** share of the problem among all, in [0, 1] */
  readonly problemShare: number;
  /** chance of the solution given the problem, in (0, 1] */
  readonly chanceInProblem: number;
  readonly steps: readonly StepPlace[];
  /** the verifier's verdict, in [0, 1] */
  readonly reward: number;
}

/** More solutions than this take longer than a notebook should. */
const MOST_SOLUTIONS = 200_000;

/**
 * Lists the solutions of chance above 0.
 *
 * @param graph problems and their steps
 * @param policy who writes
 * @returns solutions by problem, depth first
 * @throws RangeError when there are more than 200,000, or an argument is not well formed
 */
export function solutionsOf(graph: StepGraph, policy: Policy): Solution[] {
  requireStepGraph("solutionsOf", graph);
  requirePolicy("solutionsOf", graph, policy);
  return graph.starts.flatMap(({ state, probability }, problem) =>
    continuationsFrom(graph, policy, state).map(({ chance, steps, reward }) => ({
      problem,
      problemShare: probability,
      chanceInProblem: chance,
      steps,
      reward,
    })),
  );
}

/** The rest of a solution from some state on. */
export interface Continuation {
  /** chance given the state, in (0, 1] */
  readonly chance: number;
  readonly steps: readonly StepPlace[];
  readonly reward: number;
}

/**
 * Lists the continuations of a state of chance above 0; arguments are checked by the caller.
 *
 * @throws RangeError when there are more than 200,000
 */
export function continuationsFrom(graph: StepGraph, policy: Policy, from: number): Continuation[] {
  const found: Continuation[] = [];
  const steps: StepPlace[] = [];
  const walk = (state: number, chance: number): void => {
    const { actions, reward } = graph.states[state] as StepGraph["states"][number];
    if (actions.length === 0) {
      if (found.length === MOST_SOLUTIONS) {
        throw new RangeError(
          `solutionsOf requires at most ${MOST_SOLUTIONS} solutions a state, got more (hint: fewer steps)`,
        );
      }
      found.push({ chance, steps: [...steps], reward });
      return;
    }
    for (const [action, { next }] of actions.entries()) {
      const own = policy[state]?.[action] ?? 0;
      if (own === 0) continue;
      steps.push({ state, action });
      walk(next, chance * own);
      steps.pop();
    }
  };
  walk(from, 1);
  return found;
}
