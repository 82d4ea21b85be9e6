/** @file The gradient of the success itself, on policy; its parts by sign are positive and negative sample reinforcement. */
import { requireWithin } from "../core/argument-checks.ts";
import { valuesOf, visitsOf } from "./exact-values.ts";
import type { Objective } from "./objective.ts";
import type { StepGraph } from "./step-graph.ts";

/** Factors of the two parts. */
export interface ReinforcementParts {
  /** factor of raising what was right, >= 0 */
  positive: number;
  /** factor of lowering what was wrong, >= 0 */
  negative: number;
}

/**
 * REINFORCE in expectation, split by the sign of the reward: right solutions (reward 1) are raised with factor `positive`,
 * wrong ones (reward -1) lowered with factor `negative`. The slope is that of a loss whose samples are drawn anew at every
 * policy: -sum over solutions of pi(y) (positive r - negative (1 - r)) d log pi(y).
 *
 * @param name for legends
 * @param graph problems and their steps
 * @param parts factors; {1, 0} is positive sample reinforcement, {0, 1} negative, {0.1, 1} the mixture of its authors
 * @returns an objective whose loss is the share of wrong answers, up to a factor and a constant
 * @throws RangeError when a factor is negative
 * @source Zhu et al. 2025, arXiv:2506.01347; Williams 1992, Mach. Learn. 8, 229-256
 */
export function reinforcement(name: string, graph: StepGraph, parts: ReinforcementParts): Objective {
  requireWithin("reinforcement", "positive", parts.positive, 0, Number.MAX_VALUE);
  requireWithin("reinforcement", "negative", parts.negative, 0, Number.MAX_VALUE);
  return {
    name,
    at({ policy }) {
      const visits = visitsOf(graph, policy);
      const values = valuesOf(graph, policy);
      let wrong = 0;
      for (const { state, probability } of graph.starts) wrong += probability * (1 - (values[state] ?? 0));
      const slope = graph.states.map(({ actions }, state) =>
        actions.map(({ next }, action) => {
          const q = values[next] ?? 0;
          const often = (visits[state] ?? 0) * (policy[state]?.[action] ?? 0);
          return often * (parts.negative * (1 - q) - parts.positive * q);
        }),
      );
      return { loss: (parts.positive + parts.negative) * wrong, slope };
    },
  };
}
