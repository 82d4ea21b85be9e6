/** @file Positive and negative sample reinforcement as they are run: one solution an update, at a learning rate that is not small. */
import { requireCount, requirePositive } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { zerosLike } from "./objective.ts";
import type { ReinforcementParts } from "./policy-gradient.ts";
import { drawIndex, sampleContinuation } from "./sample-solution.ts";
import { policyAt, type SoftmaxFamily, throughSoftmax } from "./softmax-family.ts";
import type { Policy } from "./step-graph.ts";

/** How a run goes. */
export interface SampledReinforcementOptions extends ReinforcementParts {
  /** learning rate, > 0 */
  rate: number;
  /** solutions drawn, one an update, a count >= 0 */
  updates: number;
}

/**
 * Trains by drawn solutions: a right one is raised by rate times `positive`, a wrong one lowered by rate times `negative`.
 * In the limit of small rates this is the flow of reinforcement() with the same factors.
 *
 * @param family softmax policies over a graph, trained from its base
 * @param options factors, rate and updates
 * @param stream where the randomness comes from
 * @returns the policy after the last update
 * @throws RangeError when an option is out of range
 */
export function sampledReinforcement(
  family: SoftmaxFamily,
  options: SampledReinforcementOptions,
  stream: RandomStream,
): Policy {
  const { positive, negative, rate, updates } = options;
  requirePositive("sampledReinforcement", "rate", rate);
  requireCount("sampledReinforcement", "updates", updates, 0, Number.MAX_SAFE_INTEGER);
  const { starts } = family.graph;
  const shares = starts.map(({ probability }) => probability);
  const weights = new Float64Array(family.features.length);
  for (let update = 0; update < updates; update++) {
    const { policy } = policyAt(family, weights);
    const start = starts[drawIndex(shares, stream)]?.state ?? 0;
    const { steps, reward } = sampleContinuation(family.graph, policy, start, stream);
    const push = zerosLike(policy);
    for (const { state, action } of steps) {
      const row = push[state] as number[];
      row[action] = (row[action] ?? 0) + positive * reward - negative * (1 - reward);
    }
    for (const [index, part] of throughSoftmax(family, policy, push).entries()) {
      weights[index] = (weights[index] ?? 0) + rate * part;
    }
  }
  return policyAt(family, weights).policy;
}
